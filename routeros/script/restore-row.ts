import { setsInPlace } from '../catalogue/in-place.ts';
import type { Menu, MenuPath, Row, Version } from '../catalogue/menu.ts';
import { fieldAvailable } from '../catalogue/version.ts';
import { quote } from './text.ts';
import { addCommand, argumentsOf, commandPath, findWhere, setOnlyCommand, writableFields } from './statements.ts';

/** What a snapshot held of one match tuple, or of a settings menu (`match` null; then the touched fields). */
export interface RowsToRestore {
  readonly menu: MenuPath;
  readonly match: Row | null;
  readonly rows: readonly Row[];
  /** The plan adds a row that goes by itself, and nothing else went by this: it goes, and no other is looked at. */
  readonly timed?: true;
  /** All that can differ where the row is still there: nothing else of it is written then. Absent: everything. */
  readonly written?: readonly string[];
  /** Of an ordered menu as a whole (`match` null, no `rows`): the tuples of its rows in the order to give back. */
  readonly order?: readonly Row[];
  /** The name of the copy of its one row, out of which its secrets are taken. */
  readonly keep?: string;
}

/**
 * A plan leaves at most a row and its disabled twin where the snapshot had fewer. More than that means that the
 * condition matched what it should not: then nothing is touched and the failure is counted.
 */
const MOST_ROWS_BEYOND_SNAPSHOT = 2;

/**
 * What the undo of one match tuple, or of a settings menu, runs. `version` null: fields of every version.
 * @throws {InvalidValue}
 */
export function commandsOf(menu: Menu, { match, rows, written, keep }: RowsToRestore, version: Version | null): string {
  if (match === null) return rows.map((row) => `${commandPath(menu)} set ${argumentsOf(menu, row)}`).join('; ');
  const [row] = rows;
  if (row !== undefined && setsInPlace(menu)) return setOnlyCommand(menu, match, fieldsBesides(match, row));
  if (menu.fixedRows === true) return '';
  const find = findWhere(menu, match);
  if (row === undefined) return renewCommands(menu, find, rows.length, []);
  const spelled = keep === undefined ? {} : spelledSecrets(menu, row);
  const adds = enabledFirst(rows).map((each) => addCommand(menu, { ...each, ...match }, spelled));
  if (rows.length > 1) return renewCommands(menu, find, rows.length, adds);
  const sets = setCommands(menu, { match, row, written, version }, '$rgIds', spelled);
  const renew = clearAndAdd(menu, adds);
  if (keep !== undefined) {
    // A row made anew without its secret would be open to all: without the copy nothing is touched.
    const copy = `:local rgKeep [${commandPath(menu)} find where name=${quote(keep)}]; :if ([:len $rgKeep] != 1) do={:error "rg-keep"}`;
    return `${copy}; ${countedRows(find, 1)}; :if ($rgCount = 1) do={${sets}} else={${renew}}`;
  }
  if (sets === '') return `${countedRows(find, 1)}; :if ($rgCount != 1) do={${renew}}`;
  return `${countedRows(find, 1)}; :if ($rgCount = 1) do={${sets}} else={${renew}}`;
}

/** Each secret of the row as what the copy of it holds. */
function spelledSecrets(menu: Menu, row: Row): Row {
  const names = Object.keys(row).filter((name) => holdsIn(menu, row, name));
  return Object.fromEntries(names.map((name) => [name, `[${commandPath(menu)} get $rgKeep ${name}]`]));
}

/** Whether this field of the row is a secret that is set. */
export function holdsIn(menu: Menu, row: Row, name: string): boolean {
  return menu.fields[name]?.secret === true && (row[name] ?? '') !== '';
}

/** Whatever rows `find` finds go, if they are not too many, and `adds` come instead. */
export function renewCommands(menu: Menu, find: string, held: number, adds: readonly string[]): string {
  return `${countedRows(find, held)}; ${clearAndAdd(menu, adds)}`;
}

/** Finds rows, and fails where there are more than a plan can leave. */
export function countedRows(find: string, held: number): string {
  const most = held + MOST_ROWS_BEYOND_SNAPSHOT;
  return `:local rgIds ${find}; :local rgCount [:len $rgIds]; :if ($rgCount > ${most}) do={:error "rg-count"}`;
}

function clearAndAdd(menu: Menu, adds: readonly string[]): string {
  return [`:if ($rgCount > 0) do={${commandPath(menu)} remove $rgIds}`, ...adds].join('; ');
}

/**
 * Two commands: first what the snapshot held, then what it lacked, so that a field that can't be cleared spoils
 * nothing else. `spelled`: what stands for values that a variable holds.
 */
export function setCommands(menu: Menu, restore: RowInPlace, ids: string, spelled: Row = {}): string {
  const { held, lacked } = fieldsToSet(menu, restore);
  return [held, lacked]
    .filter((fields) => Object.keys(fields).length > 0)
    .map((fields) => `${commandPath(menu)} set ${ids} ${argumentsOf(menu, fields, spelled)}`)
    .join('; ');
}

/** A row that is there, and what it is to hold. */
export interface RowInPlace {
  readonly match: Row;
  readonly row: Row;
  readonly written: RowsToRestore['written'];
  readonly version: Version | null;
}

/** What the row of the snapshot says, and what it lacked: with the default that stands for it, or `''`. */
export function fieldsToSet(
  menu: Menu,
  { match, row, written, version }: RowInPlace,
): { readonly held: Row; readonly lacked: Row; readonly all: Row } {
  const counts = (name: string): boolean => !menu.match.includes(name) && written?.includes(name) !== false;
  const held = Object.fromEntries(writableFields(menu, row).filter(([name]) => counts(name)));
  const lacked: Record<string, string> = {};
  for (const [name, field] of Object.entries(menu.fields)) {
    const absent = version !== null && !fieldAvailable(field, version);
    // No plan sets a secret where none was, and cleared it might leave a network open to all.
    const untouchable = field.readOnly === true || field.neverCleared === true || field.secret === true || absent;
    if (untouchable || !counts(name) || name in match || name in held) continue;
    lacked[name] = field.default ?? '';
  }
  return { held, lacked, all: { ...held, ...lacked } };
}

/** A row that is only set: what the plan touched of it, and nothing else. */
function fieldsBesides(match: Row, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !(name in match)));
}

/** The router refuses a second enabled row of a tuple, a disabled one next to it is allowed (routeros-rest.md §6). */
function enabledFirst(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => Number(a['disabled'] === 'true') - Number(b['disabled'] === 'true'));
}
