import { Failure } from '#failure';
import { nearestName } from '#schemas';
import type { DeviceName } from '../ports.ts';
import type { ScopedStore } from './scoped-store.ts';
import type { FleetView } from './fleet-view.ts';

/** Whether the revision in force has the device. */
export function deviceIn(fleet: FleetView, device: DeviceName): boolean {
  return fleet.specOf(device) !== undefined;
}

/**
 * The failure for a name that nobody knows, with the nearest one of `names`. While no revision was accepted nobody
 * knows which devices there are (`NoRevision`); without a `fleet` the names are all there is to go by.
 */
export function missingDevice(
  device: string,
  names: readonly DeviceName[],
  fleet: Pick<FleetView, 'revision' | 'fault'> | null,
): Failure<'NotFound' | 'NoRevision'> & { readonly nearest?: string } {
  if (fleet !== null && fleet.revision === null) {
    const why = fleet.fault === null ? '' : ` ${fleet.fault.code}: ${fleet.fault.message}`;
    return new Failure('NoRevision', `No revision of the source was accepted yet, so no device is known.${why}`);
  }
  const nearest = nearestName(device, names);
  const hint = nearest === undefined ? '"rosctl devices" shows those there are.' : `Did you mean ${nearest}?`;
  const failure = new Failure('NotFound', `There is no device ${JSON.stringify(device)}. ${hint}`);
  return nearest === undefined ? failure : Object.assign(failure, { nearest });
}

/** Of a device that has left the fleet it is told what is stored. @throws {Failure} `NotFound`, `NoRevision` */
export async function mustKnow(
  { store, fleet }: { readonly store: Pick<ScopedStore, 'devices'>; readonly fleet: FleetView | null },
  device: DeviceName,
): Promise<void> {
  if (fleet !== null && deviceIn(fleet, device)) return;
  const stored = (await store.devices.list()).map(({ name }) => name);
  if (stored.includes(device)) return;
  throw missingDevice(device, fleet === null ? stored : fleet.devices(), fleet);
}
