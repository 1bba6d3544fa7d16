import type { MenuPath, Row, Version } from '#routeros';
import { matchColumns, type ReadableMenu } from '#routeros/readable';

/** What became another in a row. */
export interface ChangedRow {
  /** The columns by which it was found on both sides; none for settings. */
  readonly match: Row;
  /** By column; an empty text: the row leaves it out. */
  readonly fields: Readonly<Record<string, { readonly before: string; readonly after: string }>>;
}

/** A row of an ordered menu that has others before or behind it now. Places count from 1. */
export interface MovedRow {
  readonly match: Row;
  readonly from: number;
  readonly to: number;
}

/** How a menu is otherwise on one side than on the other. */
export interface RowsDiff {
  readonly added: readonly Row[];
  readonly removed: readonly Row[];
  readonly changed: readonly ChangedRow[];
  readonly moved: readonly MovedRow[];
}

/** A menu that differs; of one that was not there, or is not any more, all rows are added or removed. */
export interface MenuDiff extends RowsDiff {
  readonly menu: MenuPath;
  readonly title: string;
  readonly kind: 'changed' | 'appeared' | 'gone';
}

interface Pair {
  readonly match: Row;
  readonly before: Row;
  readonly after: Row;
  readonly from: number;
  readonly to: number;
}

/**
 * What differs between the configurations of a menu, as `configurationOf` gives them. Rows are found by the columns
 * that identify them, those that share them in their order. Where the order counts, the fewest rows are said to have
 * moved that explain it.
 */
export function diffRows(
  menu: ReadableMenu,
  version: Version,
  before: readonly Row[],
  after: readonly Row[],
): RowsDiff {
  const columns = matchColumns(menu, version);
  const matchOf = (row: Row): Row => Object.fromEntries(columns.map((name) => [name, row[name] ?? '']));
  const waiting = Map.groupBy(
    before.map((row, from) => ({ row, from })),
    ({ row }) => JSON.stringify(matchOf(row)),
  );
  const pairs: Pair[] = [];
  const added: Row[] = [];
  for (const [to, row] of after.entries()) {
    const match = matchOf(row);
    const found = waiting.get(JSON.stringify(match))?.shift();
    if (found === undefined) added.push(row);
    else pairs.push({ match, before: found.row, after: row, from: found.from, to });
  }
  const removed = [...waiting.values()].flat().toSorted((one, other) => one.from - other.from);
  return {
    added,
    removed: removed.map(({ row }) => row),
    changed: pairs.flatMap((pair) => changedIn(pair) ?? []),
    moved: menu.shape === 'orderedList' ? movedAmong(pairs) : [],
  };
}

/** Whether nothing differs. */
export function isSame({ added, removed, changed, moved }: RowsDiff): boolean {
  return added.length + removed.length + changed.length + moved.length === 0;
}

function changedIn({ match, before, after }: Pair): ChangedRow | null {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const fields = names
    .map((name) => [name, { before: before[name] ?? '', after: after[name] ?? '' }] as const)
    .filter(([, sides]) => sides.before !== sides.after);
  return fields.length === 0 ? null : { match, fields: Object.fromEntries(fields) };
}

/** All but a longest run of pairs that kept their order: patience sorting. */
function movedAmong(pairs: readonly Pair[]): readonly MovedRow[] {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [index, { from }] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.from ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
  }
  const kept = new Set<number>();
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index] ?? -1) kept.add(index);
  return pairs.flatMap(({ match, from, to }, index) =>
    kept.has(index) ? [] : [{ match, from: from + 1, to: to + 1 }],
  );
}
