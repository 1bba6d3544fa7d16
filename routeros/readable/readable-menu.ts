import type { MenuPath, Row, Version } from '../catalogue/menu.ts';

/**
 * How the text of a column is meant, for showing and comparing it: `flag` is true or false, a `switch` is on where it
 * stands there, empty (routeros-rest.md §3), `instant` is the router's own wall clock, `list` values joined by commas,
 * `pair` two numbers (`tx,rx` or `up/down`). A router may say something else in its place (`never`, `auto`): that is
 * shown as it is.
 */
export type ColumnType = 'text' | 'flag' | 'switch' | 'number' | 'duration' | 'instant' | 'mac' | 'list' | 'pair';

/** What the number, or each of a pair, counts. */
export type Unit = 'bytes' | 'KiB' | 'bit/s' | 'MHz' | '%' | 'dBm' | 'dB' | 'ms' | 'ppm' | 'sectors';

/** What is known of one column of a menu. */
export interface Column {
  readonly type: ColumnType;
  readonly unit?: Unit;
  /** Nobody can set it. */
  readonly readOnly?: true;
  /** It changes by itself, such as counters and states: no configuration, in no snapshot. */
  readonly volatile?: true;
  /**
   * Never asked for and never shown: a password, a key, or the source of a script, which may hold one. No row can be
   * searched by it.
   */
  readonly secret?: true;
  /** First version that has it. */
  readonly since?: Version;
  /** First version that lacks it again. */
  readonly until?: Version;
  /** What a row has that leaves it out; canonical text. */
  readonly default?: string;
}

/** Columns by name, as REST spells it (`rx-byte`, `.about`). */
export type Columns = Readonly<Record<string, Column>>;

/**
 * How long an answer counts as fresh: `state` of the moment, `health`, or `configuration`, which only people and
 * controllers change.
 */
export type Freshness = 'state' | 'health' | 'configuration';

/** A menu that can hold very many rows: it is counted before it is read. */
export interface ManyRows {
  /**
   * Columns by which the router itself can find rows, in `?column=value`: what a refusal for size names. Others are
   * looked at here, in rows that were read.
   */
  readonly filters: readonly [string, ...string[]];
  /** It is read only with one of those filters. */
  readonly neverWhole?: NeverWhole;
}

/** What is told of a menu that is never read whole. */
export interface NeverWhole {
  /** The filter that finds all that people have configured: what a snapshot reads. */
  readonly configured: Row;
  /** Flags: how many rows have each of them. */
  readonly counts: readonly [string, ...string[]];
}

/**
 * What may be read of one menu of RouterOS and how. Menus that a section manages take their columns from the catalogue
 * (`managed.ts`).
 */
export interface ReadableMenu {
  readonly path: MenuPath;
  /**
   * `settings`: one row; `listOrSettings`: which of the two depends on the hardware; in an `orderedList` the order
   * counts.
   */
  readonly shape: 'settings' | 'list' | 'orderedList' | 'listOrSettings';
  /** What its rows are, for people: `VLAN interfaces`. */
  readonly title: string;
  /** Other words by which people look for it, in lower case. */
  readonly words: readonly string[];
  readonly columns: Columns;
  /** The columns that identify a row from one read to the next. None: its configuration as a whole does. */
  readonly match: readonly string[];
  /** Rows with any of these flags belong to the router, not to its configuration (`dynamic`). */
  readonly skipWhen: readonly string[];
  readonly freshness: Freshness;
  /** Absent: few rows, read whole. */
  readonly manyRows?: ManyRows;
  /** First version that has the menu. */
  readonly since?: Version;
  /** Package or hardware that not every router has: others refuse the menu. */
  readonly comesWith?: string;
  /** Where the facts stand: `routeros-rest.md §5.24`. */
  readonly source: string;
}
