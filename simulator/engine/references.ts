import { noMatch } from '../kinds/kind.ts';
import type { RouterState } from '../model/state.ts';
import { replaceValues, tableOf } from './table.ts';

/** @throws {ConsoleFailure} when the menu has no row of that name. */
export function refuseUnknownReference(
  router: RouterState,
  menu: string | undefined,
  name: string,
  value: string | undefined,
): void {
  if (menu === undefined || value === undefined || !router.profile.menus.has(menu)) {
    return;
  }
  if (!tableOf(router, menu).rows.some((row) => row.values['name'] === value)) {
    throw noMatch(name);
  }
}

/**
 * Lets every field that named a row of the menu go along with a rename, or keep the id of a row that is gone
 * (routeros-rest.md §3).
 */
export function followRename(
  router: RouterState,
  menuPath: string,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === undefined || to === undefined || from === to) {
    return;
  }
  for (const [path, field] of router.profile.referrers.get(menuPath) ?? []) {
    const referring = router.profile.menus.get(path);
    if (referring === undefined) {
      continue;
    }
    const table = tableOf(router, path);
    for (const row of table.rows) {
      if (row.values[field] === from) {
        replaceValues(referring, table, row, { ...row.values, [field]: to });
      }
    }
  }
}
