import { CATALOGUE, matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isDisabled, isWritable, menuIn, writableRow } from './canonical.ts';
import type { Change } from './change.ts';
import { claimedByOther, hold, openTable, rowsIn, type Slot, type Table, withFields } from './router-table.ts';
import { describeRow } from './row-text.ts';
import type { LiveState } from './state.ts';
import { keyOf } from './tuple.ts';

/** A router would refuse the change, or it was planned from another state. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}

/**
 * The live state after these changes, in this order, as a router would hold it. A new row has the fields of its change
 * alone, without
 * `.id`: what a router fills in by itself stands at its default. Menus that no change names are left as they are.
 * @throws {ChangeRefused}
 */
export function applyChanges(live: LiveState, changes: readonly Change[], catalogue: Catalogue = CATALOGUE): LiveState {
  const tables = new Map<MenuPath, Table>();
  for (const [path, rows] of changedMenus(live, changes)) {
    tables.set(path, openTable(menuIn(catalogue, path), rows, matchesOf(changes.filter(({ menu }) => menu === path))));
  }
  for (const change of changes) applyChange(tables.get(change.menu) as Table, change);
  const menus: Record<MenuPath, readonly Row[]> = { ...live.menus };
  for (const [path, table] of tables) menus[path] = rowsIn(table);
  return { menus };
}

function changedMenus(live: LiveState, changes: readonly Change[]): ReadonlyMap<MenuPath, readonly Row[]> {
  const menus = new Map<MenuPath, readonly Row[]>();
  for (const { menu } of changes) {
    const rows = live.menus[menu];
    if (rows === undefined) throw new ChangeRefused(`${menu} was not read`);
    menus.set(menu, rows);
  }
  return menus;
}

function matchesOf(changes: readonly Change[]): readonly Row[] {
  return changes.flatMap((change) =>
    change.kind === 'move' ? [change.match, change.beforeMatch ?? change.match] : [change.match ?? {}],
  );
}

/** One change of one menu. @throws {ChangeRefused} */
export function applyChange(table: Table, change: Change): void {
  const { menu } = table;
  switch (change.kind) {
    case 'create': {
      if (change.fields['disabled'] !== 'true') refuseTwin(table, change.match, null);
      refuseUnknown(menu, change.match, change.fields);
      refuseOther(menu, change.match, change.fields);
      const slot: Slot = { row: null, at: table.rows.length };
      const row = withFields(menu, {}, change.fields);
      refuseClaimed(table, slot, row);
      hold(table, slot, row);
      table.slots.push(slot);
      slotsOf(table, change.match).push(slot);
      return;
    }
    case 'set': {
      const slot = slotAt(table, change.match ?? {}, change.nth);
      refuseUnknown(menu, change.match, change.fields);
      refuseMoved(menu, change.match, change.before, pick(slot.row, Object.keys(change.fields)));
      const after = withFields(menu, slot.row, change.fields);
      refuseOther(menu, change.match ?? {}, after);
      if (isDisabled(menu, slot.row) && !isDisabled(menu, after)) refuseTwin(table, change.match ?? {}, slot);
      refuseClaimed(table, slot, after);
      hold(table, slot, after);
      return;
    }
    case 'remove': {
      const slot: Slot = slotAt(table, change.match, change.nth);
      refuseMoved(menu, change.match, change.before, writableRow(menu, slot.row as Row));
      hold(table, slot, null);
      return;
    }
    case 'move': {
      const slot = slotAt(table, change.match, change.nth);
      const before = change.beforeMatch === null ? null : slotAt(table, change.beforeMatch, 0);
      const others = table.slots.filter((other) => other !== slot);
      others.splice(before === null ? others.length : others.indexOf(before), 0, slot);
      table.slots = others;
    }
  }
}

function slotsOf(table: Table, match: Row): Slot[] {
  return table.slotsOf.get(keyOf(table.menu, match)) as Slot[];
}

function slotAt(table: Table, match: Row, nth: number): Slot & { row: Row } {
  const slot = slotsOf(table, match)[nth];
  if (slot === undefined || slot.row === null) {
    throw new ChangeRefused(`${describeRow(table.menu, match)}: there is no such row`);
  }
  return slot as Slot & { row: Row };
}

/**
 * A list menu refuses a second enabled row of one tuple, also beside a dynamic one; a disabled twin may stand beside
 * (routeros-rest.md §6).
 */
function refuseTwin(table: Table, match: Row, except: Slot | null): void {
  const { menu } = table;
  if (menu.shape !== 'list') return;
  const isTwin = ({ row }: Slot): boolean => row !== null && !isDisabled(menu, row);
  const twins = slotsOf(table, match).filter((slot) => slot !== except && isTwin(slot));
  if (twins.length === 0 && !table.dynamicKeys.has(keyOf(menu, match))) return;
  throw new ChangeRefused(`${describeRow(menu, match)}: the router already has such an enabled row`);
}

/** Of some things no two rows may have one, such as the address of a lease (`Menu.claims`). */
function refuseClaimed(table: Table, slot: Slot, after: Row): void {
  const claimed = claimedByOther(table, slot, after);
  if (claimed === undefined) return;
  throw new ChangeRefused(
    `${describeRow(table.menu, matchOf(table.menu, after))}: another row of the router has the ${claimed}`,
  );
}

function refuseOther(menu: Menu, match: Row, after: Row): void {
  if (keyOf(menu, match) === keyOf(menu, after)) return;
  throw new ChangeRefused(`${describeRow(menu, match)}: a change can't turn a row into another one`);
}

function refuseUnknown(menu: Menu, match: Row | null, fields: Row): void {
  const unknown = Object.keys(fields).find((name) => !isWritable(menu, name));
  if (unknown !== undefined) throw new ChangeRefused(`${describeRow(menu, match)}: "${unknown}" can't be set here`);
}

function refuseMoved(menu: Menu, match: Row | null, planned: Row, held: Row): void {
  const names = new Set([...Object.keys(planned), ...Object.keys(held)]);
  for (const name of names) {
    if (planned[name] === held[name]) continue;
    throw new ChangeRefused(`${describeRow(menu, match)}: "${name}" on the router is not what the plan was made from`);
  }
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}
