import type { MenuPath, Row } from '#routeros';
import { READABLE } from '#routeros/readable';

/**
 * Why an answer of success is not taken. `WrongBody` is another request's answer, `BadAnswer` is none that RouterOS
 * gives.
 */
interface Misfit {
  readonly code: 'WrongBody' | 'BadAnswer';
  readonly why: string;
}

/** An answer checked, or why it does not fit. */
export type Fitting<T> = { readonly value: T } | { readonly misfit: Misfit };

/** Keys that an answer of these menus always has. They also prove, after a timeout, that answers are ours again. */
export const ALWAYS_THERE: ReadonlyMap<string, readonly string[]> = new Map([
  ['/system/identity', ['name']],
  ['/system/resource', ['uptime', 'version']],
]);

/**
 * The rows of a list menu, or the one row of a settings menu. For some seconds after boot RouterOS may answer with
 * another menu's body, mostly `/system/resource` (routeros-rest.md §1.2): the wrong shape for a menu that we know,
 * a row of a list without `.id`, without any property that was asked for, or that looks like that menu is `WrongBody`.
 */
export function printedRows(
  menu: MenuPath,
  properties: readonly string[] | undefined,
  answer: unknown,
): Fitting<readonly Row[]> {
  if (!Array.isArray(answer)) {
    const row = settingsRow(answer);
    if (row === null) return notRouterOs;
    if ('.id' in row || isList(menu) === true) return wrongBody('one row instead of a list');
    return foreign(menu, properties, row) ? wrongBody("another menu's settings") : { value: [row] };
  }
  const rows = listRows(answer);
  if (rows === null) return notRouterOs;
  if (isList(menu) === false) return wrongBody('a list instead of settings');
  if (!rows.every((row) => row['.id'] !== undefined)) return wrongBody('rows without .id');
  const [first] = rows;
  return first !== undefined && foreign(menu, properties, first) ? wrongBody("another menu's rows") : { value: rows };
}

/** What a command gave: rows, one row (`{"ret": …}`), or nothing (routeros-rest.md §2.5). */
export function commandRows(answer: unknown): Fitting<readonly Row[]> {
  if (answer === undefined) return { value: [] };
  const rows = Array.isArray(answer) ? listRows(answer) : [settingsRow(answer)];
  if (rows === null) return notRouterOs;
  const whole = rows.filter((row) => row !== null);
  return whole.length === rows.length ? { value: whole } : notRouterOs;
}

/** The number in `{"ret":"2"}` (routeros-rest.md §2.4). */
export function countedRows(answer: unknown): Fitting<number> {
  const count = settingsRow(answer)?.['ret'];
  return count !== undefined && /^\d{1,15}$/.test(count) ? { value: Number(count) } : wrongBody('no number of rows');
}

/** The row that an `add` made. */
export function createdRow(answer: unknown): Fitting<Row> {
  const row = settingsRow(answer);
  if (row === null) return notRouterOs;
  return row['.id'] === undefined ? wrongBody('a new row without .id') : { value: row };
}

/** The answer to a `set`: the row as it is now, or nothing. */
export function changedRow(id: string | null, answer: unknown): Fitting<undefined> {
  const row = Array.isArray(answer) || answer === undefined ? {} : settingsRow(answer);
  if (row === null) return notRouterOs;
  const other = id?.startsWith('*') === true && row['.id'] !== undefined && row['.id'] !== id;
  return other ? wrongBody('another row') : { value: undefined };
}

const notRouterOs: Fitting<never> = { misfit: { code: 'BadAnswer', why: 'not rows of text' } };

function wrongBody(why: string): Fitting<never> {
  return { misfit: { code: 'WrongBody', why } };
}

function isList(menu: MenuPath): boolean | undefined {
  const shape = READABLE.get(menu)?.shape;
  return shape === undefined || shape === 'listOrSettings' ? undefined : shape !== 'settings';
}

function foreign(menu: MenuPath, properties: readonly string[] | undefined, row: Row): boolean {
  const expected = ALWAYS_THERE.get(menu);
  if (expected !== undefined && properties === undefined) return !expected.every((key) => key in row);
  const isResource = menu !== '/system/resource' && 'uptime' in row && 'version' in row && 'board-name' in row;
  if (properties === undefined) return isResource;
  const asked = new Set(properties);
  const keys = Object.keys(row).filter((key) => !key.startsWith('.'));
  return keys.length > 0 && !keys.some((key) => asked.has(key));
}

/**
 * Rows come as parsed, without a copy, when all their values are text already, as RouterOS' are. `null` when they are
 * no rows.
 */
function listRows(answer: readonly unknown[]): readonly Row[] | null {
  if (areRows(answer)) return answer;
  const rows = answer.map(settingsRow);
  return rows.every((row) => row !== null) ? rows : null;
}

function areRows(answer: readonly unknown[]): answer is readonly Row[] {
  for (const value of answer) if (!isRow(value)) return false;
  return true;
}

function settingsRow(value: unknown): Row | null {
  if (isRow(value)) return value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const row: Record<string, string> = {};
  for (const [key, leaf] of Object.entries(value)) {
    if (typeof leaf !== 'string' && typeof leaf !== 'number' && typeof leaf !== 'boolean') return null;
    row[key] = String(leaf);
  }
  return row;
}

function isRow(value: unknown): value is Row {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const leaves = value as Readonly<Record<string, unknown>>;
  for (const key in leaves) {
    if (typeof leaves[key] !== 'string') return false;
  }
  return true;
}
