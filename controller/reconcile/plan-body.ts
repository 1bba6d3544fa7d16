import { type Plan, type PlanBody, planBodyOf } from '#differ';
import { healthSecondsOf } from '../apply/apply-armed.ts';
import { confirmWithinSeconds } from '../apply/deadline.ts';
import type { PassContext } from './pass-context.ts';

/** What enters the plan id besides the plan itself. */
export function bodyOf(
  { target, identity, ports }: Pick<PassContext, 'target' | 'identity' | 'ports'>,
  plan: Plan,
): PlanBody {
  return planBodyOf(
    {
      plan,
      source: target.source,
      device: {
        name: target.name,
        serial: identity.serial,
        address: target.address.href,
        credential: target.credential,
      },
      confirmWithinSeconds: confirmWithinSeconds(
        plan.changes.length,
        healthSecondsOf(target.rollout.health, target.rollout.settleSeconds),
        target.rollout.confirmWithinSeconds,
      ),
      policyDigest: target.rollout.digest,
    },
    (secret) => ports.seal(secret),
  );
}
