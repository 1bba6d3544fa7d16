import type { Dirent, Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from './read-bytes.ts';
import { sourceFailure } from './scan.ts';
import type { EntryKind, SourceEntry, Walk } from './walk.ts';

/** What lies in a folder on the disk. `leftOut` is the path of the one folder in it that is none of the fleet. */
export function folderWalk(folder: string, leftOut: string | null): Walk<string> {
  return {
    what: folder,
    root: '',
    leftOut,
    entriesOf: (below) => entriesOf(folder, below),
    bytesOf: (_, path) => readBytes(folder, path),
  };
}

async function entriesOf(folder: string, below: string): Promise<readonly SourceEntry<string>[]> {
  let entries: readonly Dirent<Buffer>[];
  try {
    entries = await readdir(join(folder, below), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `the folder ${join(folder, below)} can not be read`, error);
  }
  return inTreeOrder(below, new Map(entries.map((entry) => [entry.name.toString('latin1'), kindOf(entry)])));
}

/** What the system says an entry is. */
export function kindOf(entry: Pick<Dirent<Buffer> | Stats, 'isSymbolicLink' | 'isDirectory' | 'isFile'>): EntryKind {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

/**
 * Entries of the folder at the path `below`, in the order in which a tree of Git holds them, so that the same one of
 * two is at fault. Names are bytes, one character each.
 */
export function inTreeOrder(below: string, kinds: ReadonlyMap<string, EntryKind>): readonly SourceEntry<string>[] {
  const sorted = [...kinds].toSorted((a, b) => (sortedBy(a) < sortedBy(b) ? -1 : 1));
  return sorted.map(([raw, kind]) => {
    const name = textOf(Buffer.from(raw, 'latin1'));
    return { name, kind, place: below === '' ? (name ?? '') : `${below}/${name ?? ''}` };
  });
}

function sortedBy([raw, kind]: readonly [raw: string, kind: EntryKind]): string {
  return kind === 'folder' ? `${raw}/` : raw;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
