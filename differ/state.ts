import type { MenuPath, Row } from '#routeros';

/**
 * Names of the RouterConfigs that declare something. When all of them have let the section go, their rows are
 * released, not removed.
 */
export type Owners = readonly string[];

/** One row that somebody declares. Rows of a list are told apart by their match fields. */
export interface DesiredRow {
  /** Declared fields only, canonical text. A field that nobody declares is not managed. */
  readonly fields: Row;
  readonly owners: Owners;
}

/** What is declared of a settings menu, field by field: different RouterConfigs may each declare some. */
export interface DesiredSettings {
  readonly shape: 'settings';
  /** RouterConfigs that declare this section for the device, whatever fields they set. */
  readonly declaredBy: Owners;
  readonly fields: Row;
  /** For each declared field, who declares it. */
  readonly owners: Readonly<Record<string, Owners>>;
}

/** What is said of rows that nobody declared, and by whom. */
export interface UnlistedWord {
  /** Tolerated (reported as Extra), or pruned once a base that prunes is confirmed. */
  readonly unlisted: 'tolerate' | 'prune';
  /** RouterConfigs whose word `unlisted` is. Absent: nobody said anything, so they are tolerated. */
  readonly unlistedBy?: Owners;
}

/** What is declared of a list menu. For ordered menus the order of `rows` counts. */
export interface DesiredList extends UnlistedWord {
  readonly shape: 'list';
  /** RouterConfigs that declare this section for the device, an empty list included. */
  readonly declaredBy: Owners;
  /**
   * What is said of parts of the list instead, by the value of one field of their rows: of single address lists. Absent:
   * nobody thinks of it in parts.
   */
  readonly unlistedIn?: { readonly field: string; readonly parts: Readonly<Record<string, UnlistedWord>> };
  readonly rows: readonly DesiredRow[];
  /**
   * Only in a base: match tuples of rows on the router that were released. They are never pruned; who declares one
   * owns it again.
   */
  readonly released?: readonly Row[];
  /**
   * Only in a base: match tuples of rows on the router that nobody declared and that were there when their part of the
   * list began to be pruned. A plan is to remove them; they are no drift.
   */
  readonly toPrune?: readonly Row[];
}

/** What is declared of one menu, by the menu's shape. */
export type DesiredMenu = DesiredSettings | DesiredList;

/**
 * What the layers say about one device, canonical. The base has the same shape: it is the last confirmed desired
 * state.
 */
export interface DesiredState {
  readonly menus: Readonly<Record<MenuPath, DesiredMenu>>;
}

/** What one read of each managed menu returned, as the router spelt it, `.id` included. Settings menus hold one row. */
export interface LiveState {
  readonly menus: Readonly<Record<MenuPath, readonly Row[]>>;
  /**
   * What else was asked for who names rows that a plan removes (`namersOf`), besides menus that are declared: a row that
   * goes is held back unless all of them say that nobody names it. Absent: nobody asked yet, and nothing is held back
   * for it.
   */
  readonly namers?: Readonly<Record<MenuPath, Namers>>;
}

/** Rows of one menu that may name others. */
export interface Namers {
  readonly properties: readonly string[];
  /** Null: they could not be read. */
  readonly rows: readonly Row[] | null;
}
