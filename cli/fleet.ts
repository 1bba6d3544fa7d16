import { resolve } from 'node:path';
import { type Inventory, inspectFolder, renderFaults, revisionOf } from '#controller';
import type { CommandContext } from './command.ts';
import { CommandError } from './command-error.ts';

/** A fleet read from its folder, without a fault. */
export interface Fleet {
  /** Digest of the files: `sha256:…`. */
  readonly revision: string;
  readonly inventory: Inventory;
}

/** Reads a fleet's folder. @throws {CommandError} `faultyInput` that names every fault; {Failure} with a code of SOURCE_FAILURES. */
export async function readFleet(context: CommandContext, folder: string): Promise<Fleet> {
  const { id, files, faults } = await inspectFolder(resolve(context.cwd, folder));
  const revision = revisionOf(files, faults);
  if (revision.ok) return { revision: id, inventory: revision.inventory };
  throw new CommandError('faultyInput', `the fleet in ${folder} has faults\n${renderFaults(revision.faults)}`);
}

/** The device's name as the fleet has it. @throws {CommandError} `usage` with the nearest name. */
export async function knownDevice(inventory: Inventory, name: string): Promise<string> {
  if (inventory.devices.has(name)) return name;
  const { nearestName } = await import('#schemas');
  const names = [...inventory.devices.keys()];
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `the fleet has ${names.join(', ')}` : `did you mean ${nearest}?`;
  throw new CommandError('usage', `there is no device ${JSON.stringify(name)}`, hint);
}
