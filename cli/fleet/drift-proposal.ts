import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  adoptionOf,
  type Adoption,
  type DriftView,
  editedFiles,
  type EditedFiles,
  layersFor,
  type LocatedInventory,
  renderDiagnostics,
  revisionOf,
} from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { inspectFleet } from './fleet-files.ts';
import { knownDevice } from './read-fleet.ts';

/** What a fleet's files are to say so that a drifted router is as declared. */
export interface Proposal {
  readonly adoption: Adoption;
  /** Those that change, whole. */
  readonly files: EditedFiles;
  /** The same as they are; what is made is not among them. */
  readonly before: EditedFiles;
}

/**
 * Adopts drift into the files of the fleet that `--fleet` names, without writing them. Read again they must be sound,
 * and want nothing else of any other device. @throws {CommandError} when they would not.
 */
export async function proposalFor(
  context: CommandContext,
  device: string,
  entries: DriftView['drift'][number]['entries'],
): Promise<Proposal> {
  const folder = optionText(context, 'fleet') ?? '.';
  const { files, faults } = await inspectFleet(context, folder);
  const inventory = inventoryOf(files, faults, `the fleet in ${folder} has faults`);
  const adoption = adoptionOf(inventory, await knownDevice(inventory, device), entries);
  const edited = editedFiles(files, device, adoption);
  const after = inventoryOf({ ...files, ...edited }, [], 'the files would have faults, so change them by hand');
  for (const other of inventory.devices.keys()) {
    if (other === device) continue;
    if (isDeepStrictEqual(layersFor(inventory, other).desired, layersFor(after, other).desired)) continue;
    throw new CommandError(
      'faultyInput',
      `the files would want something else of ${other}, too`,
      'change them by hand',
    );
  }
  const before = Object.fromEntries(Object.entries(files).filter(([file]) => file in edited));
  return { adoption, files: edited, before };
}

function inventoryOf(
  files: Readonly<Record<string, string>>,
  unread: Parameters<typeof revisionOf>[1],
  otherwise: string,
): LocatedInventory {
  const revision = revisionOf(files, unread);
  if (revision.ok) return revision.inventory;
  throw new CommandError('faultyInput', `${otherwise}\n${renderDiagnostics(revision.faults)}`);
}

/** Writes files below a folder, which may be the fleet itself. */
export async function writeFilesInto(folder: string, files: EditedFiles): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
