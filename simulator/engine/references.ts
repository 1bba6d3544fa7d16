import { noMatch } from '../kinds/kind.ts';
import type { Kind } from '../model/console.ts';
import type { RouterState } from '../model/state.ts';
import { replaceValues, tableOf } from './table.ts';

/** @throws {ConsoleFailure} when no menu that the kind refers to has a row of that name. */
export function refuseUnknownReference(router: RouterState, kind: Kind, name: string, value: string | undefined): void {
  const { reference: menu, orReference, words = [] } = kind;
  if (menu === undefined || value === undefined || !router.profile.menus.has(menu)) {
    return;
  }
  const menus = orReference === undefined ? [menu] : [menu, orReference];
  const rows = menus.flatMap((path) => tableOf(router, path).rows);
  for (const named of namesIn(kind, value)) {
    if (!words.includes(named) && !rows.some((row) => row.values['name'] === named)) {
      throw noMatch(name);
    }
  }
}

function namesIn(kind: Kind, value: string): readonly string[] {
  return kind.several === true ? value.split(',').filter((part) => part !== '') : [value];
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
    const kind = referring.fields.get(field)?.kind;
    for (const row of table.rows) {
      const named = row.values[field];
      const names = named === undefined || kind === undefined ? [] : namesIn(kind, named);
      if (names.includes(from)) {
        const followed = names.map((name) => (name === from ? to : name)).join(',');
        replaceValues(referring, table, row, { ...row.values, [field]: followed });
      }
    }
  }
}
