import { canonicalLive, impliedFields, type Field, type Menu, type Row } from '#routeros';
import { isDisabled, isSkipped } from './canonical.ts';
import type { DesiredRow } from './state.ts';

/** Everything the three sides say about one match tuple. Router tables accept twins, so each side is a multiset. */
export interface Tuple {
  readonly desired: readonly DesiredRow[];
  readonly base: readonly DesiredRow[];
  /** In the order of the table. */
  readonly live: readonly Row[];
  /** Rows of the router itself. */
  readonly dynamic: readonly Row[];
}

type OpenTuple = { -readonly [Side in keyof Tuple]: Tuple[Side] };

const SEPARATOR = '\u0000';
const ESCAPE = '\u0001';

/**
 * The match tuple of a row (`matchOf`) as one text: equal exactly for equal tuples, and sorted field by field. Borders
 * behind the last value are left out: a menu has up to fourteen match fields, a row a few.
 */
export function keyOf(menu: Menu, row: Row): string {
  const implied = menu.variants === undefined ? undefined : impliedFields(menu, row);
  let key = '';
  let borders = '';
  for (let index = 0; index < menu.match.length; index++) {
    const name = menu.match[index] as string;
    const field = menu.fields[name] as Field;
    const text = row[name];
    const value =
      text === undefined || text === '' ? (implied?.[name] ?? field.default ?? '') : canonicalLive(field.codec, text);
    if (value !== '') {
      key += borders + (value.includes(SEPARATOR) || value.includes(ESCAPE) ? escapePart(value) : value);
      borders = '';
    }
    borders += SEPARATOR;
  }
  return key;
}

/** What stands in the key of a row for one of its match fields. */
export function matchValue(menu: Menu, row: Row, name: string): string {
  const field = menu.fields[name] as Field;
  const text = row[name];
  if (text !== undefined && text !== '') return canonicalLive(field.codec, text);
  return impliedFields(menu, row)?.[name] ?? field.default ?? '';
}

/** Routers hold raw control characters too; none may imitate the border between two fields. */
function escapePart(value: string): string {
  return value.replaceAll(ESCAPE, ESCAPE + ESCAPE).replaceAll(SEPARATOR, `${ESCAPE}0`);
}

/** So many rows show which field has most values. */
const LOOKED_AT = 64;

/** The match field that tells most of these rows apart; `''` for settings, which have none. */
export function tellingField(menu: Menu, rows: readonly Row[]): string {
  const some = rows.slice(0, LOOKED_AT);
  let best = menu.match[0] ?? '';
  let most = 0;
  for (const name of menu.match) {
    const { size } = new Set(some.map((row) => row[name]));
    if (size > most) [best, most] = [name, size];
  }
  return best;
}

/**
 * Tells of rows which of the tuples of these matches they have, by key. It looks at one field first, so that a key is
 * made for few rows of a long table.
 */
export function tupleFinder(menu: Menu, matches: readonly Row[]): (row: Row) => string | undefined {
  const keys = new Set(matches.map((match) => keyOf(menu, match)));
  const by = tellingField(menu, matches);
  if (by === '') return () => (keys.has('') ? '' : undefined);
  const values = new Set(matches.map((match) => matchValue(menu, match, by)));
  return (row) => {
    if (!values.has(matchValue(menu, row, by))) return undefined;
    const key = keyOf(menu, row);
    return keys.has(key) ? key : undefined;
  };
}

/** The rows of one tuple in the order that `nth` counts: enabled ones first, each kind in the order of the table. */
export function enabledFirst<T>(rows: readonly T[], disabled: (row: T) => boolean): readonly T[] {
  if (rows.length < 2) return rows;
  return [...rows.filter((row) => !disabled(row)), ...rows.filter(disabled)];
}

/** The rows of a live menu with the tuple of this match (or row), in the order that `nth` counts. */
export function rowsOfTuple(menu: Menu, live: readonly Row[], match: Row): readonly Row[] {
  const keyIn = tupleFinder(menu, [match]);
  return enabledFirst(
    live.filter((row) => keyIn(row) !== undefined && !isSkipped(menu, row)),
    (row) => isDisabled(menu, row),
  );
}

/**
 * One tuple for each key that any side has: those of desired first and in its order, then those of live in the order
 * of the table, then base.
 */
export function groupByTuple(
  menu: Menu,
  desired: readonly DesiredRow[],
  base: readonly DesiredRow[],
  live: readonly Row[],
): ReadonlyMap<string, Tuple> {
  const tuples = new Map<string, OpenTuple>();
  for (const row of desired) {
    const tuple = tupleAt(tuples, keyOf(menu, row.fields));
    tuple.desired = append(tuple.desired, row);
  }
  for (const row of live) {
    const tuple = tupleAt(tuples, keyOf(menu, row));
    if (isSkipped(menu, row)) tuple.dynamic = append(tuple.dynamic, row);
    else tuple.live = append(tuple.live, row);
  }
  for (const row of base) {
    const tuple = tupleAt(tuples, keyOf(menu, row.fields));
    tuple.base = append(tuple.base, row);
  }
  return tuples;
}

/** Shared by all empty sides: most tuples of a large table have one row on one or two sides. */
const NONE: readonly never[] = [];

function tupleAt(tuples: Map<string, OpenTuple>, key: string): OpenTuple {
  const known = tuples.get(key);
  if (known !== undefined) return known;
  const tuple: OpenTuple = { desired: NONE, base: NONE, live: NONE, dynamic: NONE };
  tuples.set(key, tuple);
  return tuple;
}

function append<T>(rows: readonly T[], row: T): readonly T[] {
  if (rows.length === 0) return [row];
  (rows as T[]).push(row);
  return rows;
}
