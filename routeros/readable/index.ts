export { canonicalCell, cellOf, configurationOf } from './canonical-rows.ts';
export {
  asAsked,
  columnsOf,
  configurationColumns,
  FRESHNESS_SECONDS,
  matchColumns,
  proplistOf,
  readableIn,
} from './columns-of.ts';
export type {
  Column,
  Columns,
  ColumnType,
  Freshness,
  ManyRows,
  NeverWhole,
  ReadableMenu,
  Unit,
} from './readable-menu.ts';
export { READABLE, READABLE_TOPICS } from './readable-menus.ts';
export {
  holds,
  MOST_ROWS,
  queryWords,
  type SizeClass,
  sizeClassOf,
  type SplitFilters,
  splitFilters,
} from './row-filters.ts';
