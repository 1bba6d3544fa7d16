import type { DeviceName } from '../ports.ts';
import type { QueryContext } from './context.ts';
import { deviceViews } from './device-views.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import { planSummaryOf } from './plan-views.ts';
import { attemptSummaryOf } from './trail-views.ts';
import type { DeviceDetail } from './views.ts';

/** So many attempts are told with a device; its history has the others. */
const ATTEMPTS = 5;

/** One device with what is declared of it, its plan, its drift and its last attempts. @throws {Failure} `NotFound` */
export async function deviceDetail(known: QueryContext, device: DeviceName): Promise<DeviceDetail> {
  const { store, fleet, clock } = known;
  const spec = fleet.specOf(device);
  const [view] = deviceIn(fleet, device) ? await deviceViews(known, [device]) : [];
  if (spec === undefined || view === undefined) throw missingDevice(device, fleet.devices(), fleet);
  const visit = fleet.visitOf(device);
  return {
    ...view,
    now: clock.now(),
    declared: {
      labels: fleet.labelsOf(device),
      suspended: spec.suspend === true,
      tls: spec.tls?.mode ?? 'verify',
      sections: spec.capabilities?.sections ?? null,
      rolloutPolicy: fleet.targetOf(device)?.rollout.policy ?? null,
      pollSeconds: fleet.targetOf(device)?.pollSeconds ?? null,
    },
    router: visit?.router ?? null,
    failures: visit?.failures ?? 0,
    plan: await planSummaryOf(known, device),
    drift: (await store.drift.listOpen()).find((record) => record.device === device) ?? null,
    attempts: (await store.attempts.list(device, ATTEMPTS)).map(attemptSummaryOf),
  };
}
