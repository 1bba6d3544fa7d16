import type { Menu, Row } from '#routeros';
import { isDisabled, isSkipped } from './canonical.ts';
import { enabledFirst, keyOf } from './tuple.ts';

/** A place in a table; `row` is null once it is removed, so that `nth` does not shift. */
export interface Slot {
  row: Row | null;
}

/** One menu of the model, while changes are applied to it. */
export interface Table {
  readonly menu: Menu;
  /** In the order of the table. */
  slots: Slot[];
  /** For the tuples of interest: the rows in the order that `nth` counts. */
  readonly slotsOf: ReadonlyMap<string, Slot[]>;
  /** For the tuples of interest: whether the router itself holds an enabled one. */
  readonly dynamicKeys: ReadonlySet<string>;
}

/** Opens a menu for changes of the tuples that these matches name; rows of other tuples are only carried along. */
export function openTable(menu: Menu, rows: readonly Row[], matches: readonly Row[]): Table {
  const slotsOf = new Map<string, Slot[]>(matches.map((match) => [keyOf(menu, match), []]));
  const dynamicKeys = new Set<string>();
  const slots = rows.map((row) => {
    const slot: Slot = { row };
    const key = keyOf(menu, row);
    if (!isSkipped(menu, row)) slotsOf.get(key)?.push(slot);
    else if (slotsOf.has(key) && menu.besideDynamic !== true && !isDisabled(menu, row)) dynamicKeys.add(key);
    return slot;
  });
  for (const [key, found] of slotsOf) {
    slotsOf.set(key, [...enabledFirst(found, ({ row }) => row !== null && isDisabled(menu, row))]);
  }
  return { menu, slots, slotsOf, dynamicKeys };
}

/** The rows that are left, in the order of the table. */
export function rowsIn(table: Table): readonly Row[] {
  return table.slots.flatMap(({ row }) => (row === null ? [] : [row]));
}

/** The row after a `set`: `''` clears a field that has no default. */
export function withFields(menu: Menu, row: Row, fields: Row): Row {
  const after: Record<string, string> = { ...row, ...fields };
  for (const [name, value] of Object.entries(fields)) {
    if (value === '' && menu.fields[name]?.default === undefined) delete after[name];
  }
  return after;
}
