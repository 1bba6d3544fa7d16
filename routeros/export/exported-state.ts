import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { canonicalLive } from '../values/canonical.ts';
import type { RefusedRow } from './declared-section.ts';
import { isTrue } from './item-order.ts';
import type { ExportedRow, RouterExport } from './read-export.ts';

/** What an export says is on the router, as far as we manage it. */
export interface ExportedState {
  /** Every menu that we manage: settings with one row, in which a default is absent. */
  readonly menus: Readonly<Record<MenuPath, readonly Row[]>>;
  /** Commands that change a row which the export does not hold. */
  readonly refused: readonly RefusedRow[];
  /** How many commands other menus have. */
  readonly others: Readonly<Record<string, number>>;
  /** The line of the export that a row comes from. */
  readonly lines: ReadonlyMap<Row, number>;
}

/** The fields whose values an export holds as rows of a menu of their own. */
const ELSEWHERE = Object.values(CATALOGUE).flatMap((menu: Menu) =>
  Object.entries(menu.fields).flatMap(([property, { exportedIn }]) =>
    exportedIn === undefined ? [] : [{ menu, property, from: exportedIn }],
  ),
);

/** Menus whose rows stand in those that they come from. */
const ORIGINS = Object.values(CATALOGUE).flatMap(({ exportedIn = [] }: Menu) => exportedIn);

/** The menus to ask `readExport` for. */
export const EXPORTED_MENUS: ReadonlySet<MenuPath> = new Set([
  ...(Object.keys(CATALOGUE) as MenuPath[]),
  ...ELSEWHERE.map(({ from }) => from.menu),
  ...ORIGINS,
]);

/** The rows that the commands of an export leave on a router that held none. */
export function exportedState(read: RouterExport): ExportedState {
  const menus: Record<MenuPath, readonly Row[]> = {};
  const refused: RefusedRow[] = [];
  const lines = new Map<Row, number>();
  for (const menu of Object.values(CATALOGUE)) {
    const rows = standingIn(menu, read, refused);
    menus[menu.path] = rows.map(({ row, line }) => {
      if (line !== undefined) lines.set(row, line);
      return row;
    });
  }
  const others = new Map(read.skipped);
  for (const path of ORIGINS) {
    const count = CATALOGUE[path] === undefined ? (read.rows.get(path)?.length ?? 0) : 0;
    if (count > 0) others.set(path, count);
  }
  const sorted = [...others].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { menus, refused, others: Object.fromEntries(sorted), lines };
}

function standingIn(menu: Menu, read: RouterExport, refused: RefusedRow[]): readonly Standing[] {
  const commands = read.rows.get(menu.path) ?? [];
  if (menu.shape === 'settings') return [settingsOf(menu, commands, read)];
  if (menu.exportedIn === undefined) return listOf(menu, commands, refused);
  return menu.exportedIn.flatMap((path) => (read.rows.get(path) ?? []).flatMap((row) => originOf(menu, row)));
}

/** The row of a menu with fixed rows, by its name. One that has another name than it came with says both. */
function originOf(menu: Menu, { of, values, line }: ExportedRow): readonly Standing[] {
  const name = firstSaid(values['name'], of['name'], of['default-name'], of['numbers']);
  if (name === undefined) return [];
  const own = Object.entries(values).filter(([property]) => menu.fields[property] !== undefined);
  return [{ row: { ...Object.fromEntries(own), name }, line }];
}

interface Standing {
  readonly row: Row;
  readonly line: number | undefined;
}

function settingsOf(menu: Menu, commands: readonly ExportedRow[], read: RouterExport): Standing {
  const row: Record<string, string> = {};
  for (const { values } of commands) Object.assign(row, values);
  for (const { property, from } of ELSEWHERE.filter((each) => each.menu === menu)) {
    const values = (read.rows.get(from.menu) ?? []).flatMap(({ values: one }) => one[from.property] ?? []);
    if (values.length > 0) row[property] = values.join(',');
  }
  return { row, line: commands[0]?.line };
}

function listOf(menu: Menu, commands: readonly ExportedRow[], refused: RefusedRow[]): readonly Standing[] {
  const rows: Standing[] = [];
  for (const { command, of, values, line } of commands) {
    if (command === 'add') {
      const { timedBy } = menu;
      if (timedBy === undefined || (values[timedBy] ?? '') === '') rows.push({ row: values, line });
      else
        refused.push({ menu: menu.path, row: values, reason: `it goes by itself (${timedBy}), so nobody manages it` });
      continue;
    }
    // What the router made by itself is in no export.
    if (menu.skipWhen.some((flag) => isTrue(of[flag]))) continue;
    const at = rows.findIndex(({ row }) => isMeant(menu, of, row));
    const held = rows[at];
    const name = firstSaid(values['name'], ownName(menu, of));
    if (held !== undefined) rows[at] = { row: { ...held.row, ...values }, line: held.line };
    else if (name !== undefined) rows.push({ row: { ...values, name }, line });
    else
      refused.push({
        menu: menu.path,
        row: { ...of, ...values },
        reason: 'it changes a row that the export does not hold',
      });
  }
  return rows;
}

/** An empty name is none. */
function firstSaid(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && name !== '');
}

/** The name of a row that a router has from the start: a radio, or the profile that is called so. */
function ownName(menu: Menu, of: Row): string | undefined {
  if (isTrue(of['default'])) return menu.fields['default'] === undefined ? undefined : 'default';
  return menu.fixedWithout === undefined ? undefined : (of['default-name'] ?? of['name'] ?? of['numbers']);
}

/** Whether `[ find … ]` finds the row; a number counts what only the router knows. */
function isMeant(menu: Menu, of: Row, row: Row): boolean {
  const asked = Object.entries(of);
  return asked.length > 0 && asked.every(([name, text]) => spelt(menu, name, row[name]) === spelt(menu, name, text));
}

function spelt(menu: Menu, name: string, text: string | undefined): string | undefined {
  const field = menu.fields[name];
  return field === undefined ? text : text === undefined ? field.default : canonicalLive(field.codec, text);
}
