import { type Inventory, type LocatedInventory, renderDiagnostics, revisionOf } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { failureText } from '../text/failure-text.ts';
import { inspectFleet } from './fleet-files.ts';

/** A fleet read from its folder, without a fault. */
export interface Fleet {
  /** Digest of the files: `sha256:…`. */
  readonly revision: string;
  readonly inventory: LocatedInventory;
}

/** What --fleet is when nobody names one: often a folder that holds more than a fleet. */
const UNNAMED = '.';
const NAME_IT = 'name the fleet: --fleet FOLDER';

/**
 * Reads a fleet's folder. @throws {CommandError} `faultyInput` that names every fault; {Failure} with a code of
 * SOURCE_FAILURES.
 */
export async function readFleet(context: CommandContext, folder: string): Promise<Fleet> {
  const { id, files, faults } = await inspectFleet(context, folder).catch((error: unknown) => {
    if (folder !== UNNAMED || !(error instanceof Failure)) throw error;
    throw new CommandError('noInput', failureText(error).message, NAME_IT);
  });
  const revision = revisionOf(files, faults);
  if (revision.ok) return { revision: id, inventory: revision.inventory };
  const message = `the fleet in ${folder} has faults\n${renderDiagnostics(revision.faults)}`;
  throw new CommandError('faultyInput', message, folder === UNNAMED ? NAME_IT : undefined);
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
