import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#routeros';
import { isPlain, quotedAscii } from '#routeros/visible';
import type { Fault } from '../desired/fault.ts';
import type { SourceFailureCode } from './failures.ts';
import { isStateFolder } from './state-folder.ts';

/** A YAML file of the folder; `state` changes when the file does. */
export interface FoundFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly state: string;
}

/** How much a source may hold at most, wherever it lies. */
export const SOURCE_LIMITS = {
  files: 10_000,
  depth: 32,
  fileBytes: 16 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
} as const;

/** What a folder holds, and the entries that could mean different things on different machines; those are not among the files. */
export interface ScannedFolder {
  readonly files: readonly FoundFile[];
  readonly faults: readonly Fault[];
}

/**
 * The `*.yaml` and `*.yml` files below a folder, sorted by path. Left out are entries whose name starts with a dot, and folders
 * that are a controller's own.
 * @throws {Failure} SourceTooLarge, SourceUnreadable
 */
export async function scanFolder(folder: string): Promise<ScannedFolder> {
  const found: Found = { files: [], faults: [] };
  await scan(folder, '', 0, found);
  const total = found.files.reduce((sum, file) => sum + file.bytes, 0);
  if (total > SOURCE_LIMITS.totalBytes)
    throw tooLarge(`${folder} holds more than ${String(SOURCE_LIMITS.totalBytes)} bytes of YAML`);
  return { files: found.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), faults: found.faults };
}

/** A failure of the source, with the system's own error as its cause. */
export function sourceFailure(code: SourceFailureCode, message: string, cause?: unknown): Failure<SourceFailureCode> {
  return new Failure(code, message, { cause });
}

/** A fault of a file as a whole. */
export function entryFault(file: string, message: string, hint: string): Fault {
  return { file, line: 1, column: 1, path: '', message, hint };
}

/**
 * Whether people see what a name holds and every machine keeps it: nothing hidden in it, no backslash, and no character in place of bytes that are no
 * UTF-8.
 */
export function isPlainName(name: string): boolean {
  return isPlain(name) && !/[\\\uFFFD]/.test(name);
}

/** The fault of a name that is not plain; null: its bytes are no UTF-8. `below` is the folder with its slash. */
export function nameFault(below: string, name: string | null): Fault {
  return entryFault(`${below}${quotedAscii(name ?? '?')}`, 'has a name that is no plain text', 'rename it');
}

/** The fault of a name that some machines take for that of its neighbour `twin`. */
export function twinFault(path: string, twin: string): Fault {
  const message = `its name differs from ${twin} only in case or in how accents are written`;
  return entryFault(path, message, 'some machines take the two for one: rename one of them');
}

/** Equal for names that some machine takes for one. Upper case comes first because `ß` and `ss`, `ſ` and `s` meet only there. */
export function foldedName(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/** Whether files of this name belong to the fleet. */
export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** A source beyond SOURCE_LIMITS. */
export function tooLarge(message: string): Failure<SourceFailureCode> {
  return sourceFailure('SourceTooLarge', message);
}

interface Found {
  readonly files: FoundFile[];
  readonly faults: Fault[];
}

async function scan(root: string, below: string, depth: number, found: Found): Promise<void> {
  if (depth > SOURCE_LIMITS.depth)
    throw tooLarge(`${below} lies more than ${String(SOURCE_LIMITS.depth)} folders deep`);
  const entries = (await entriesOf(join(root, below))).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const names = entries.map((entry) => entry.name);
  if (below !== '' && (await isStateFolder(join(root, below), names))) return;
  const folded = new Map<string, string>();
  for (const entry of entries) {
    if (!isPlainName(entry.name)) {
      found.faults.push(nameFault(below === '' ? '' : `${below}/`, entry.name));
      continue;
    }
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) {
      found.faults.push(entryFault(path, 'is a symbolic link', 'put the file itself there'));
      continue;
    }
    if (!entry.isDirectory() && !isYamlName(entry.name)) continue;
    const twin = folded.get(foldedName(entry.name));
    if (twin !== undefined) {
      found.faults.push(twinFault(path, twin));
      continue;
    }
    folded.set(foldedName(entry.name), path);
    if (entry.isDirectory()) await scan(root, path, depth + 1, found);
    else await addFile(root, path, found);
    if (found.files.length > SOURCE_LIMITS.files)
      throw tooLarge(`${root} holds more than ${String(SOURCE_LIMITS.files)} YAML files`);
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `the folder ${folder} can not be read`, error);
  }
}

async function addFile(root: string, path: string, found: Found): Promise<void> {
  const stats = await lstat(join(root, path), { bigint: true }).catch((error: unknown) => {
    throw sourceFailure('SourceUnreadable', `${path} can not be read`, error);
  });
  if (!stats.isFile()) {
    found.faults.push(entryFault(path, 'is no regular file', 'put a file there, or give it another name'));
    return;
  }
  if (stats.size > SOURCE_LIMITS.fileBytes)
    throw tooLarge(`${path} has more than ${String(SOURCE_LIMITS.fileBytes)} bytes`);
  const state = [path, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
  found.files.push({ path, bytes: Number(stats.size), state });
}
