import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#routeros';
import type { SourceFailureCode } from './failures.ts';

/** A YAML file of the folder; `state` changes when the file does. */
export interface FoundFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly state: string;
}

const MAX_FILES = 10_000;
const MAX_DEPTH = 32;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/**
 * The `*.yaml` and `*.yml` files below a folder, sorted by path; entries whose name starts with a dot are left out.
 * @throws {Failure} SourceForbiddenEntry, SourceTooLarge, SourceUnreadable
 */
export async function scanFolder(folder: string): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  await scan(folder, '', 0, files);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  if (total > MAX_TOTAL_BYTES) throw tooLarge(`${folder} holds more than ${String(MAX_TOTAL_BYTES)} bytes of YAML`);
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A failure of the source, with the system's own error as its cause. */
export function sourceFailure(code: SourceFailureCode, message: string, cause?: unknown): Failure<SourceFailureCode> {
  return new Failure(code, message, { cause });
}

async function scan(root: string, below: string, depth: number, files: FoundFile[]): Promise<void> {
  if (depth > MAX_DEPTH) throw tooLarge(`${below} lies more than ${String(MAX_DEPTH)} folders deep`);
  const folded = new Map<string, string>();
  for (const entry of await entriesOf(join(root, below))) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) throw forbidden(`${path} is a symbolic link`);
    const isYaml = /\.ya?ml$/i.test(entry.name);
    if (!entry.isDirectory() && !isYaml) continue;
    const twin = folded.get(foldedName(entry.name));
    if (twin !== undefined) throw forbidden(`${twin} and ${path} differ only in case or in how accents are written`);
    folded.set(foldedName(entry.name), path);
    if (entry.isDirectory()) await scan(root, path, depth + 1, files);
    else files.push(await foundFile(root, path));
    if (files.length > MAX_FILES) throw tooLarge(`${root} holds more than ${String(MAX_FILES)} YAML files`);
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `the folder ${folder} can not be read`, error);
  }
}

async function foundFile(root: string, path: string): Promise<FoundFile> {
  const stats = await lstat(join(root, path), { bigint: true }).catch((error: unknown) => {
    throw sourceFailure('SourceUnreadable', `${path} can not be read`, error);
  });
  if (!stats.isFile()) throw forbidden(`${path} is no regular file`);
  if (stats.size > MAX_FILE_BYTES) throw tooLarge(`${path} has more than ${String(MAX_FILE_BYTES)} bytes`);
  const state = [path, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
  return { path, bytes: Number(stats.size), state };
}

function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function forbidden(message: string): Failure {
  return sourceFailure('SourceForbiddenEntry', message);
}

function tooLarge(message: string): Failure {
  return sourceFailure('SourceTooLarge', message);
}
