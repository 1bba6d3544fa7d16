import type { PlanId } from '#differ';
import { record } from '../events.ts';
import type { Reason } from '../reasons.ts';
import { toldReasons } from '../policy/reason-text.ts';
import type { Consent } from '../records/approvals.ts';
import { carrierOf } from '../records/proofs.ts';
import { remember } from '../observed/memory.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Records that approvals were given for a plan and do not open its gate, with all reasons: once for as long as the
 * same are refused for the same reasons.
 */
export async function noteRefusal(
  { ports, target: { name } }: Pick<PassContext, 'ports' | 'target'>,
  planId: PlanId,
  consents: readonly Consent[],
  reasons: readonly Reason[],
): Promise<void> {
  if (consents.length === 0) return;
  const detail = { planId, approvals: consents.map(({ proof }) => carrierOf(proof)), reasons: toldReasons(reasons) };
  const refused = JSON.stringify(detail);
  const known = ports.memory.get(name);
  if (known === undefined || known.refused === refused) return;
  const origin = { actor: 'controller', at: ports.clock.now() };
  await record(ports.store, { action: 'plan.refused', device: name, detail }, origin);
  remember(ports.memory, name, { refused });
}
