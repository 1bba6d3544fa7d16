import { Failure } from '#failure';
import { parseCommit, type RawCommit } from '#signatures';
import { takeTurns } from '#turns';
import { gitFailure } from './failures.ts';
import { type Ancestry, createAncestry, isMissing, readCommit, readLinks, shallowWhenMissing } from './history.ts';
import type { GitRepository } from './repository.ts';

const MAX_COMMITS = 10_000;
const MAX_RANGE_BYTES = 64 * 1024 * 1024;
/** Of history looked at, the trusted part included. */
const MAX_WALKED = 500_000;
/** Walked on either side before the other has its turn. */
const TURN = 64;
/** Of one new commit: git merges more branches than that at once for nobody, and each parent is compared with each. */
const MAX_PARENTS = 16;

/**
 * All commits reachable from `candidate` and not from `trusted`, parents before children. Dates count for nothing.
 * @param known what earlier calls learned of this repository; kept, it makes the next call cheap.
 * @throws {Failure} NotDescendant when `candidate` does not descend from `trusted`, ShallowHistory when a commit is
 * not there, RangeTooLong above
 * 10,000 commits and for a merge of more than 16 parents, CommitMalformed, GitObjectBad
 */
export async function commitsBetween(
  repository: GitRepository,
  trusted: string,
  candidate: string,
  known: Ancestry = createAncestry(),
): Promise<readonly RawCommit[]> {
  if (candidate === trusted) return [];
  if (known.parents.size > MAX_WALKED) known.parents.clear();
  const fresh = await freshCommits(repository, trusted, candidate, known);
  for (const [id, parents] of fresh) {
    if (parents.length > MAX_PARENTS)
      throw tooLong(`the commit ${id} merges ${String(parents.length)} parents, more than ${String(MAX_PARENTS)}`);
  }
  const turn = takeTurns();
  const commits: RawCommit[] = [];
  let bytesRead = 0;
  for (const id of parentsFirst(candidate, fresh)) {
    await turn();
    const bytes = await readCommit(repository, id);
    bytesRead += bytes.byteLength;
    if (bytesRead > MAX_RANGE_BYTES) throw tooLong(`the new commits have more than ${String(MAX_RANGE_BYTES)} bytes`);
    commits.push(parseCommit(bytes, id));
  }
  return commits;
}

/**
 * The ids of the commits that commitsBetween reads, whatever they hold. @throws {Failure} NotDescendant,
 * ShallowHistory, RangeTooLong, GitObjectBad
 */
export async function commitIdsBetween(
  repository: GitRepository,
  trusted: string,
  candidate: string,
  known: Ancestry = createAncestry(),
): Promise<ReadonlySet<string>> {
  if (candidate === trusted) return new Set();
  return new Set((await freshCommits(repository, trusted, candidate, known)).keys());
}

/**
 * Walks from the candidate and stops at the trusted head. A path that walked past it is the only reason to know the
 * head's ancestors, and then both walks take turns until every such path met them. An ancestor is never fresh wrongly:
 * whoever missed that it is one has walked from it to a root.
 * @returns the fresh commits with their parents.
 */
async function freshCommits(
  repository: GitRepository,
  trusted: string,
  candidate: string,
  known: Ancestry,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const fresh = new Map<string, readonly string[]>();
  const freshRoots = new Set<string>();
  const old = new Set<string>([trusted]);
  const ahead = queueOf([candidate]);
  const behind = queueOf([trusted]);
  const turn = takeTurns();
  let met = false;
  let walked = 0;

  async function parentsOf(id: string): Promise<readonly string[]> {
    await turn();
    walked += 1;
    if (walked > MAX_WALKED) throw tooLong(`the history has more than ${String(MAX_WALKED)} commits`);
    const cached = known.parents.get(id);
    if (cached !== undefined) return cached;
    const { parents } = await readLinks(repository, id).catch((error: unknown) => {
      if (id === trusted && isMissing(error)) throw notDescendant(trusted, candidate);
      return shallowWhenMissing(error);
    });
    known.parents.set(id, parents);
    return parents;
  }

  async function stepAhead(): Promise<void> {
    const id = ahead.take();
    if (id === undefined || fresh.has(id) || old.has(id)) return;
    const parents = await parentsOf(id);
    fresh.set(id, parents);
    if (parents.length === 0) freshRoots.add(id);
    for (const parent of parents) {
      if (parent === trusted) met = true;
      if (!old.has(parent)) ahead.add(parent);
    }
  }

  /** What was already walked below an ancestor is old as well. */
  function growOld(id: string): void {
    const stack = [id];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (old.has(next)) continue;
      old.add(next);
      const parents = fresh.get(next);
      if (parents === undefined) {
        behind.add(next);
        continue;
      }
      fresh.delete(next);
      freshRoots.delete(next);
      for (const parent of parents) stack.push(parent);
    }
  }

  async function stepBehind(): Promise<void> {
    const id = behind.take();
    if (id === undefined) return;
    for (const parent of await parentsOf(id)) growOld(parent);
  }

  /** Whether a fresh commit may yet turn out to be old, or has no end in sight. */
  function undecided(): boolean {
    return behind.size() > 0 && (met || ahead.size() === 0 || fresh.size > MAX_COMMITS);
  }

  for (;;) {
    for (let turn = 0; turn < TURN && ahead.size() > 0 && fresh.size <= MAX_COMMITS; turn += 1) await stepAhead();
    if (ahead.size() === 0 && freshRoots.size === 0) break;
    if (!undecided()) {
      if (ahead.size() === 0 || fresh.size > MAX_COMMITS) break;
      continue;
    }
    for (let turn = 0; turn < TURN && behind.size() > 0; turn += 1) await stepBehind();
    if (old.has(candidate)) break;
  }
  if (fresh.size > MAX_COMMITS)
    throw tooLong(`there are more than ${String(MAX_COMMITS)} commits after the trusted head`);
  if (!met || old.has(candidate)) throw notDescendant(trusted, candidate);
  return fresh;
}

function* parentsFirst(candidate: string, fresh: ReadonlyMap<string, readonly string[]>): Generator<string> {
  const done = new Set<string>();
  const stack = [candidate];
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const waiting = (fresh.get(id) ?? []).filter((parent) => fresh.has(parent) && !done.has(parent));
    if (waiting.length > 0 && !done.has(id)) {
      stack.push(...waiting);
      continue;
    }
    stack.pop();
    if (!done.has(id)) yield id;
    done.add(id);
  }
}

interface Queue {
  add(id: string): void;
  take(): string | undefined;
  size(): number;
}

function queueOf(ids: readonly string[]): Queue {
  const items = new Set(ids);
  return {
    add: (id) => void items.add(id),
    take() {
      for (const id of items) {
        items.delete(id);
        return id;
      }
      return undefined;
    },
    size: () => items.size,
  };
}

function notDescendant(trusted: string, candidate: string): Failure {
  const message = `the branch stands at ${candidate}, which does not descend from the trusted head ${trusted}`;
  return gitFailure('NotDescendant', message);
}

function tooLong(message: string): Failure {
  return gitFailure('RangeTooLong', message);
}
