import type { Version } from '../catalogue/menu.ts';
import type { Column, Columns, ColumnType, Unit } from './readable-menu.ts';

type Of = (...names: readonly string[]) => Columns;

function of(type: ColumnType, unit?: Unit): Of {
  return (...names) => same(names, { type, ...(unit === undefined ? {} : { unit }) });
}

function same(names: readonly string[], column: Column): Columns {
  return Object.fromEntries(names.map((name) => [name, column]));
}

function each(columns: Columns, more: Partial<Column>): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { ...column, ...more }]));
}

/** Columns with any text. */
export const text = of('text');
/** Columns that are true or false. */
export const flag = of('flag');
/** Columns with a whole number that has no unit. */
export const number = of('number');
/** Columns with a length of time. */
export const duration = of('duration');
/** Columns with a time of the router's clock. */
export const instant = of('instant');
/** Columns with a MAC address. */
export const mac = of('mac');
/** Columns with values joined by commas. */
export const list = of('list');
/** Columns with two numbers. */
export const pair = of('pair');
/** Columns with a number of bytes. */
export const bytes = of('number', 'bytes');

/** Columns with a number of that unit. */
export function numberIn(unit: Unit, ...names: readonly string[]): Columns {
  return of('number', unit)(...names);
}

/** Columns with two numbers of that unit. */
export function pairIn(unit: Unit, ...names: readonly string[]): Columns {
  return of('pair', unit)(...names);
}

/** Read-only columns that stay as they are until somebody changes the router: kept in snapshots. */
export function fact(columns: Columns): Columns {
  return each(columns, { readOnly: true });
}

/** Read-only columns that change by themselves. */
export function state(columns: Columns): Columns {
  return each(columns, { readOnly: true, volatile: true });
}

/** Writable columns that change by themselves, such as the time of the clock. */
export function drifting(columns: Columns): Columns {
  return each(columns, { volatile: true });
}

/** Passwords, keys and sources of scripts: never asked for. */
export function secret(...names: readonly string[]): Columns {
  return same(names, { type: 'text', secret: true });
}

/** Columns that came with a version. */
export function since(version: Version, columns: Columns): Columns {
  return each(columns, { since: version });
}

/** Columns that are gone since a version. */
export function until(version: Version, columns: Columns): Columns {
  return each(columns, { until: version });
}

/** Columns that routers leave out of rows that have this value. */
export function leftOutWhen(value: string, columns: Columns): Columns {
  return each(columns, { default: value });
}

/** Columns that stand in a row, empty, where they are on. */
export function switches(...names: readonly string[]): Columns {
  return leftOutWhen('false', of('switch')(...names));
}

/** `comment` and `disabled`, which most lists have. */
export const COMMENT_DISABLED: Columns = { ...text('comment'), ...leftOutWhen('false', flag('disabled')) };
