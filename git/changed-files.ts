import { tooLarge } from './failures.ts';
import type { GitRepository } from './repository.ts';
import { readTreeObject, treeAt, type TreeEntry } from './tree-object.ts';

const MAX_ENTRIES = 200_000;
const MAX_DEPTH = 32;

/** A regular file that two trees do not have alike: its blobs, null where it is none. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The blob of a symbolic link that was there before; null: none was. */
  readonly linkBefore: string | null;
}

/**
 * The files below `path`, relative to it, that two trees do not have alike. Modes count for nothing, nor do links and
 * submodules.
 * @param before null: there was no tree.
 * @throws {Failure} GitObjectMissing, GitObjectBad, SourceTooLarge
 */
export async function changedFiles(
  repository: GitRepository,
  before: string | null,
  after: string,
  path: string,
): Promise<readonly ChangedFile[]> {
  const comparison: Comparison = { repository, changed: [], entries: 0 };
  const [was, is] = [
    before === null ? null : await treeAt(repository, before, path),
    await treeAt(repository, after, path),
  ];
  await compare(comparison, was, is, '', 0);
  return comparison.changed;
}

interface Comparison {
  readonly repository: GitRepository;
  readonly changed: ChangedFile[];
  entries: number;
}

/** Ids of folders; null: not there. */
async function compare(
  comparison: Comparison,
  before: string | null,
  after: string | null,
  below: string,
  depth: number,
): Promise<void> {
  if (before === after) return;
  if (depth > MAX_DEPTH) throw tooLarge(`${below} lies more than ${String(MAX_DEPTH)} folders deep`);
  const [was, is] = await Promise.all([entriesOf(comparison, before), entriesOf(comparison, after)]);
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [old, own] = [was.get(name), is.get(name)];
    if (old?.id === own?.id && old?.kind === own?.kind) continue;
    const path = `${below}${own?.name ?? old?.name ?? name}`;
    const [oldFile, ownFile] = [idOf(old, 'file'), idOf(own, 'file')];
    if (oldFile !== ownFile || old?.kind === 'link')
      comparison.changed.push({ path, before: oldFile, after: ownFile, linkBefore: idOf(old, 'link') });
    await compare(comparison, idOf(old, 'folder'), idOf(own, 'folder'), `${path}/`, depth + 1);
  }
}

async function entriesOf(comparison: Comparison, id: string | null): Promise<ReadonlyMap<string, TreeEntry>> {
  if (id === null) return new Map();
  const entries = await readTreeObject(comparison.repository, id);
  comparison.entries += entries.length;
  if (comparison.entries > MAX_ENTRIES) throw tooLarge(`a commit changes more than ${String(MAX_ENTRIES)} entries`);
  return new Map(entries.map((entry) => [entry.rawName, entry]));
}

function idOf(entry: TreeEntry | undefined, kind: TreeEntry['kind']): string | null {
  return entry?.kind === kind ? entry.id : null;
}
