import type { PlanId } from '#differ';
import type { ControllerEvent } from '../events.ts';
import { statusOf, type DeviceStatus, type Outcome } from '../observed/outcome.ts';
import { outcomeAlone } from '../observed/outcome-alone.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { Reason } from '../reasons.ts';
import type { Happening } from '../reports/event-hub.ts';
import { type RolloutSummary, summaryOf } from './rollout-views.ts';
import type { ScopedStore } from './scoped-store.ts';
import type { Sight } from '../access/sight.ts';

/** What is told of an event of one device. */
interface OfDevice {
  readonly device: DeviceName;
  readonly at: Instant;
}

/** What happened, as whoever follows is told of it. */
export type EventView =
  /** The stream begins here; its id is that of the newest event. */
  | { readonly kind: 'begins'; readonly at: Instant }
  /** Events between the last one that the client has and the next one are no longer kept: read anew what they are of. */
  | { readonly kind: 'missed'; readonly at: Instant }
  | ({
      readonly kind: 'visit';
      readonly outcome: Outcome['kind'];
      readonly status: DeviceStatus;
      readonly nextVisitAt: Instant;
    } & OfDevice)
  /** The device has another plan than after the visit before, or (null) none any more. */
  | ({ readonly kind: 'plan'; readonly planId: PlanId | null } & OfDevice)
  | ({ readonly kind: 'drift'; readonly entries: number; readonly attribution: string } & OfDevice)
  | ({
      readonly kind: 'attempt';
      /** The step that begins, or how it ended. */
      readonly step: string;
      readonly attempt: string;
      readonly planId: PlanId;
      readonly number: number;
      readonly detail: string;
    } & OfDevice)
  | ({ readonly kind: 'health'; readonly values: Readonly<Record<string, number | string | null>> } & OfDevice)
  /** As the rollout stands when this is told, with its members that are seen. */
  | { readonly kind: 'rollout'; readonly at: Instant; readonly action: string; readonly rollout: RolloutSummary };

/** What is told of a happening to whom sees so much; none: nothing. */
export async function eventViewsOf(
  happening: Happening,
  sight: Sight,
  rollouts: ScopedStore['rollouts'],
): Promise<readonly EventView[]> {
  if (happening.kind === 'recorded') return await recordedViews(happening.event, happening.event.at, sight, rollouts);
  const { kind, device, at } = happening;
  if (!sight.sees(device)) return [];
  if (kind === 'health') return [{ kind, device, at, values: happening.values }];
  const { nextAt: nextVisitAt, planId, planBefore } = happening;
  const outcome = sight.all ? happening.outcome : withoutTurn(outcomeAlone(happening.outcome, sight.sees));
  const visit = { kind, device, at, outcome: outcome.kind, status: statusOf(outcome), nextVisitAt } as const;
  return planId === planBefore ? [visit] : [visit, { kind: 'plan', device, at, planId }];
}

/** As the visit found it: whose turn it was, and how many were left, is told of all members of a rollout. */
function withoutTurn(outcome: Outcome): Outcome {
  if (outcome.kind !== 'Waiting') return outcome;
  const reasons = outcome.reasons.map((reason): Reason =>
    reason.code === 'RolloutTurn' || reason.code === 'RolloutWave' || reason.code === 'RolloutNotOpen'
      ? { code: 'RolloutNotOpen', rollout: null, member: null }
      : reason,
  );
  return { ...outcome, reasons };
}

async function recordedViews(
  event: ControllerEvent,
  at: Instant,
  { sees }: Sight,
  rollouts: ScopedStore['rollouts'],
): Promise<readonly EventView[]> {
  const { action, device, detail } = event;
  if (device === null) {
    if (!('rollout' in detail)) return [];
    const rollout = await rollouts.get(detail.rollout);
    return rollout === null ? [] : [{ kind: 'rollout', at, action, rollout: summaryOf(rollout) }];
  }
  if (!sees(device)) return [];
  if (action === 'drift.found')
    return [{ kind: 'drift', device, at, entries: detail.entries, attribution: detail.attribution }];
  if (!action.startsWith('attempt.') || !('attempt' in detail)) return [];
  const { attempt, planId, number } = detail;
  const step = action.slice('attempt.'.length);
  return [
    { kind: 'attempt', device, at, step, attempt, planId, number, detail: 'detail' in detail ? detail.detail : '' },
  ];
}
