import type { Menu, Row } from '#routeros';
import { isSkipped, satisfies } from './canonical.ts';
import type { DesiredRow } from './state.ts';
import { groupByTuple, keyOf, type Tuple } from './tuple.ts';

/** Declared rows by key, twins apart. */
interface Index {
  readonly menu: Menu;
  readonly rows: readonly DesiredRow[];
  readonly byKey: ReadonlyMap<string, number>;
  /** Declared rows whose tuple needs planning. */
  readonly open: Set<number>;
}

/** How the rows of another side go with the declared rows. */
interface Pairs {
  /** For each declared row the plain partner, or -1. */
  readonly partnerOf: Int32Array;
  /** Rows that are no plain partner. */
  readonly open: number[];
}

/**
 * The tuples that planning has to look at. Left out is the common case: one declared row, one live row that satisfies
 * it, nothing dropped.
 * Tables of 100,000 rows are mostly that, so it is decided with one map and two numbers for each row, and only the
 * rest is grouped.
 */
export function openTuples(
  menu: Menu,
  desired: readonly DesiredRow[],
  base: readonly DesiredRow[],
  live: readonly Row[],
): ReadonlyMap<string, Tuple> {
  const index = indexRows(menu, desired);
  const lives = pairPlainly(index, live, (wanted, row) => !isSkipped(menu, row) && satisfies(menu, wanted, row));
  const bases = pairPlainly(
    index,
    base.map((row) => row.fields),
    declaresAllOf,
  );
  for (let at = 0; at < desired.length; at++) if (lives.partnerOf[at] === -1) index.open.add(at);
  return groupByTuple(
    menu,
    rowsAt(desired, [...index.open]),
    rowsAt(base, withPartners(bases, index.open)),
    rowsAt(live, withPartners(lives, index.open)),
  );
}

function indexRows(menu: Menu, rows: readonly DesiredRow[]): Index {
  const byKey = new Map<string, number>();
  const open = new Set<number>();
  for (let at = 0; at < rows.length; at++) {
    const key = keyOf(menu, (rows[at] as DesiredRow).fields);
    const twin = byKey.get(key);
    if (twin === undefined) byKey.set(key, at);
    else open.add(twin).add(at);
  }
  return { menu, rows, byKey, open };
}

function pairPlainly(index: Index, rows: readonly Row[], isPlain: (wanted: Row, row: Row) => boolean): Pairs {
  const partnerOf = new Int32Array(index.rows.length).fill(-1);
  const open: number[] = [];
  let expected = 0;
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position] as Row;
    const at = findRow(index, row, expected);
    if (at !== undefined) expected = at + 1;
    if (at !== undefined && partnerOf[at] === -1 && isPlain((index.rows[at] as DesiredRow).fields, row)) {
      partnerOf[at] = position;
      continue;
    }
    open.push(position);
    if (at !== undefined) index.open.add(at);
  }
  return { partnerOf, open };
}

/**
 * The declared row of the same tuple. Tables mostly come in the order of the declaration, so the expected one is tried
 * before its key is made.
 */
function findRow({ menu, rows, byKey, open }: Index, row: Row, expected: number): number | undefined {
  const guess = rows[expected]?.fields;
  if (guess !== undefined && !open.has(expected) && sameText(menu, guess, row)) return expected;
  return byKey.get(keyOf(menu, row));
}

/** Whether two rows spell their match fields alike. Menus have up to fourteen of them and rows a few. */
function sameText(menu: Menu, one: Row, other: Row): boolean {
  for (const name in one) if (one[name] !== other[name] && menu.match.includes(name)) return false;
  for (const name in other) if (one[name] === undefined && menu.match.includes(name)) return false;
  return true;
}

function declaresAllOf(fields: Row, old: Row): boolean {
  for (const name in old) if (!(name in fields)) return false;
  return true;
}

function withPartners({ partnerOf, open }: Pairs, desired: ReadonlySet<number>): readonly number[] {
  const positions = [...open];
  for (const at of desired) if (partnerOf[at] !== -1) positions.push(partnerOf[at] as number);
  return positions;
}

/** The rows at these positions, in their own order. */
function rowsAt<T>(rows: readonly T[], positions: readonly number[]): readonly T[] {
  return positions.toSorted((a, b) => a - b).map((position) => rows[position] as T);
}
