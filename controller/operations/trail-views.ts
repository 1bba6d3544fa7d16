import { maskPlan, type Plan, type ShownPlan } from '#differ';
import type { OfflineContext, QueryContext } from './context.ts';
import { unknownsOf } from './device-views.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import type { DeviceName } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { AuditMark } from '../records/audit.ts';
import type { AttemptSummary, AttemptView, AuditView, DriftView, HistoryView } from './views.ts';

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
 * Who did what, to one device or to all, and whether the chain is whole and still holds what was `kept` of it. @throws
 * {Failure} `NotFound`, `NoRevision` for a name that nobody knows.
 */
export async function auditView(
  { store, fleet, chain }: Pick<OfflineContext, 'store' | 'fleet' | 'chain'>,
  device: DeviceName | null,
  limit: number,
  kept: AuditMark | null,
): Promise<AuditView> {
  const records = await store.audit.list(device === null ? { limit } : { device, limit });
  if (device !== null && records.length === 0) await mustKnow({ store, fleet }, device);
  const brokenAt = await chain.brokenAt(kept);
  return { records, brokenAt, head: await store.audit.head() };
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

async function mustKnow({ store, fleet }: Trail, device: DeviceName): Promise<void> {
  if (fleet !== null && deviceIn(fleet, device)) return;
  const stored = (await store.devices.list()).map(({ name }) => name);
  if (stored.includes(device)) return;
  throw missingDevice(device, fleet === null ? stored : fleet.devices(), fleet);
}
