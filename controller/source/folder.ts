import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, renderFaults } from '../desired/fault.ts';
import { entryFault, type FoundFile, scanFolder, type ScannedFolder, sourceFailure } from './scan.ts';

/** The content of a source at one moment. */
export interface SourceContent {
  /** `sha256:…` over paths and texts: equal content has an equal id, wherever it lies. */
  readonly id: string;
  /** Text of every YAML file by its path, in the order of paths. Never empty. */
  readonly files: Readonly<Record<string, string>>;
}

/** The content of a folder, and what keeps it from being taken for a fleet. */
export interface InspectedFolder extends SourceContent {
  /** Links, names that some machines take for one, text that is not UTF-8. Those files are not among `files`. */
  readonly faults: readonly Fault[];
}

const TRIES = 3;

/**
 * Reads all YAML files of a folder as they stand at one moment: when anything changes meanwhile it starts over.
 * @throws {Failure} with a code of SOURCE_FAILURES; a folder without YAML files is `EmptySource`.
 */
export async function readFolder(folder: string): Promise<SourceContent> {
  const { id, files, faults } = await inspectFolder(folder);
  if (faults.length > 0) throw sourceFailure('SourceForbiddenEntry', renderFaults(faults));
  return { id, files };
}

/**
 * As readFolder, for those who tell people everything that is wrong: entries that readFolder refuses come as faults.
 * @throws {Failure} EmptySource, SourceUnreadable, SourceChanging, SourceTooLarge
 */
export async function inspectFolder(folder: string): Promise<InspectedFolder> {
  let before = await scanFolder(folder);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (before.files.length + before.faults.length === 0) {
      throw sourceFailure('EmptySource', `${folder} holds no .yaml or .yml file`);
    }
    const { files, faults } = await readFiles(folder, before.files);
    const after = await scanFolder(folder);
    if (stateOf(before) === stateOf(after)) {
      return { id: contentIdOf(files), files, faults: [...before.faults, ...faults] };
    }
    before = after;
  }
  throw sourceFailure('SourceChanging', `the files in ${folder} keep changing`);
}

async function readFiles(
  folder: string,
  found: readonly FoundFile[],
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly faults: readonly Fault[] }> {
  const files: Record<string, string> = {};
  const faults: Fault[] = [];
  for (const { path } of found) {
    const bytes = await readBytes(folder, path);
    try {
      files[path] = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      faults.push(entryFault(path, 'is not UTF-8 text', 'save it as UTF-8'));
    }
  }
  return { files, faults };
}

async function readBytes(folder: string, path: string): Promise<Uint8Array> {
  try {
    // A link that took the file's place since the scan is not followed.
    const handle = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `${path} can not be read`, error);
  }
}

function stateOf({ files, faults }: ScannedFolder): string {
  return JSON.stringify([files.map((file) => file.state), faults]);
}

/** `sha256:…` over paths and texts, which must be in the order of paths. */
export function contentIdOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256')
    .update('routeros-gitops folder v1\n')
    .update(JSON.stringify(Object.entries(files)));
  return `sha256:${hash.digest('hex')}`;
}
