import type { MenuPath, Row } from '#routeros';

/** One declared row as the router would spell it. */
export interface CanonicalRow {
  /** Declared fields and the match fields that go without saying. */
  readonly fields: Row;
  /** The match tuple as text: equal for rows that are the same row. */
  readonly key: string;
  /** Its place in the section's list. */
  readonly index: number;
  /** Which entry of that item it is, where each entry is a row. */
  readonly entry?: number;
}

/** What one section of one RouterConfig says of one of its menus, in the router's words. */
export type CanonicalMenu =
  | { readonly shape: 'settings'; readonly menu: MenuPath; readonly fields: Row }
  /** Rows in the order of their keys; as declared in a menu whose order counts. */
  | { readonly shape: 'list'; readonly menu: MenuPath; readonly rows: readonly CanonicalRow[] };

/** What one section of one RouterConfig says: of each menu that it means. */
export type CanonicalSection = readonly CanonicalMenu[];
