import type { ToldReason } from '../reasons.ts';
import type { RawCommit } from '#signatures';
import type { StatementId } from '#signatures';

/** A commit with what its signature states. */
export interface StatedCommit {
  readonly commit: RawCommit;
  readonly statement: StatementId;
}

/**
 * Why a range in which two commits of different id carry one statement does not count (approval.md §4): one of them
 * was made from the other.
 */
export function repeatedStatements(commits: readonly StatedCommit[]): readonly ToldReason[] {
  const first = new Map<StatementId, RawCommit>();
  const twins: (readonly [RawCommit, RawCommit])[] = [];
  for (const { commit, statement } of commits) {
    const twin = first.get(statement);
    if (twin === undefined) first.set(statement, commit);
    else if (twin.id !== commit.id) twins.push([twin, commit]);
  }
  const byId = new Map(commits.map(({ commit }) => [commit.id, commit]));
  return twins
    .slice(0, TWINS_TOLD)
    .map((pair) => ({ code: 'RepeatedStatement', message: messageOf(pair, commits.at(-1)?.commit.id ?? '', byId) }));
}

/** Each says how it is mended, and mending one shows the next. */
const TWINS_TOLD = 5;

function messageOf(
  [one, other]: readonly [RawCommit, RawCommit],
  head: string,
  commits: ReadonlyMap<string, RawCommit>,
): string {
  const without = lastWithout(head, [one.id, other.id], commits);
  const mend = `Take one of them out, for instance with "git reset --hard ${without} && git push --force-with-lease"`;
  return `The commits ${one.id} and ${other.id} are one statement, signed once and written twice. ${mend}, then bring what else you need anew.`;
}

/**
 * The newest commit on the first line of parents from which not all of these can be reached; what reaches them is all
 * of the line before it.
 */
function lastWithout(head: string, ids: readonly string[], commits: ReadonlyMap<string, RawCommit>): string {
  const line = [head];
  for (let id = commits.get(head)?.parents[0]; id !== undefined; id = commits.get(id)?.parents[0]) line.push(id);
  let [reaching, without] = [0, line.length - 1];
  while (without - reaching > 1) {
    const middle = Math.floor((reaching + without) / 2);
    if (reachesAll(line[middle] ?? '', ids, commits)) reaching = middle;
    else without = middle;
  }
  return line[without] ?? head;
}

function reachesAll(tip: string, ids: readonly string[], commits: ReadonlyMap<string, RawCommit>): boolean {
  const seen = new Set<string>();
  const stack = [tip];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const commit = commits.get(id);
    if (commit === undefined || seen.has(id)) continue;
    seen.add(id);
    stack.push(...commit.parents);
  }
  return ids.every((id) => seen.has(id));
}
