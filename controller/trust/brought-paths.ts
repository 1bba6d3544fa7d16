import type { RawCommit } from '../signatures/raw-commit.ts';
import { changedPaths } from '../source/git/changed-paths.ts';
import { readLinks } from '../source/git/history.ts';
import type { GitRepository } from '../source/git/repository.ts';

/** All commits after a trusted head, by id. */
export interface CommitRange {
  readonly trusted: string;
  readonly commits: ReadonlyMap<string, RawCommit>;
}

/**
 * The files below `path` that a commit's signer brought a change of. Of a merge those that differ from every parent, and those where it took one
 * parent's content though another parent had changed it too: dropping somebody's change is a change. What one side alone changed, the merge only passes on.
 * @throws {Failure} as changedPaths
 */
export async function broughtPaths(
  repository: GitRepository,
  commit: RawCommit,
  path: string,
  range: CommitRange,
): Promise<readonly string[]> {
  const own = await changedPaths(repository, commit, path);
  if (commit.parents.length < 2) return own;
  const parents: Parent[] = [];
  for (const id of commit.parents) {
    const differs = new Set(await changedPaths(repository, { ...commit, parents: [id] }, path));
    parents.push({ id, differs, line: lineOf(id, range) });
  }
  const brought = new Set(own);
  for (const left of parents) {
    const asked = [...left.differs].filter((file) => !brought.has(file));
    if (asked.length === 0) continue;
    const passedOn = new Set<string>();
    for (const taken of parents) {
      const files = asked.filter((file) => !taken.differs.has(file));
      if (files.length === 0) continue;
      const changed = await changedSinceFork(repository, commit, path, left, taken, range);
      for (const file of files) if (changed?.has(file) === false) passedOn.add(file);
    }
    for (const file of asked) if (!passedOn.has(file)) brought.add(file);
  }
  return [...brought].toSorted();
}

interface Parent {
  readonly id: string;
  /** Files in which the merge is not as this parent. */
  readonly differs: ReadonlySet<string>;
  readonly line: Line;
}

/** What of the range a commit can reach, itself included, and whether it descends from the trusted head. */
interface Line {
  readonly fresh: ReadonlySet<string>;
  readonly trusted: boolean;
}

/** Files that `left` changed since the two parents parted; null: nobody can tell where that was. */
async function changedSinceFork(
  repository: GitRepository,
  commit: RawCommit,
  path: string,
  left: Parent,
  taken: Parent,
  range: CommitRange,
): Promise<ReadonlySet<string> | null> {
  const sides = [
    ...(left.line.trusted ? [forksOf(taken, left, range)] : []),
    ...(taken.line.trusted ? [forksOf(left, taken, range)] : []),
  ];
  const { tree } = await readLinks(repository, left.id);
  const found: ReadonlySet<string>[] = [];
  for (const forks of sides) {
    const changed = new Set<string>();
    for (const fork of forks) {
      for (const file of await changedPaths(repository, { ...commit, tree, parents: [fork] }, path)) changed.add(file);
    }
    found.push(changed);
  }
  const [one = null, other] = found;
  return one === null || other === undefined ? one : one.intersection(other);
}

/** Where the commits that only `one` has begin: among them are all that both last had in common, when `other` descends from the trusted head. */
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
