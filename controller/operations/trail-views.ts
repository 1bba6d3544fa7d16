import { renderPlanText } from '#differ/render';
import { specOf, unknownsOf, type QueryContext } from './device-views.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import type { DeviceName } from '../ports.ts';
import type { AuditMark } from '../records/audit.ts';
import type { Store } from '../records/store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AuditView, DriftView, HistoryView } from './views.ts';

/** What is out of the store alone when no controller runs: then nothing is known of the fleet. */
type Trail = { readonly store: Store; readonly fleet: Fleet | null };

/** The attempts on a device, also on one that has left the fleet. @throws {Failure} `NotFound`, `NoRevision` for a name that nobody knows. */
export async function historyView({ store, fleet }: Trail, device: DeviceName, limit: number): Promise<HistoryView> {
  const attempts = await store.attempts.list(device, limit);
  if (attempts.length === 0) await mustKnow({ store, fleet }, device);
  return {
    timeZone: fleet === null ? null : (specOf(fleet, device)?.timeZone ?? null),
    attempts: attempts.map(({ payload, ...attempt }) => ({
      ...attempt,
      changes: payload.plan.changes.length,
      tier: payload.tier,
      revision: payload.revision,
      undoes: payload.undoes ?? null,
      text: renderPlanText({ ...payload.plan, extras: [] }),
    })),
    health: await store.health.list(device, limit),
  };
}

/** Who did what, to one device or to all, and whether the chain is whole and still holds what was `kept` of it. @throws {Failure} `NotFound`, `NoRevision` for a name that nobody knows. */
export async function auditView(
  { store, fleet }: Trail,
  device: DeviceName | null,
  limit: number,
  kept: AuditMark | null,
): Promise<AuditView> {
  const records = await store.audit.list(device === null ? { limit } : { device, limit });
  if (device !== null && records.length === 0) await mustKnow({ store, fleet }, device);
  const brokenAt = await store.audit.verify(kept);
  return { records, brokenAt, head: await store.audit.head() };
}

/** The open drift, and the devices of which nobody knows whether they drifted. @throws {Failure} `NotFound`, `NoRevision` */
export async function driftView(known: QueryContext, device: DeviceName | null): Promise<DriftView> {
  const all = await known.store.drift.listOpen();
  if (device === null) return { drift: all, timeZone: null, ...unknownsOf(known) };
  const drift = all.filter((record) => record.device === device);
  if (drift.length === 0) await mustKnow(known, device);
  return { drift, timeZone: specOf(known.fleet, device)?.timeZone ?? null, ...unknownsOf(known, [device]) };
}

async function mustKnow({ store, fleet }: Trail, device: DeviceName): Promise<void> {
  if (fleet !== null && deviceIn(fleet, device)) return;
  const stored = (await store.devices.list()).map((record) => record.name);
  if (stored.includes(device)) return;
  throw missingDevice(device, fleet === null ? stored : fleet.devices(), fleet);
}
