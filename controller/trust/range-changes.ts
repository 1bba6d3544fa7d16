import type { StatementId } from '#signatures';
import type { HistoryRecords, ObjectChange } from '../records/history.ts';
import { broughtChanges, type BroughtChanges, compared, type CommitRange, treeOf } from './brought-changes.ts';
import type { JudgedCommit } from './judge-range.ts';
import type { ObjectVersion } from '../source/object-versions.ts';
import type { ObjectPair } from './tree-changes.ts';

/** What is on record of history before the range. */
export type KnownChanges = Pick<HistoryRecords, 'changesOf'>;

/**
 * The changes of each commit of a range, by its id. `unclear`: files of its head of which nobody can tell what they
 * say.
 */
export interface RangeChanges {
  readonly changes: ReadonlyMap<string, readonly ObjectChange[]>;
  readonly unclear: boolean;
  /** Objects of the head, or of the trusted head, that the ignore file of only one of the two hides. */
  readonly switched: ReadonlySet<string>;
}

type Statements = readonly (StatementId | null)[];

/**
 * Which objects each commit of a range changed, and whose signatures did that (approval.md §2): its own; whoever wrote
 * a file that nobody could read before this commit made sense of it; and in a merge that brings back what was known,
 * that merge's and its first holder's.
 * @param commits parents before children.
 * @throws {Failure} as broughtChanges
 */
export async function rangeChanges(
  range: CommitRange,
  commits: readonly JudgedCommit[],
  source: string,
  history: KnownChanges,
): Promise<RangeChanges> {
  const made = new Map<string, ReadonlyMap<string, ObjectChange>>();
  const recorded = new Map<string, readonly ObjectChange[]>();
  /** By blob. */
  const unclearBy = new Map<string, Statements>();
  const known = new Set(commits.filter(({ repeats }) => repeats !== null).map(({ commit }) => commit.id));
  for (const { commit, statement, repeats } of commits) {
    const brought = await broughtChanges(range, commit);
    // A file that could not be read and that no commit of the range wrote was dropped before: nobody can tell by whom
    // it was written.
    const wrote = [...brought.unclearBefore].flatMap((blob) => unclearBy.get(blob) ?? [null]);
    for (const blob of brought.unclearAfter)
      unclearBy.set(blob, [...new Set([...(unclearBy.get(blob) ?? []), statement, ...wrote])]);
    const others: Statements = [...wrote, ...(brought.fromOutside ? [null] : [])];
    const renamed = await renamedIn(range, commit, brought);
    const changes = new Map<string, ObjectChange>();
    for (const [key, pair] of brought.objects)
      changes.set(key, changeOf(key, pair, [...(renamed.has(key) ? [] : [statement]), ...others]));
    made.set(commit.id, changes);
    for (const back of await broughtBack(range, commit.tree, brought, known, made, (keys) =>
      holdersOf(source, history, keys),
    ))
      changes.set(
        back.key,
        changeOf(back.key, back.pair, [...(changes.get(back.key)?.statements ?? []), statement, ...back.by]),
      );
    // What came in before is no change where it stands: where a merge takes it, it is one.
    recorded.set(commit.id, repeats === 'accepted' ? [] : [...changes.values()]);
  }
  const head = commits.at(-1)?.commit;
  if (head === undefined) return { changes: recorded, unclear: false, switched: new Set() };
  // The head of a range was read and checked; what this reader can not tell of it would have no author.
  const { unclearAfter, switched } = await compared(range, await treeOf(range, range.trusted), head.tree);
  return { changes: recorded, unclear: unclearAfter.size > 0, switched };
}

/** Something that a merge takes from what was known. */
interface BroughtBack {
  readonly key: string;
  readonly pair: ObjectPair;
  readonly by: Statements;
}

/** What a merge takes from commits that are known, or that came in before, and that the trusted head does not have. */
async function broughtBack(
  range: CommitRange,
  tree: string,
  { lines }: BroughtChanges,
  known: ReadonlySet<string>,
  made: ReadonlyMap<string, ReadonlyMap<string, ObjectChange>>,
  holders: (taken: ReadonlyMap<string, ObjectPair>) => Promise<ReadonlyMap<string, Statements>>,
): Promise<readonly BroughtBack[]> {
  const found: BroughtBack[] = [];
  for (const { parent, fresh, taken } of lines) {
    const again = [...fresh].filter((id) => known.has(id) && !lines.every((line) => line.fresh.has(id)));
    for (const [key, pair] of again.length === 0 ? [] : taken) {
      const by = again.flatMap((id) => made.get(id)?.get(key)?.statements ?? []);
      if (by.length > 0) found.push({ key, pair, by });
    }
    if (range.commits.has(parent) || parent === range.trusted || taken.size === 0) continue;
    const { objects } = await compared(range, await treeOf(range, range.trusted), tree);
    const old = new Map([...taken].filter(([key]) => objects.has(key)));
    const by = await holders(old);
    for (const [key, pair] of old) found.push({ key, pair, by: by.get(key) ?? [] });
  }
  return found;
}

/** Whose signatures gave objects the content that they have again. */
async function holdersOf(
  source: string,
  history: KnownChanges,
  taken: ReadonlyMap<string, ObjectPair>,
): Promise<ReadonlyMap<string, Statements>> {
  const named = [...taken.keys()].map(nameOf);
  const found = new Map<string, Statements>();
  for (const { kind, name, form, statement, by } of await history.changesOf(source, named)) {
    const key = `${kind} ${name}`;
    const specs = taken.get(key)?.after.map(({ spec }) => spec) ?? [];
    if (by === 'nobody' || (form === null ? specs.length > 0 : !specs.includes(form.spec))) continue;
    found.set(key, [...(found.get(key) ?? []), statement]);
  }
  return found;
}

/**
 * Objects that a commit only gave another name: one goes, one appears with its content, and neither name stands
 * anywhere else. In a merge that is a change like any other.
 */
async function renamedIn(
  range: CommitRange,
  { tree, parents }: JudgedCommit['commit'],
  { objects, lines }: BroughtChanges,
): Promise<ReadonlySet<string>> {
  const gone = lines.length > 0 ? new Map() : singlesOf(objects, 'before');
  const appeared = gone.size === 0 ? new Map() : singlesOf(objects, 'after');
  const pairs = [...gone].flatMap(([content, key]) => {
    const other = appeared.get(content);
    return other === undefined ? [] : [{ old: key, own: other }];
  });
  const [parent] = parents;
  if (pairs.length === 0 || parent === undefined) return new Set();
  const before = (await compared(range, null, await treeOf(range, parent))).objects;
  const after = (await compared(range, null, tree)).objects;
  return new Set(pairs.flatMap(({ old, own }) => (after.has(old) || before.has(own) ? [] : [old, own])));
}

/** By content, the keys of objects that stand on one side alone and once; a content that several have is left out. */
function singlesOf(objects: BroughtChanges['objects'], side: keyof ObjectPair): Map<string, string> {
  const other = side === 'before' ? 'after' : 'before';
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const [key, pair] of objects) {
    const [version, ...more] = pair[side];
    if (version === undefined || more.length > 0 || pair[other].length > 0) continue;
    const content = contentOf(version);
    if (found.has(content)) twice.add(content);
    found.set(content, key);
  }
  for (const content of twice) found.delete(content);
  return found;
}

function contentOf({ kind, spec, metadata }: ObjectVersion): string {
  return `${kind} ${spec} ${metadata}`;
}

function changeOf(key: string, { after }: ObjectPair, statements: Statements): ObjectChange {
  const forms = after.map(({ feeds, spec }) => ({ feeds, spec }));
  return { ...nameOf(key), forms, statements: [...new Set(statements)] };
}

function nameOf(key: string): { readonly kind: string; readonly name: string } {
  const [kind = '', ...name] = key.split(' ');
  return { kind, name: name.join(' ') };
}
