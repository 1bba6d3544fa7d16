import type { Row, Version } from '../catalogue/menu.ts';
import { canonicalCell, cellOf } from './canonical-rows.ts';
import { columnsOf } from './columns-of.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** The most rows that are read of a menu at once. */
export const MOST_ROWS = 20_000;

/** Which of the columns people filter by the router looks at, and which are looked at here in what it answers. */
export interface SplitFilters {
  /** For the query string of a GET (`?status=bound`), canonical. */
  readonly router: Row;
  readonly here: Row;
  /** Columns that the menu does not have on this version, or never tells: to be refused. */
  readonly unknown: readonly string[];
}

/**
 * Splits filters for equality. The router is asked of menus with many rows alone, since others are read whole for
 * everybody, and only where its answer is certain: a row that leaves a column out is never found by it
 * (routeros-rest.md §2.3), so no filter for `false`, an empty value or a default goes there.
 */
export function splitFilters(menu: ReadableMenu, version: Version, filters: Row): SplitFilters {
  const known = columnsOf(menu, version);
  const wanted = Object.entries(filters).map(([name, text]) => [name, canonicalCell(menu, name, text)] as const);
  const there = wanted.filter(([name]) => known.includes(name));
  const asked = there.filter(([name, value]) => isAskedOfRouter(menu, name, value));
  return {
    router: Object.fromEntries(asked),
    here: Object.fromEntries(there.filter((filter) => !asked.includes(filter))),
    unknown: wanted.filter(([name]) => !known.includes(name)).map(([name]) => name),
  };
}

function isAskedOfRouter({ manyRows, columns }: ReadableMenu, name: string, value: string): boolean {
  if (manyRows?.filters.includes(name) !== true || value === '') return false;
  const { type, default: byDefault } = columns[name] ?? {};
  return value !== byDefault && !(type === 'flag' && value !== 'true');
}

/** Whether a row as read holds these values. */
export function holds(menu: ReadableMenu, row: Row, filters: Row): boolean {
  return Object.entries(filters).every(([name, text]) => cellOf(menu, row, name) === canonicalCell(menu, name, text));
}

/**
 * How a menu is read: `whole`; `counted` first, and refused above `MOST_ROWS`; or `narrowed`: not without a filter that
 * the router applies, and counted then.
 */
export type SizeClass = 'whole' | 'counted' | 'narrowed';

/** How this menu is read. */
export function sizeClassOf({ manyRows }: ReadableMenu): SizeClass {
  if (manyRows === undefined) return 'whole';
  return manyRows.neverWhole === undefined ? 'counted' : 'narrowed';
}

/** The words of `.query` that find the rows for which a router's filters hold, to count them (routeros-rest.md §2.4). */
export function queryWords(router: Row): readonly string[] {
  return Object.entries(router).map(([name, value]) => `${name}=${value}`);
}
