import { Failure } from '#failure';
import { gitFailure, tooLarge } from './failures.ts';
import type { ObjectReader } from './repository.ts';

/** What an entry of a tree is, by its mode. */
export type EntryKind = 'file' | 'folder' | 'link' | 'submodule';

/** One entry of a tree. */
export interface TreeEntry {
  readonly kind: EntryKind;
  /** As it is written: `100644`. */
  readonly mode: string;
  /** As text; null: the bytes are no UTF-8. */
  readonly name: string | null;
  /** The bytes of the name, one character each. */
  readonly rawName: string;
  readonly id: string;
}

/** 100664 was written by git before 2005 only, yet some repositories still carry it. */
const KINDS: Readonly<Record<string, EntryKind>> = {
  '100644': 'file',
  '100755': 'file',
  '100664': 'file',
  '40000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};
const LONGEST_MODE = 6;
const ID_BYTES = 20;
/** No file system takes a longer one. */
const LONGEST_NAME = 255;
/** Of one folder: many times what a fleet has in all. */
const MOST_ENTRIES = 50_000;

/**
 * Reads a tree object. @throws {Failure} GitObjectMissing, SourceTooLarge, GitObjectBad when it is no tree, or one
 * that git itself would not write.
 */
export async function readTreeObject(repository: ObjectReader, id: string): Promise<readonly TreeEntry[]> {
  const { type, bytes } = await repository.readObject(id);
  if (type !== 'tree') throw gitFailure('GitObjectBad', `${id} is a ${type}, not a tree`);
  return treeEntriesOf(bytes, id);
}

/**
 * The entries of a tree, from its own bytes. Refused are unknown modes, names that lead elsewhere (`..`, `.git`, with
 * a slash), and entries that are out of order or there twice: readers of git disagree about what such a tree holds.
 * @throws {Failure} GitObjectBad, SourceTooLarge
 */
export function treeEntriesOf(bytes: Uint8Array, id: string): readonly TreeEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: TreeEntry[] = [];
  const seen = new Set<string>();
  let before: Buffer | null = null;
  for (let at = 0; at < buffer.byteLength;) {
    const space = buffer.indexOf(0x20, at);
    const end = buffer.indexOf(0, at);
    if (space < 0 || space - at > LONGEST_MODE || end < space) throw malformed(id, 'it is cut off');
    if (end + 1 + ID_BYTES > buffer.byteLength) throw malformed(id, 'it is cut off');
    const mode = buffer.toString('latin1', at, space);
    const kind = KINDS[mode];
    if (kind === undefined) throw malformed(id, 'an entry has a mode that does not exist');
    if (end - space > LONGEST_NAME + 1)
      throw tooLarge(`the tree ${id} holds a name of more than ${String(LONGEST_NAME)} bytes`);
    if (entries.length === MOST_ENTRIES)
      throw tooLarge(`the tree ${id} holds more than ${String(MOST_ENTRIES)} entries`);
    const name = buffer.subarray(space + 1, end);
    const raw = name.toString('latin1');
    if (/^(\.{0,2}|\.git)$/i.test(raw) || raw.includes('/'))
      throw malformed(id, 'an entry has a name that leads elsewhere');
    if (seen.has(raw)) throw malformed(id, 'two entries have one name');
    seen.add(raw);
    const sortedBy = kind === 'folder' ? Buffer.concat([name, SLASH]) : name;
    if (before !== null && before.compare(sortedBy) >= 0) throw malformed(id, 'its entries are not in order');
    before = sortedBy;
    entries.push({
      kind,
      mode,
      name: textOf(name),
      rawName: raw,
      id: buffer.toString('hex', end + 1, end + 1 + ID_BYTES),
    });
    at = end + 1 + ID_BYTES;
  }
  return entries;
}

/**
 * The id of the folder at `path` below a tree (`.`: the tree itself); null: none is there. Links are not followed.
 * @throws {Failure} as readTreeObject
 */
export async function treeAt(repository: ObjectReader, treeId: string, path: string): Promise<string | null> {
  let id = treeId;
  for (const name of path === '.' ? [] : path.split('/')) {
    const entries = await readTreeObject(repository, id);
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry?.kind !== 'folder') return null;
    id = entry.id;
  }
  return id;
}

const SLASH = Buffer.from('/');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(name: Uint8Array): string | null {
  try {
    return utf8.decode(name);
  } catch {
    return null;
  }
}

function malformed(id: string, why: string): Failure {
  return gitFailure('GitObjectBad', `the tree ${id} is malformed: ${why}`);
}
