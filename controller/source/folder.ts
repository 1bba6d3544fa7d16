import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileDiagnostic, renderDiagnostics } from '../desired/diagnostic.ts';
import { takeTurns } from '#turns';
import { checkoutWalk, type ListedPath } from './list-checkout.ts';
import { folderWalk } from './list-folder.ts';
import type { IgnoreRules } from './ignore-file.ts';
import { readBytes } from './read-bytes.ts';
import { entryFault, SOURCE_LIMITS, sourceFailure, tooLarge } from './scan.ts';
import { stateFolderIn } from './state-folder.ts';
import { type Walk, type WalkedFile, type WalkedSource, walkSource } from './walk.ts';

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
  readonly faults: readonly FileDiagnostic[];
  /** Whether a file at this path would be none of the fleet, by its ignore file. */
  readonly hides: (path: string) => boolean;
}

const TRIES = 3;

/**
 * Reads all YAML files of a folder as they stand at one moment: when anything changes meanwhile it starts over.
 * @param stateFolder the controller's own, which is none of the fleet where it lies in the folder; null: there is none.
 * @throws {Failure} with a code of SOURCE_FAILURES; a folder without YAML files is `EmptySource`.
 */
export async function readFolder(folder: string, stateFolder: string | null = null): Promise<SourceContent> {
  const { id, files, faults } = await inspectFolder(folder, stateFolder);
  if (faults.length > 0) throw sourceFailure('SourceForbiddenEntry', renderDiagnostics(faults));
  return { id, files };
}

/**
 * As readFolder, for those who tell people everything that is wrong: entries that readFolder refuses come as faults.
 * @throws {Failure} EmptySource, SourceUnreadable, SourceChanging, SourceTooLarge
 */
export async function inspectFolder(folder: string, stateFolder: string | null = null): Promise<InspectedFolder> {
  return await inspect(folder, folderWalk(folder, stateFolderIn(folder, stateFolder)), '');
}

/**
 * As inspectFolder, of a checkout: what a commit of everything would hold, by what git lists. @throws {Failure} as
 * inspectFolder
 */
export async function inspectCheckout(folder: string, listed: readonly ListedPath[]): Promise<InspectedFolder> {
  return await inspect(folder, await checkoutWalk(folder, listed), ' that git tracks or would add');
}

async function inspect(folder: string, walk: Walk<string>, which: string): Promise<InspectedFolder> {
  let before = await scan(folder, walk);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (before.files.length + before.faults.length === 0) {
      throw sourceFailure('EmptySource', `${folder} holds no .yaml or .yml file${which}`);
    }
    const { files, faults } = await readFiles(folder, before.files);
    const after = await scan(folder, walk);
    if (before.state === after.state) {
      return {
        id: await contentIdOf(files),
        files,
        faults: [...before.faults, ...faults],
        hides: hiding(before.rules),
      };
    }
    before = after;
  }
  throw sourceFailure('SourceChanging', `the files in ${folder} keep changing`);
}

/** What a walk finds; `state` changes when a file does. */
async function scan(folder: string, walk: Walk<string>): Promise<WalkedSource<string> & { readonly state: string }> {
  const walked = await walkSource(walk);
  const states: string[] = [];
  let total = 0n;
  for (const { path } of walked.files) {
    const stats = await lstat(join(folder, path), { bigint: true }).catch((error: unknown) => {
      throw sourceFailure('SourceUnreadable', `${path} can not be read`, error);
    });
    if (stats.size > SOURCE_LIMITS.fileBytes)
      throw tooLarge(`${path} has more than ${String(SOURCE_LIMITS.fileBytes)} bytes`);
    total += stats.size;
    states.push([path, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' '));
  }
  if (total > SOURCE_LIMITS.totalBytes)
    throw tooLarge(`${folder} holds more than ${String(SOURCE_LIMITS.totalBytes)} bytes of YAML`);
  return { ...walked, state: JSON.stringify([states, walked.faults]) };
}

async function readFiles(
  folder: string,
  found: readonly WalkedFile<string>[],
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly faults: readonly FileDiagnostic[] }> {
  const files: Record<string, string> = {};
  const faults: FileDiagnostic[] = [];
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

/** Of files alone, as InspectedFolder tells it. */
export function hiding({ hides }: IgnoreRules): InspectedFolder['hides'] {
  return (path) => hides(path, 'file');
}

/** `sha256:…` over paths and texts, which must be in the order of paths. */
export async function contentIdOf(files: Readonly<Record<string, string>>): Promise<string> {
  const turn = takeTurns();
  const hash = createHash('sha256').update('routeros-gitops folder v1\n');
  for (const [path, text] of Object.entries(files)) {
    await turn();
    hash.update(`${JSON.stringify(path)} ${String(text.length)}\n`).update(text);
  }
  return `sha256:${hash.digest('hex')}`;
}
