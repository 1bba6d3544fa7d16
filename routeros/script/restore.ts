import { menuOf } from '../catalogue/catalogue.ts';
import type { Menu, MenuPath, Row, Version } from '../catalogue/menu.ts';
import { fieldAvailable } from '../catalogue/version.ts';
import {
  addCommand,
  argumentsOf,
  commandPath,
  COUNT_FAILURES,
  findWhere,
  guarded,
  setOnlyCommand,
  writableFields,
} from './statements.ts';

/** What a snapshot held of one match tuple, or of a settings menu (`match` null; then the touched fields). */
export interface RowsToRestore {
  readonly menu: MenuPath;
  readonly match: Row | null;
  readonly rows: readonly Row[];
}

/**
 * A plan leaves at most a row and its disabled twin where the snapshot had fewer. More than that means that the
 * condition matched what it should not: then nothing is touched and the failure is counted.
 */
const MOST_ROWS_BEYOND_SNAPSHOT = 2;

/**
 * The inverse of a plan as a script: for each touched tuple it makes the number of rows and their fields what the
 * snapshot held (armed-rollback.md §3). Right after any prefix of the plan, applied once or twice. What comes back
 * comes first, in writing order; removals come last, in falling order, so that nothing is gone before its replacement
 * is back. Afterwards `$rgFailed` holds how many statements failed. `version`: fields the router does not have are
 * left alone.
 * @throws {InvalidValue} when a script can't hold a value or can't tell a row from others: such a plan can't be armed.
 */
export function restoreScript(restores: readonly RowsToRestore[], version: Version): string {
  const inOrder = restores
    .map((restore) => ({ restore, menu: menuOf(restore.menu) }))
    .toSorted((a, b) => a.menu.writeOrder - b.menu.writeOrder);
  const returning = inOrder.filter(({ restore }) => restore.rows.length > 0);
  const leaving = inOrder.filter(({ restore }) => restore.rows.length === 0).toReversed();
  const statements = [...returning, ...leaving].map(({ restore, menu }) => guarded(commandsOf(menu, restore, version)));
  return [COUNT_FAILURES, ...statements].join('\n');
}

/**
 * What the undo of one match tuple, or of a settings menu, runs. `version` null: fields of every version.
 * @throws {InvalidValue}
 */
export function commandsOf(menu: Menu, { match, rows }: RowsToRestore, version: Version | null): string {
  if (match === null) return rows.map((row) => `${commandPath(menu)} set ${argumentsOf(menu, row)}`).join('; ');
  const [row] = rows;
  if (menu.fixedRows === true) return row === undefined ? '' : setOnlyCommand(menu, match, fieldsBesides(match, row));
  const most = rows.length + MOST_ROWS_BEYOND_SNAPSHOT;
  const count = `:local rgIds ${findWhere(menu, match)}; :local rgCount [:len $rgIds]; :if ($rgCount > ${most}) do={:error "rg-count"}`;
  const clear = `:if ($rgCount > 0) do={${commandPath(menu)} remove $rgIds}`;
  if (row === undefined) return `${count}; ${clear}`;
  const adds = enabledFirst(rows).map((each) => addCommand(menu, { ...each, ...match }));
  const renew = [clear, ...adds].join('; ');
  if (rows.length > 1) return `${count}; ${renew}`;
  const sets = setCommands(menu, match, row, version);
  if (sets === '') return `${count}; :if ($rgCount != 1) do={${renew}}`;
  return `${count}; :if ($rgCount = 1) do={${sets}} else={${renew}}`;
}

/**
 * Two commands: first what the snapshot held, then what it lacked, so that a field that can't be cleared spoils
 * nothing else.
 */
function setCommands(menu: Menu, match: Row, row: Row, version: Version | null): string {
  const held = Object.fromEntries(writableFields(menu, row).filter(([name]) => !menu.match.includes(name)));
  const lacked: Record<string, string> = {};
  for (const [name, field] of Object.entries(menu.fields)) {
    const absent = version !== null && !fieldAvailable(field, version);
    const untouchable = field.readOnly === true || field.neverCleared === true || absent;
    if (untouchable || menu.match.includes(name) || name in match || name in held) continue;
    lacked[name] = field.default ?? '';
  }
  return [held, lacked]
    .filter((fields) => Object.keys(fields).length > 0)
    .map((fields) => `${commandPath(menu)} set $rgIds ${argumentsOf(menu, fields)}`)
    .join('; ');
}

/** A row that is there in any case: what the plan touched of it, and nothing else. */
function fieldsBesides(match: Row, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !(name in match)));
}

/** The router refuses a second enabled row of a tuple, a disabled one next to it is allowed (routeros-rest.md §6). */
function enabledFirst(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => Number(a['disabled'] === 'true') - Number(b['disabled'] === 'true'));
}
