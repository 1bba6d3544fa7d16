import { fleetPlanIdOf } from '#differ';
import type { Observed } from '../observed/observed.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { Fleet } from '../fleet/fleet.ts';

const noted = new WeakMap<Fleet, string>();

/**
 * Records the fleet plan of a revision once every device was visited since it came into force: its plans, together
 * under one id.
 */
export async function noteFleetPlan(
  store: Store,
  fleet: Fleet,
  observed: Pick<Observed, 'visitOf'>,
  clock: Clock,
): Promise<void> {
  const { revision, acceptedAt } = fleet;
  if (revision === null || acceptedAt === null || noted.get(fleet) === revision) return;
  // They are visited in their order, so the last ones tell at once that some are missing.
  if (fleet.devices().findLast((device) => (observed.visitOf(device)?.at ?? 0) < acceptedAt) !== undefined) return;
  noted.set(fleet, revision);
  const plans = (await store.plans.listCurrent()).map(({ device, id }) => ({ device, planId: id }));
  if (plans.length === 0) return;
  await store.fleetPlans.record({ id: fleetPlanIdOf(plans), revision, createdAt: clock.now(), plans });
}
