import type { Properties } from '../model/console.ts';
import { system } from '../model/policies.ts';
import { refusal } from '../model/refusals.ts';
import type { Menu, RouterState, StoredRow, Table } from '../model/state.ts';
import { seededRows } from './seeds.ts';

/** `*1F`: a row id as RouterOS writes it (routeros-rest.md §3.1). */
export function idText(value: number): string {
  return `*${value.toString(16).toUpperCase()}`;
}

/** The menu's rows, made with the router's defaults and seeds when first asked for, after time has acted on them. */
export function tableOf(router: RouterState, path: string): Table {
  const menu = router.profile.menus.get(path);
  if (menu === undefined) {
    return emptyTable(1);
  }
  const known = router.tables.get(path);
  if (known !== undefined) {
    expireRows(menu, known, router.clock.now());
    return known;
  }
  const table = emptyTable(menu.spec.firstId ?? 1);
  router.tables.set(path, table);
  for (const values of seededRows(router, menu)) {
    const row = insertRow(router, menu, table, values, null);
    menu.spec.changed?.(router, { verb: 'add', row, before: null, args: values }, system);
  }
  return table;
}

function emptyTable(nextId: number): Table {
  return { rows: [], byId: new Map(), keys: new Map(), nextId, nextExpiry: Infinity };
}

function expireRows(menu: Menu, table: Table, now: number): void {
  if (now < table.nextExpiry) {
    return;
  }
  for (const row of table.rows.filter((candidate) => (candidate.expiresAt ?? Infinity) <= now)) {
    dropRow(menu, table, row);
  }
  table.nextExpiry = table.rows.reduce((least, row) => Math.min(least, row.expiresAt ?? Infinity), Infinity);
}

/** Lets a row expire at that time of the router's clock. */
export function expireAt(table: Table, row: StoredRow, time: number): void {
  row.expiresAt = time;
  table.nextExpiry = Math.min(table.nextExpiry, time);
}

/** Appends a row, or puts it before another one. The id counter never goes back (routeros-rest.md §7). */
export function insertRow(
  router: RouterState,
  menu: Menu,
  table: Table,
  values: Properties,
  before: string | null,
): StoredRow {
  const id = menu.spec.shape === 'settings' ? '*0' : idText(table.nextId);
  table.nextId += 1;
  const row: StoredRow = { id, values, bornAt: router.clock.now() };
  const position = before === null ? -1 : table.rows.findIndex((other) => other.id === before);
  if (position === -1) {
    table.rows.push(row);
  } else {
    table.rows.splice(position, 0, row);
  }
  table.byId.set(id, row);
  countKey(menu, table, values, 1);
  return row;
}

/** Takes a row out without any consequence. */
export function dropRow(menu: Menu, table: Table, row: StoredRow): void {
  const position = table.rows.indexOf(row);
  if (position === 0) {
    table.rows.shift();
  } else {
    table.rows.splice(position, 1);
  }
  table.byId.delete(row.id);
  countKey(menu, table, row.values, -1);
}

/** Gives a row other values and keeps the uniqueness index right. */
export function replaceValues(menu: Menu, table: Table, row: StoredRow, values: Properties): void {
  countKey(menu, table, row.values, -1);
  row.values = values;
  countKey(menu, table, values, 1);
}

/** @throws {ConsoleFailure} with the menu's words when a row with these values would be the second of its kind. */
export function refuseDuplicate(menu: Menu, table: Table, values: Properties, own: Properties | null): void {
  const key = menu.spec.unique?.key(values);
  if (key === undefined || (own !== null && menu.spec.unique?.key(own) === key)) {
    return;
  }
  if ((table.keys.get(key) ?? 0) > 0) {
    throw refusal(menu.spec.unique?.refusal ?? 'haveEntry');
  }
}

function countKey(menu: Menu, table: Table, values: Properties, by: number): void {
  const key = menu.spec.unique?.key(values);
  if (key !== undefined) {
    const count = (table.keys.get(key) ?? 0) + by;
    if (count === 0) {
      table.keys.delete(key);
    } else {
      table.keys.set(key, count);
    }
  }
}
