import type { Menu, Row } from './menu.ts';

/**
 * Whether rows of the menu that are there are only ever set: the router adds and removes none, or one could hold a
 * secret that nothing could be made anew with. An undo writes back what was set of them, and makes none.
 */
export function setsInPlace({ fixedRows, keepsSecrets, copiesSecrets }: Menu): boolean {
  return fixedRows === true || (keepsSecrets === true && copiesSecrets !== true);
}

/** Whether this row of the router is there for good, such as a radio. */
export function isFixed({ fixedRows, fixedWithout }: Menu, row: Row): boolean {
  return fixedRows === true || (fixedWithout !== undefined && (row[fixedWithout] ?? '') === '');
}
