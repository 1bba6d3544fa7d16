import { type Plan, type PlanBody, planBodyOf } from '#differ';
import { healthSecondsOf } from '../apply/apply-armed.ts';
import { confirmWithinSeconds, SHORT_PLAN } from '../apply/deadline.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { Target } from '../fleet/target.ts';
import type { PassContext } from './pass-context.ts';
import { splitOf } from './plan-split.ts';

/** What enters the plan id besides the plan itself. */
export function bodyOf(
  { target, identity, ports }: Pick<PassContext, 'target' | 'identity' | 'ports'>,
  plan: Plan,
  record: Pick<DeviceRecord, 'probed'> | null,
): PlanBody {
  const measured = plan.changes.length > SHORT_PLAN ? record?.probed?.rowsPerSecond : undefined;
  const { source, address, credential, ...terms } = termsOf(target, plan.changes.length, measured);
  const device = { name: target.name, serial: identity.serial, address, credential };
  const split = splitOf(plan, identity);
  const parts = split === undefined ? {} : { split };
  return planBodyOf({ plan, source, device, ...terms, ...parts }, (secret) => ports.seal(secret));
}

/** The same plan as another target of its device, such as the one that a control plan brings, makes it. */
export function bodyUnder(target: Target, body: PlanBody): PlanBody {
  const { address, credential, ...terms } = termsOf(target, body.operations.length, body.rowsPerSecond);
  return { ...body, ...terms, device: { ...body.device, address, credential } };
}

function termsOf({ source, address, credential, rollout }: Target, changes: number, rowsPerSecond?: number) {
  const health = healthSecondsOf(rollout.health, rollout.settleSeconds);
  return {
    source,
    address: address.href,
    credential,
    confirmWithinSeconds: confirmWithinSeconds(changes, health, rollout.confirmWithinSeconds, rowsPerSecond),
    ...(rowsPerSecond === undefined ? {} : { rowsPerSecond }),
    policyDigest: rollout.digest,
  };
}
