import type { Claim, Menu, Row } from '#routeros';
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
  /** What rows claim, and who. */
  readonly claimants: Map<string, Map<Slot, boolean>>;
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
  const table = { menu, slots, slotsOf, dynamicKeys, claimants: new Map<string, Map<Slot, boolean>>() };
  for (const slot of slots) if (slot.row !== null && !isSkipped(menu, slot.row)) claim(table, slot, slot.row);
  return table;
}

/** Gives the slot this row and what it claims in place of what it held. */
export function hold(table: Table, slot: Slot, row: Row | null): void {
  for (const { to } of claimsOf(table.menu, slot.row)) table.claimants.get(to)?.delete(slot);
  slot.row = row;
  if (row !== null) claim(table, slot, row);
}

function claim({ menu, claimants }: Table, slot: Slot, row: Row): void {
  for (const { to, shared } of claimsOf(menu, row)) {
    const known = claimants.get(to);
    if (known === undefined) claimants.set(to, new Map([[slot, shared]]));
    else known.set(slot, shared);
  }
}

/** What the row claims that another one has: the first of it, or nothing. */
export function claimedByOther({ menu, claimants }: Table, slot: Slot, row: Row): string | undefined {
  const key = keyOf(menu, row);
  const isOther = ([other]: readonly [Slot, boolean]): boolean =>
    other !== slot && other.row !== null && keyOf(menu, other.row) !== key;
  return claimsOf(menu, row).find(({ to, shared }) =>
    [...(claimants.get(to) ?? [])].some((claimant) => isOther(claimant) && !(shared && claimant[1])),
  )?.to;
}

function claimsOf(menu: Menu, row: Row | null): readonly Claim[] {
  return row === null ? [] : (menu.claims?.(row) ?? []);
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
