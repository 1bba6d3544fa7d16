import type { FleetPlanRecord } from '../records/fleet-plans.ts';
import type { DeviceShare, RolloutMember, WaveRules } from '../records/rollouts.ts';
import { planId } from './plan.ts';
import { list, number, object, oneOf, optional, text, type Shape } from './shape.ts';
import { format } from './stored.ts';

const share: Shape<DeviceShare> = (value) =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,3}%$/.test(value))
    ? null
    : ' is neither a number nor a share';

/** How a rollout lets its devices take their plans. */
export const WAVE_RULES = format(
  'rules',
  object<WaveRules>({
    waves: list(text),
    maxUnavailable: share,
    failureBudget: share,
    soakSeconds: number,
    pauseSeconds: number,
    betweenWaves: oneOf('continue', 'wait'),
    onFailure: oneOf('device', 'wave', 'rollout'),
  }),
);

/** The devices of a rollout and where each of them stands. */
export const ROLLOUT_MEMBERS = format(
  'list of members',
  list(
    object<RolloutMember>({
      device: text,
      planId,
      wave: number,
      state: oneOf(
        'pending',
        'released',
        'confirmed',
        'failed',
        'deferred',
        'skipped',
        'superseded',
        'undoing',
        'undone',
      ),
      since: number,
      reason: text,
      notBefore: optional(number),
    }),
  ),
);

/** The plans that a fleet plan is made of. */
export const FLEET_PLANS = format(
  'list of plans',
  list(object<FleetPlanRecord['plans'][number]>({ device: text, planId })),
);
