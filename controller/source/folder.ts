import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundFile, scanFolder, sourceFailure } from './scan.ts';

/** The content of a source at one moment. */
export interface SourceContent {
  /** `sha256:…` over paths and texts: equal content has an equal id, wherever it lies. */
  readonly id: string;
  /** Text of every YAML file by its path, in the order of paths. Never empty. */
  readonly files: Readonly<Record<string, string>>;
}

const TRIES = 3;

/**
 * Reads all YAML files of a folder as they stand at one moment: when anything changes meanwhile it starts over.
 * @throws {Failure} with a code of SOURCE_FAILURES; a folder without YAML files is `EmptySource`.
 */
export async function readFolder(folder: string): Promise<SourceContent> {
  let before = await scanFolder(folder);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (before.length === 0) throw sourceFailure('EmptySource', `${folder} holds no .yaml or .yml file`);
    const files = await readFiles(folder, before);
    const after = await scanFolder(folder);
    if (stateOf(before) === stateOf(after)) return { id: digestOf(files), files };
    before = after;
  }
  throw sourceFailure('SourceChanging', `the files in ${folder} keep changing`);
}

async function readFiles(folder: string, found: readonly FoundFile[]): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for (const { path } of found) files[path] = await readText(folder, path);
  return files;
}

async function readText(folder: string, path: string): Promise<string> {
  try {
    // A link that took the file's place since the scan is not followed.
    const handle = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    const message = error instanceof TypeError ? `${path} is not UTF-8 text` : `${path} can not be read`;
    throw sourceFailure('SourceUnreadable', message, error);
  }
}

function stateOf(files: readonly FoundFile[]): string {
  return files.map((file) => file.state).join('\n');
}

function digestOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256')
    .update('routeros-gitops folder v1\n')
    .update(JSON.stringify(Object.entries(files)));
  return `sha256:${hash.digest('hex')}`;
}
