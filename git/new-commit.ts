import { createHash } from 'node:crypto';
import { gitFailure } from './failures.ts';
import { readLinks } from './history.ts';
import type { GitObject, ObjectReader } from './repository.ts';
import type { NewCommit, NewFile } from './proposed-commit.ts';
import { type TreeEntry, readTreeObject } from './tree-object.ts';

/** An object with its id. */
export interface NewObject extends GitObject {
  readonly id: string;
}

const BY = 'routeros-gitops <routeros-gitops@localhost>';

/**
 * The objects of a commit that changes some files of its parent, the commit last. Whatever else the trees hold stays,
 * as does a byte order mark. @throws {Failure} those of reading, and of whoever edits a file.
 */
export async function newCommit(
  reader: ObjectReader,
  { parent, files, message, at }: NewCommit,
): Promise<readonly [...NewObject[], NewObject]> {
  const { tree } = await readLinks(reader, parent);
  const objects: NewObject[] = [];
  let root = tree;
  for (const { path, edit } of files) {
    const written: ObjectReader = {
      readObject: async (id) => objects.find((object) => object.id === id) ?? (await reader.readObject(id)),
    };
    root = await withFile(written, objects, root, path.split('/'), edit);
  }
  const seconds = String(Math.floor(at / 1000));
  const text = `tree ${root}\nparent ${parent}\nauthor ${BY} ${seconds} +0000\ncommitter ${BY} ${seconds} +0000\n\n${message}`;
  return [...objects, objectOf('commit', Buffer.from(text))];
}

/** @returns the id of the tree with the file changed. */
async function withFile(
  reader: ObjectReader,
  objects: NewObject[],
  tree: string | null,
  [name = '', ...rest]: readonly string[],
  edit: NewFile['edit'],
): Promise<string> {
  const entries = tree === null ? [] : await readTreeObject(reader, tree);
  const entry = entries.find((each) => each.name === name);
  const [kind, mode] = rest.length === 0 ? (['file', '100644'] as const) : (['folder', '40000'] as const);
  if (entry !== undefined && entry.kind !== kind) throw gitFailure('GitObjectBad', `${name} is no ${kind}`);
  let id: string;
  if (rest.length > 0) id = await withFile(reader, objects, entry?.id ?? null, rest, edit);
  else {
    const blob = objectOf('blob', await bytesOf(reader, entry?.id ?? null, edit));
    objects.push(blob);
    ({ id } = blob);
  }
  const rawName = Buffer.from(name).toString('latin1');
  const changed: TreeEntry = entry === undefined ? { kind, mode, name, rawName, id } : { ...entry, id };
  const made = objectOf('tree', treeBytes([...entries.filter((each) => each !== entry), changed]));
  objects.push(made);
  return made.id;
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

async function bytesOf(reader: ObjectReader, id: string | null, edit: NewFile['edit']): Promise<Buffer> {
  const old = id === null ? null : Buffer.from((await reader.readObject(id)).bytes);
  const hasMark = old?.subarray(0, MARK.length).equals(MARK) === true;
  const text = old === null ? null : old.subarray(hasMark ? MARK.length : 0).toString('utf8');
  return Buffer.concat([hasMark ? MARK : Buffer.alloc(0), Buffer.from(edit(text))]);
}

function treeBytes(entries: readonly TreeEntry[]): Buffer {
  const sortedBy = ({ kind, rawName }: TreeEntry): Buffer =>
    Buffer.from(kind === 'folder' ? `${rawName}/` : rawName, 'latin1');
  return Buffer.concat(
    entries
      .toSorted((a, b) => sortedBy(a).compare(sortedBy(b)))
      .flatMap(({ mode, rawName, id }) => [Buffer.from(`${mode} ${rawName}\0`, 'latin1'), Buffer.from(id, 'hex')]),
  );
}

function objectOf(type: GitObject['type'], bytes: Buffer): NewObject {
  const id = createHash('sha1')
    .update(`${type} ${String(bytes.byteLength)}\0`)
    .update(bytes)
    .digest('hex');
  return { type, bytes, id };
}
