import { maskPlan, type Plan, type ShownPlan } from '#differ';
import type { OfflineContext, QueryContext } from './context.ts';
import { unknownsOf } from './device-views.ts';
import { mustKnow } from './known-device.ts';
import type { DeviceName } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { AttemptSummary, AttemptView, DriftView, HistoryView } from './views.ts';

type Trail = Pick<OfflineContext, 'store' | 'fleet'>;

/**
 * The attempts on a device, also on one that has left the fleet. @throws {Failure} `NotFound`, `NoRevision` for a name
 * that nobody knows.
 */
export async function historyView({ store, fleet }: Trail, device: DeviceName, limit: number): Promise<HistoryView> {
  const attempts = await store.attempts.list(device, limit);
  if (attempts.length === 0) await mustKnow({ store, fleet }, device);
  return {
    timeZone: fleet?.specOf(device)?.timeZone ?? null,
    attempts: attempts.map(attemptViewOf),
    health: await store.health.list(device, limit),
  };
}

function attemptViewOf({ payload, ...attempt }: AttemptRecord): AttemptView {
  return {
    ...attempt,
    changes: payload.plan.changes.length,
    tier: payload.tier,
    revision: payload.revision,
    undoes: payload.undoes ?? null,
    plan: shownPlan(payload.plan),
  };
}

/** An attempt in short. */
export function attemptSummaryOf(attempt: AttemptRecord): AttemptSummary {
  const { steps: _, plan: __, holder: ___, leaseUntil: ____, ...summary } = attemptViewOf(attempt);
  return summary;
}

/**
 * The open drift, and the devices of which nobody knows whether they drifted. @throws {Failure} `NotFound`,
 * `NoRevision`
 */
export async function driftView(known: QueryContext, device: DeviceName | null): Promise<DriftView> {
  const all = await known.store.drift.listOpen();
  const unconfirmed = await unconfirmedIn(known);
  if (device === null) return { drift: all, unconfirmed, timeZone: null, ...unknownsOf(known) };
  const drift = all.filter((record) => record.device === device);
  if (drift.length === 0) await mustKnow(known, device);
  return {
    drift,
    unconfirmed: unconfirmed.filter((name) => name === device),
    timeZone: known.fleet.specOf(device)?.timeZone ?? null,
    ...unknownsOf(known, [device]),
  };
}

/** Devices that were read, and never became what is desired of them. */
async function unconfirmedIn({ store, fleet }: QueryContext): Promise<readonly DeviceName[]> {
  const confirmed = new Set(
    (await store.devices.list()).filter((record) => record.confirmedAt !== null).map(({ name }) => name),
  );
  return fleet.devices().filter((name) => !confirmed.has(name) && fleet.specOf(name)?.suspend !== true);
}

/** What an attempt was to do; what it was to leave alone is told with its plan. */
function shownPlan(plan: Plan): ShownPlan {
  const { changes, heldBack, released, frozen } = maskPlan(plan);
  return { changes, ...(heldBack === undefined ? {} : { heldBack }), extras: [], released, frozen };
}
