import type { ToldReason } from '../reasons.ts';
import { carrierOf } from '../records/proofs.ts';
import { CONTROL, type TrustRecord } from '../records/trust.ts';
import type { ControlPlan } from './control-plan.ts';
import { type Following, recordOf } from './following.ts';

/** Records a refusal: once for as long as the same candidate is refused for the same reasons. */
export async function recordRefusal(
  following: Following,
  { head }: TrustRecord,
  commit: string,
  reasons: readonly ToldReason[],
): Promise<void> {
  const refusal = JSON.stringify([head, commit, reasons]);
  if (following.memory.audited === refusal) return;
  following.memory.audited = refusal;
  await recordOf(following, following.store, 'source.refused', { commit, trustedHead: head, reasons });
}

/** Approvals that were given and do not suffice, as recordRefusal. */
export async function recordControlRefusal(
  following: Following,
  { id: planId }: ControlPlan,
  reasons: readonly ToldReason[],
): Promise<void> {
  const { source, store, memory } = following;
  const given = await store.approvals.consentsFor(source, planId, CONTROL);
  const detail = { planId, approvals: given.map(({ proof }) => carrierOf(proof)), reasons };
  const refusal = JSON.stringify(detail);
  if (given.length === 0 || memory.controlRefused === refusal) return;
  memory.controlRefused = refusal;
  await recordOf(following, store, 'control.refused', detail);
}
