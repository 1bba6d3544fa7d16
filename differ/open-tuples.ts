import type { Menu, Row } from '#routeros';
import { isSkipped, satisfies } from './canonical.ts';
import type { DesiredRow } from './state.ts';
import { groupByTuple, keyOf, matchValue, tellingField, type Tuple } from './tuple.ts';

/**
 * Declared rows by one match field, twins apart. Its values are texts that stay, so their hashes are made once, and a
 * key is made for few rows.
 */
interface Index {
  readonly menu: Menu;
  readonly rows: readonly DesiredRow[];
  /** Names of the match fields. */
  readonly match: ReadonlySet<string>;
  /** The match field that tells most rows apart. */
  readonly by: string;
  /** Where several rows have one value, their places by key. */
  readonly byValue: ReadonlyMap<string, number | Map<string, number>>;
  /** Places of rows that share their tuple with others. */
  readonly twins: ReadonlySet<number>;
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
  const index = indexOf(menu, desired);
  const open = new Set(index.twins);
  const lives = pairPlainly(
    index,
    open,
    live.length,
    (at) => live[at] as Row,
    (wanted, row) => !isSkipped(menu, row) && satisfies(menu, wanted, row),
  );
  const bases =
    base === desired ? null : pairPlainly(index, open, base.length, (at) => fieldsAt(base, at), declaresAllOf);
  for (let at = 0; at < desired.length; at++) if (lives.partnerOf[at] === -1) open.add(at);
  return groupByTuple(
    menu,
    rowsAt(desired, [...open]),
    rowsAt(base, bases === null ? [...open] : withPartners(bases, open)),
    rowsAt(live, withPartners(lives, open)),
  );
}

/** Of long lists, which are planned again and again. */
const indices = new WeakMap<readonly DesiredRow[], Index>();
const LONG_LIST = 256;

function indexOf(menu: Menu, rows: readonly DesiredRow[]): Index {
  const known = indices.get(rows);
  if (known?.menu === menu) return known;
  const index = indexRows(menu, rows);
  if (rows.length >= LONG_LIST) indices.set(rows, index);
  return index;
}

function indexRows(menu: Menu, rows: readonly DesiredRow[]): Index {
  const by = tellingField(
    menu,
    rows.map(({ fields }) => fields),
  );
  const byValue = new Map<string, number | Map<string, number>>();
  const twins = new Set<number>();
  for (let at = 0; at < rows.length; at++) {
    const { fields } = rows[at] as DesiredRow;
    const value = matchValue(menu, fields, by);
    const known = byValue.get(value);
    if (known === undefined) byValue.set(value, at);
    else {
      const places = typeof known === 'number' ? new Map([[keyOf(menu, fieldsAt(rows, known)), known]]) : known;
      if (typeof known === 'number') byValue.set(value, places);
      const key = keyOf(menu, fields);
      const twin = places.get(key);
      if (twin === undefined) places.set(key, at);
      else twins.add(twin).add(at);
    }
  }
  return { menu, rows, match: new Set(menu.match), by, byValue, twins };
}

function fieldsAt(rows: readonly DesiredRow[], at: number): Row {
  return (rows[at] as DesiredRow).fields;
}

/** `open`: places of declared rows whose tuple needs planning; more are added. */
function pairPlainly(
  index: Index,
  open: Set<number>,
  count: number,
  rowAt: (at: number) => Row,
  isPlain: (wanted: Row, row: Row) => boolean,
): Pairs {
  const partnerOf = new Int32Array(index.rows.length).fill(-1);
  const others: number[] = [];
  let expected = 0;
  for (let position = 0; position < count; position++) {
    const row = rowAt(position);
    const at = findRow(index, row, expected);
    if (at !== undefined) expected = at + 1;
    if (at !== undefined && partnerOf[at] === -1 && isPlain(fieldsAt(index.rows, at), row)) {
      partnerOf[at] = position;
      continue;
    }
    others.push(position);
    if (at !== undefined) open.add(at);
  }
  return { partnerOf, open: others };
}

/**
 * The declared row of the same tuple. Tables mostly come in the order of the declaration, so the expected one is tried
 * before its key is made.
 */
function findRow(index: Index, row: Row, expected: number): number | undefined {
  const { menu, rows, by, byValue, twins } = index;
  const guess = rows[expected]?.fields;
  if (guess !== undefined && !twins.has(expected) && sameText(index, guess, row)) return expected;
  const known = byValue.get(matchValue(menu, row, by));
  if (typeof known !== 'number') return known?.get(keyOf(menu, row));
  const found = fieldsAt(rows, known);
  return sameText(index, found, row) || keyOf(menu, found) === keyOf(menu, row) ? known : undefined;
}

/** Whether two rows spell their match fields alike. */
function sameText({ menu, match }: Index, one: Row, other: Row): boolean {
  if (match.size <= FEW_FIELDS) {
    for (const name of menu.match) if (one[name] !== other[name]) return false;
    return true;
  }
  for (const name in one) if (one[name] !== other[name] && match.has(name)) return false;
  for (const name in other) if (one[name] === undefined && match.has(name)) return false;
  return true;
}

/** Menus have up to fourteen match fields and rows a few: then those of the rows are looked at. */
const FEW_FIELDS = 4;

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
