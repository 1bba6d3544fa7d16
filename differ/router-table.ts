import type { Claim, Menu, Row } from '#routeros';
import { isDisabled, isSkipped } from './canonical.ts';
import { enabledFirst, keyOf, tupleFinder } from './tuple.ts';

/** A place in a table; `row` is null once it is removed, so that `nth` does not shift. */
export interface Slot {
  row: Row | null;
  /** Where it stood among the rows that the table was opened with; a new one behind them all. */
  readonly at: number;
}

/** One menu of the model, while changes are applied to it. */
export interface Table {
  readonly menu: Menu;
  /** As it was opened. */
  readonly rows: readonly Row[];
  /** In the order of the table. Without order and claims only those of the tuples of interest. */
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
  const keyIn = tupleFinder(menu, matches);
  const dynamicKeys = new Set<string>();
  const slots: Slot[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as Row;
    const key = keyIn(row);
    if (key === undefined && !holdsAll(menu)) continue;
    const slot: Slot = { row, at };
    slots.push(slot);
    if (key === undefined) continue;
    if (!isSkipped(menu, row)) slotsOf.get(key)?.push(slot);
    else if (menu.besideDynamic !== true && !isDisabled(menu, row)) dynamicKeys.add(key);
  }
  for (const [key, found] of slotsOf) {
    slotsOf.set(key, [...enabledFirst(found, ({ row }) => row !== null && isDisabled(menu, row))]);
  }
  const table = { menu, rows, slots, slotsOf, dynamicKeys, claimants: new Map<string, Map<Slot, boolean>>() };
  if (menu.claims !== undefined)
    for (const slot of slots) if (slot.row !== null && !isSkipped(menu, slot.row)) claim(table, slot, slot.row);
  return table;
}

/** Whether rows of other tuples matter to a change: by their places, or by what they claim. */
function holdsAll({ shape, claims }: Menu): boolean {
  return shape === 'orderedList' || claims !== undefined;
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
export function rowsIn({ menu, rows, slots }: Table): readonly Row[] {
  const left: Row[] = [];
  let next = 0;
  for (const { row, at } of slots) {
    if (!holdsAll(menu)) while (next < at && next < rows.length) left.push(rows[next++] as Row);
    next = at + 1;
    if (row !== null) left.push(row);
  }
  if (!holdsAll(menu)) while (next < rows.length) left.push(rows[next++] as Row);
  return left;
}

/** The row after a `set`: `''` clears a field that has no default. */
export function withFields(menu: Menu, row: Row, fields: Row): Row {
  const after: Record<string, string> = { ...row, ...fields };
  for (const [name, value] of Object.entries(fields)) {
    if (value === '' && menu.fields[name]?.default === undefined) delete after[name];
  }
  return after;
}
