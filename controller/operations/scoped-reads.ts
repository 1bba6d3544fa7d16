import type { DeviceName } from '../ports.ts';
import type { MenuReads } from '../reads/menu-reads.ts';
import { missingDevice } from './known-device.ts';
import type { Sight } from '../access/sight.ts';

/** Live reads of the devices that are seen; for others there is nothing to read. */
export function scopedReads(reads: MenuReads, { sees }: Sight): MenuReads {
  return {
    versionOf: (device) => (sees(device) ? reads.versionOf(device) : null),
    lacks: (device, menu) => sees(device) && reads.lacks(device, menu),
    read: async (...asked) => await onSeen(sees, asked[0], async () => await reads.read(...asked)),
  };
}

/** Does some work with a router that is seen. @throws {Failure} `NotFound` for another one */
export async function onSeen<T>(sees: Sight['sees'], device: DeviceName, work: () => Promise<T>): Promise<T> {
  if (!sees(device)) throw missingDevice(device, [], null);
  return await work();
}
