import type { RawCommit } from '#signatures';
import { readLinks, shallowWhenMissing } from '#git';
import { takeTurns } from '#turns';
import type { GitRepository } from '#git';
import type { ObjectReader } from './object-reader.ts';
import { type ObjectPair, type TreeChanges, treeChanges } from './tree-changes.ts';

/** All commits after a trusted head, by id, and how their trees are read. */
export interface CommitRange {
  readonly repository: GitRepository;
  readonly reader: ObjectReader;
  /** The folder of the source. */
  readonly path: string;
  readonly trusted: string;
  readonly commits: ReadonlyMap<string, RawCommit>;
  /** Comparisons made before, by the two trees. */
  readonly compared: Map<string, Promise<TreeChanges>>;
}

/** What a commit's own signature changed. */
export interface BroughtChanges extends TreeChanges {
  /** Of a merge, its parents. */
  readonly lines: readonly MergedLine[];
}

/** One parent of a merge. */
export interface MergedLine {
  readonly parent: string;
  /** What of the range it can reach, itself included. */
  readonly fresh: ReadonlySet<string>;
  /** In what the merge is as this parent and not as another. */
  readonly taken: ReadonlyMap<string, ObjectPair>;
}

/**
 * The objects that a commit's signer changed. Of a merge those that differ from every parent, and those where it took
 * one parent's content though another parent had changed it too: dropping somebody's change is a change. What one side
 * alone changed, the merge only passes on.
 * @throws {Failure} ShallowHistory, GitObjectMissing, GitObjectBad, SourceTooLarge
 */
export async function broughtChanges(range: CommitRange, commit: RawCommit): Promise<BroughtChanges> {
  const [only = null, ...others] = commit.parents;
  if (others.length === 0) {
    return { ...(await compared(range, only === null ? null : await treeOf(range, only), commit.tree)), lines: [] };
  }
  const turn = takeTurns();
  const parents: Parent[] = [];
  for (const id of commit.parents) {
    await turn();
    const changes = await compared(range, await treeOf(range, id), commit.tree);
    parents.push({ id, changes, line: lineOf(id, range) });
  }
  const brought = new Map<string, ObjectPair>();
  const [first, ...rest] = parents;
  for (const [key, pair] of first?.changes.objects ?? [])
    if (rest.every(({ changes }) => changes.objects.has(key))) brought.set(key, pair);
  for (const left of parents) {
    const asked = [...left.changes.objects.keys()].filter((key) => !brought.has(key));
    if (asked.length === 0) continue;
    const passedOn = new Set<string>();
    for (const taken of parents) {
      const keys = asked.filter((key) => !taken.changes.objects.has(key));
      if (keys.length === 0) continue;
      await turn();
      const changed = await changedSinceFork(range, left, taken);
      for (const key of keys) if (changed?.has(key) === false) passedOn.add(key);
    }
    const dropped = new Set(asked.filter((key) => !passedOn.has(key)));
    for (const [key, pair] of left.changes.objects) if (dropped.has(key)) brought.set(key, pair);
  }
  const each = parents.map(({ changes }) => changes);
  return {
    objects: brought,
    switched: unionOf(each.map(({ switched }) => switched)),
    unclearBefore: unionOf(each.map(({ unclearBefore }) => unclearBefore)),
    unclearAfter: intersectionOf(each.map(({ unclearAfter }) => unclearAfter)),
    fromOutside: brought.size > 0 && each.every(({ fromOutside }) => fromOutside),
    lines: parents.map(({ id, line, changes }) => ({ parent: id, fresh: line.fresh, taken: takenFrom(changes, each) })),
  };
}

function takenFrom(own: TreeChanges, all: readonly TreeChanges[]): ReadonlyMap<string, ObjectPair> {
  const pairs = all.flatMap(({ objects }) => [...objects]);
  return new Map(pairs.filter(([key]) => !own.objects.has(key)));
}

interface Parent {
  readonly id: string;
  /** In what the merge is not as this parent. */
  readonly changes: TreeChanges;
  readonly line: Line;
}

/** What of the range a commit can reach, itself included, and whether it descends from the trusted head. */
interface Line {
  readonly fresh: ReadonlySet<string>;
  readonly trusted: boolean;
}

/** Objects that `left` changed since the two parents parted; null: nobody can tell where that was. */
async function changedSinceFork(range: CommitRange, left: Parent, taken: Parent): Promise<ReadonlySet<string> | null> {
  const sides = [
    ...(left.line.trusted ? [forksOf(taken, left, range)] : []),
    ...(taken.line.trusted ? [forksOf(left, taken, range)] : []),
  ];
  const tree = await treeOf(range, left.id);
  const found: ReadonlySet<string>[] = [];
  for (const forks of sides) {
    const changed = new Set<string>();
    for (const fork of forks) {
      const { objects } = await compared(range, await treeOf(range, fork), tree);
      for (const key of objects.keys()) changed.add(key);
    }
    found.push(changed);
  }
  return found.length === 0 ? null : intersectionOf(found);
}

/**
 * Where the commits that only `one` has begin: among them are all that both last had in common, when `other` descends
 * from the trusted head.
 */
function forksOf(one: Parent, other: Parent, { commits }: CommitRange): readonly string[] {
  const only = one.line.fresh.difference(other.line.fresh);
  if (!only.has(one.id)) return [one.id];
  const forks = [...only].flatMap((id) => commits.get(id)?.parents ?? []).filter((id) => !only.has(id));
  return [...new Set(forks)];
}

function lineOf(tip: string, { trusted, commits }: CommitRange): Line {
  const fresh = new Set<string>();
  const stack = [tip];
  let descends = false;
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (id === trusted) descends = true;
    const commit = commits.get(id);
    if (commit === undefined || fresh.has(id)) continue;
    fresh.add(id);
    stack.push(...commit.parents);
  }
  return { fresh, trusted: descends };
}

/** The tree of a commit, of the range or before it. @throws {Failure} ShallowHistory, GitObjectBad */
export async function treeOf({ repository, commits }: CommitRange, id: string): Promise<string> {
  return commits.get(id)?.tree ?? (await readLinks(repository, id).catch(shallowWhenMissing)).tree;
}

/** What two trees of the range, or of history before it, do not have alike. @throws {Failure} as treeChanges */
export function compared(range: CommitRange, before: string | null, after: string): Promise<TreeChanges> {
  const key = `${before ?? ''} ${after}`;
  const known = range.compared.get(key) ?? treeChanges(range.repository, range.reader, before, after, range.path);
  range.compared.set(key, known);
  return known;
}

function unionOf(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

function intersectionOf([first = new Set<string>(), ...rest]: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return rest.reduce<ReadonlySet<string>>((common, set) => common.intersection(set), first);
}
