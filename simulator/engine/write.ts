import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { Menu, RouterState, StoredRow, Table } from '../model/state.ts';
import { keepHistory } from './journal.ts';
import { followRename, refuseUnknownReference } from './references.ts';
import { dropRow, insertRow, refuseDuplicate, replaceValues, tableOf } from './table.ts';

/** Adds a row. @throws {ConsoleFailure} with the router's words for every refusal. */
export function addRow(router: RouterState, menu: Menu, args: Properties, caller: Caller): StoredRow {
  requireVerb(menu, 'add', caller);
  requirePolicies(menu, caller);
  const table = tableOf(router, menu.path);
  const { 'place-before': placeBefore, 'copy-from': copyFrom, ...given } = args;
  const before = placeBefore === undefined ? null : placeBeforeId(menu, table, placeBefore);
  const changes = canonicalArgs(router, menu, given);
  const source = copyFrom === undefined ? {} : { ...table.byId.get(copyFrom)?.values };
  const filled = mergedValues(source, changes);
  const merged = { ...filled, ...menu.spec.stamp?.(filled, caller, 'add') };
  for (const [name, field] of menu.fields) {
    if (field.required === true && merged[name] === undefined) {
      throw refusal('missing', name);
    }
  }
  const values = menu.spec.prepare?.(router, merged, null, merged) ?? merged;
  refuseDuplicate(menu, table, values, null);
  const row = insertRow(router, menu, table, values, before);
  keepHistory(router, caller, menu, { verb: 'added', row: row.id, values: changes });
  menu.spec.changed?.(router, { verb: 'add', row, before: null, args: merged }, caller);
  return row;
}

/** Changes fields of a row; `!field` clears one (routeros-rest.md §3, unset). @throws {ConsoleFailure} */
export function setRow(router: RouterState, menu: Menu, row: StoredRow, args: Properties, caller: Caller): void {
  requireVerb(menu, 'set', caller);
  requirePolicies(menu, caller);
  const table = tableOf(router, menu.path);
  const changes = canonicalArgs(router, menu, args);
  refuseFixed(menu, changes);
  refuseDynamic(menu, row, 'change');
  const before = row.values;
  const merged = mergedValues(before, changes);
  const written = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? '']));
  const stamped = { ...merged, ...menu.spec.stamp?.(written, caller, 'set') };
  const next = menu.spec.prepare?.(router, stamped, before, written) ?? stamped;
  refuseDuplicate(menu, table, next, before);
  replaceValues(menu, table, row, next);
  followRename(router, menu.path, before['name'], next['name']);
  keepHistory(router, caller, menu, { verb: 'changed', row: row.id, values: changes });
  menu.spec.changed?.(router, { verb: 'set', row, before, args: written }, caller);
}

/** Removes a row; fields that named it keep its dead id (routeros-rest.md §3, references). @throws {ConsoleFailure} */
export function removeRow(router: RouterState, menu: Menu, row: StoredRow, caller: Caller): void {
  requireVerb(menu, 'remove', caller);
  requirePolicies(menu, caller);
  refuseDynamic(menu, row, 'remove');
  const table = tableOf(router, menu.path);
  menu.spec.changed?.(router, { verb: 'remove', row, before: row.values, args: {} }, caller);
  dropRow(menu, table, row);
  followRename(router, menu.path, row.values['name'], row.id);
  keepHistory(router, caller, menu, { verb: 'removed', row: row.id, values: {} });
}

/** Puts rows, in the given order, before another one or at the end. */
export function moveRows(
  router: RouterState,
  menu: Menu,
  ids: readonly string[],
  before: string | null,
  caller: Caller,
): void {
  requireVerb(menu, 'move', caller);
  requirePolicies(menu, caller);
  const table = tableOf(router, menu.path);
  const moved = ids.map((id) => {
    const row = table.byId.get(id);
    if (row === undefined) {
      throw refusal('notFound');
    }
    return row;
  });
  if (before !== null && ids.includes(before)) {
    throw refusal('beforeItself');
  }
  const rest = table.rows.filter((row) => !moved.includes(row));
  const position = before === null ? -1 : rest.findIndex((row) => row.id === before);
  rest.splice(position === -1 ? rest.length : position, 0, ...moved);
  table.rows.splice(0, table.rows.length, ...rest);
  keepHistory(router, caller, menu, { verb: 'moved', row: ids.join(','), values: {} });
}

/** @throws {ConsoleFailure} `no such command` when the menu has no such verb. */
export function requireVerb(menu: Menu, verb: string, caller: Caller): void {
  if (!menu.verbs.has(verb)) {
    if (menu.spec.lacks?.includes(verb) === true) {
      requirePolicies(menu, caller);
    }
    throw refusal('noCommand');
  }
}

/** @throws {ConsoleFailure} 500 when the caller's group may not write here (routeros-rest.md §1.1). */
export function requirePolicies(menu: Menu, caller: Caller): void {
  for (const policy of menu.spec.writePolicies ?? ['write']) {
    if (!caller.policies.has(policy)) {
      throw refusal('notPermitted');
    }
  }
}

/** @throws {ConsoleFailure} for a field that only `add` takes on this version. */
function refuseFixed(menu: Menu, changes: Readonly<Record<string, string | undefined>>): void {
  const fixed = Object.keys(changes).find((name) => menu.verbs.get('set')?.has(name) !== true);
  if (fixed !== undefined) {
    throw refusal('unknownParameter', fixed);
  }
}

/** Rows the router made itself, and children of other rows, are not the user's to change. */
function refuseDynamic(menu: Menu, row: StoredRow, verb: 'change' | 'remove'): void {
  const made = menu.fields.get('dynamic')?.readOnly === true && row.values['dynamic'] === 'true';
  if (made || row.parent !== undefined) {
    throw refusal('dynamicItem', verb);
  }
}

/** Canonical text per argument; undefined clears the field. @throws {ConsoleFailure} */
function canonicalArgs(
  router: RouterState,
  menu: Menu,
  args: Properties,
): Readonly<Record<string, string | undefined>> {
  const changes: Record<string, string | undefined> = {};
  for (const [argument, value] of Object.entries(args)) {
    const name = argument.startsWith('!') ? argument.slice(1) : argument;
    const field = menu.fields.get(name);
    if (field === undefined || field.readOnly === true) {
      throw refusal('unknownParameter', name);
    }
    const clears = argument.startsWith('!') || (value === '' && field.default === undefined && field.required !== true);
    changes[name] = clears
      ? undefined
      : value === '' && field.kind.clearable
        ? ''
        : field.kind.canonical(value, argument);
    refuseUnknownReference(router, field.kind, name, changes[name]);
  }
  return changes;
}

function mergedValues(before: Properties, changes: Readonly<Record<string, string | undefined>>): Properties {
  const merged = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) {
      delete merged[name];
    } else {
      merged[name] = value;
    }
  }
  return merged;
}

function placeBeforeId(menu: Menu, table: Table, given: string): string {
  requirePlaceBefore(menu);
  const row = table.byId.get(given) ?? (/^\d+$/.test(given) ? table.rows[Number(given)] : undefined);
  if (row === undefined) {
    throw refusal('noItemBefore');
  }
  return row.id;
}

function requirePlaceBefore(menu: Menu): void {
  if (menu.spec.shape !== 'orderedList') {
    throw refusal('unknownParameter', 'place-before');
  }
}
