import { Failure } from '#routeros';
import type { Inventory } from '../desired/inventory.ts';
import { configsFor } from '../desired/layers.ts';
import type { Authors } from '../policy/consent.ts';
import type { DeviceName } from '../ports.ts';
import type { Records } from '../records.ts';
import type { Contents } from './contents.ts';

/**
 * Who brought what is desired of a device: whoever changed a file that speaks of it, at the revision that it was confirmed at or now. `since` is that revision's commit, and of a
 * state that was mixed also that of its inventory; null: the device was never confirmed.
 */
export async function authorsSince(
  { authorship }: Pick<Records, 'authorship'>,
  source: string,
  contents: Contents,
  now: Inventory,
  device: DeviceName,
  since: readonly (string | null)[],
): Promise<Authors> {
  const files = new Set(filesFor(now, device));
  for (const commit of since) {
    if (commit === null) continue;
    const then = await contents.at(commit).catch((error: unknown) => {
      if (error instanceof Failure) return null;
      throw error;
    });
    if (then === null || 'kind' in then) return { people: [], unknown: true };
    for (const file of filesFor(then.inventory, device)) files.add(file);
  }
  // Of a state that was mixed, the inventory was that of the older commit.
  const [ofConfigs = null, ofInventory = ofConfigs] = since;
  const own = now.devices.get(device)?.file;
  const brought = [
    await authorship.authorsOf(source, ofConfigs, [...files]),
    await authorship.authorsOf(source, ofInventory, own === undefined ? [] : [own]),
  ];
  return {
    people: [...new Set(brought.flatMap(({ people }) => people))],
    unknown: brought.some(({ unknown }) => unknown),
  };
}

/** Labels in the device's own file choose its RouterConfigs, so who changed them brought the change too. */
function filesFor(inventory: Inventory, name: DeviceName): readonly string[] {
  const device = inventory.devices.get(name);
  return device === undefined ? [] : [device.file, ...configsFor(inventory, name).map(({ file }) => file)];
}
