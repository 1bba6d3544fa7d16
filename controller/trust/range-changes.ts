import type { StatementId } from '../signatures/statement.ts';
import type { ObjectChange } from '../trust-records.ts';
import { broughtChanges, type BroughtChanges, type CommitRange } from './brought-changes.ts';
import type { JudgedCommit } from './judge-range.ts';
import type { ObjectVersion } from './object-versions.ts';
import type { ObjectPair } from './tree-changes.ts';

/**
 * Which objects each commit of a range changed, and whose signatures did that (approval.md §2): its own; whoever wrote a file that nobody could read before this commit made
 * sense of it; and whoever brings back, by a merge or by building on it, a statement that was known: what that changed is theirs as well.
 * @param commits parents before children.
 * @throws {Failure} as broughtChanges
 */
export async function rangeChanges(
  range: CommitRange,
  commits: readonly JudgedCommit[],
): Promise<ReadonlyMap<string, readonly ObjectChange[]>> {
  const found = new Map<string, readonly ObjectChange[]>();
  /** By blob. */
  const unclearBy = new Map<string, Set<StatementId>>();
  const known = new Set(commits.filter((each) => each.known).map(({ commit }) => commit.id));
  for (const { commit, statement } of commits) {
    const brought = await broughtChanges(range, commit);
    const wrote = [...brought.unclearBefore].flatMap((blob) => [...(unclearBy.get(blob) ?? [])]);
    for (const blob of brought.unclearAfter)
      unclearBy.set(blob, new Set([...(unclearBy.get(blob) ?? []), statement, ...wrote]));
    const others = [...wrote, ...(brought.fromOutside ? [null] : [])];
    const changes = new Map<string, ObjectChange>();
    const renamed = renamedIn(brought);
    for (const [key, pair] of brought.objects) {
      const own = isRename(pair, renamed) ? [] : [statement];
      changes.set(key, changeOf(key, pair, [...own, ...others]));
    }
    for (const id of known.has(commit.id) ? [] : broughtBack(commit.parents, brought, known, range)) {
      for (const change of found.get(id) ?? []) {
        const key = `${change.kind} ${change.name}`;
        const { statements, ...rest } = changes.get(key) ?? change;
        changes.set(key, { ...rest, statements: [...new Set([...statements, statement])] });
      }
    }
    found.set(commit.id, [...changes.values()]);
  }
  return found;
}

/** Known commits that this one brings: those that it merges, or that it stands on. */
function broughtBack(
  parents: readonly string[],
  { merged }: BroughtChanges,
  known: ReadonlySet<string>,
  { commits }: CommitRange,
): readonly string[] {
  if (known.size === 0) return [];
  const brought = new Set(merged.filter((id) => known.has(id)));
  const stack = parents.filter((id) => known.has(id));
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (brought.has(id)) continue;
    brought.add(id);
    stack.push(...(commits.get(id)?.parents ?? []).filter((parent) => known.has(parent)));
  }
  return [...brought];
}

/** Contents of objects that go and of such that appear: what is among both only gets another name. In a merge that is a change like any other. */
function renamedIn({ objects, merged }: BroughtChanges): ReadonlySet<string> {
  const pairs = merged.length > 0 ? [] : [...objects.values()];
  const gone = pairs.flatMap(({ before, after }) => (after === null && before !== null ? [contentOf(before)] : []));
  const appeared = pairs.flatMap(({ before, after }) => (before === null && after !== null ? [contentOf(after)] : []));
  return new Set(gone).intersection(new Set(appeared));
}

function isRename({ before, after }: ObjectPair, renamed: ReadonlySet<string>): boolean {
  if (before !== null && after !== null) return false;
  const version = before ?? after;
  return version !== null && renamed.has(contentOf(version));
}

function contentOf({ kind, spec, metadata }: ObjectVersion): string {
  return `${kind} ${spec} ${metadata}`;
}

function changeOf(
  key: string,
  { before, after }: ObjectPair,
  statements: readonly (StatementId | null)[],
): ObjectChange {
  const [kind = '', ...name] = key.split(' ');
  return {
    kind,
    name: name.join(' '),
    feeds: after?.feeds ?? null,
    spec: after?.spec ?? null,
    appeared: before === null,
    statements: [...new Set(statements)],
  };
}
