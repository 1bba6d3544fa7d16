import type { RawCommit } from '../../signatures/raw-commit.ts';
import { SOURCE_LIMITS, tooLarge } from '../scan.ts';
import { readLinks, shallowWhenMissing } from './history.ts';
import type { GitRepository } from './repository.ts';
import { readTreeObject, treeAt, type TreeEntry } from './tree-object.ts';

const MAX_ENTRIES = 200_000;

/**
 * The files below `path`, relative to it and sorted, that a commit changed, added or removed: those that differ from every one of its parents, as
 * `git show` has it; of a commit without parents all.
 * @throws {Failure} ShallowHistory when a parent is not there; GitObjectMissing, GitObjectBad, SourceTooLarge
 */
export async function changedPaths(
  repository: GitRepository,
  commit: RawCommit,
  path: string,
): Promise<readonly string[]> {
  const parents: (string | null)[] = [];
  for (const parent of commit.parents)
    parents.push(await treeAt(repository, await treeOfParent(repository, parent), path));
  const comparison: Comparison = { repository, changed: [], entries: 0 };
  const own = await treeAt(repository, commit.tree, path);
  await compare(comparison, own, parents.length === 0 ? [null] : parents, '', 0);
  return comparison.changed.toSorted();
}

interface Comparison {
  readonly repository: GitRepository;
  readonly changed: string[];
  entries: number;
}

/** Ids of folders; null: not there. Nothing differs from every parent where one has the same id. */
async function compare(
  comparison: Comparison,
  own: string | null,
  parents: readonly (string | null)[],
  below: string,
  depth: number,
): Promise<void> {
  if (parents.includes(own)) return;
  if (depth > SOURCE_LIMITS.depth)
    throw tooLarge(`${below} lies more than ${String(SOURCE_LIMITS.depth)} folders deep`);
  const [mine = new Map<string, TreeEntry>(), ...theirs] = await Promise.all(
    [own, ...parents].map((id) => entriesOf(comparison, id)),
  );
  const names = new Set([mine, ...theirs].flatMap((entries) => [...entries.keys()]));
  for (const name of names) {
    const entry = mine.get(name);
    const others = theirs.map((entries) => entries.get(name));
    if (others.some((other) => other?.id === entry?.id && other?.kind === entry?.kind)) continue;
    const path = `${below}${entry?.name ?? others.find((other) => other !== undefined)?.name ?? name}`;
    if (others.every((other) => fileOf(other) !== fileOf(entry))) comparison.changed.push(path);
    await compare(comparison, folderIn(entry), others.map(folderIn), `${path}/`, depth + 1);
  }
}

async function entriesOf(comparison: Comparison, id: string | null): Promise<ReadonlyMap<string, TreeEntry>> {
  if (id === null) return new Map();
  const entries = await readTreeObject(comparison.repository, id);
  comparison.entries += entries.length;
  if (comparison.entries > MAX_ENTRIES) throw tooLarge(`a commit changes more than ${String(MAX_ENTRIES)} entries`);
  return new Map(entries.map((entry) => [entry.rawName, entry]));
}

function folderIn(entry: TreeEntry | undefined): string | null {
  return entry?.kind === 'folder' ? entry.id : null;
}

function fileOf(entry: TreeEntry | undefined): string | null {
  return entry === undefined || entry.kind === 'folder' ? null : `${entry.kind} ${entry.id}`;
}

async function treeOfParent(repository: GitRepository, id: string): Promise<string> {
  const { tree } = await readLinks(repository, id).catch(shallowWhenMissing);
  return tree;
}
