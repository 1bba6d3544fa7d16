import { ALIKE_FROM, CATALOGUE, type EmptyBefore, matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { LiveState } from './state.ts';
import { isTimed } from './timed-rows.ts';

/**
 * The parts of list menus to which many rows are added and that hold none but the router's own: the rows with one value
 * in a match field, such as an address list. Never a whole menu: an undo would take rows that somebody else adds to
 * other parts meanwhile. Rows that go by
 * themselves do not count: the condition does not find them.
 */
export function emptyBeforeOf(
  changes: readonly Change[],
  live: LiveState,
  catalogue: Catalogue,
): readonly EmptyBefore[] {
  const added = Map.groupBy(
    changes.flatMap((change) =>
      change.kind === 'create' && !isTimed(menuIn(catalogue, change.menu), change.fields) ? [change] : [],
    ),
    ({ menu }) => menu,
  );
  return [...added].flatMap(([path, creates]) => {
    const menu = menuIn(catalogue, path);
    if (menu.shape !== 'list' || creates.length < ALIKE_FROM) return [];
    const held = tuplesHeld(menu, live.menus[path] ?? []);
    // Older versions leave it out, so no condition holds for it.
    const unsaid = (name: string): string | undefined =>
      name === menu.variants?.by ? menu.fields[name]?.default : undefined;
    const part = (name: string): readonly EmptyBefore[] => {
      const values = new Set(held.map((match) => match[name]));
      return [...Map.groupBy(creates, ({ match }) => match[name])].flatMap(([value, own]) =>
        value === undefined || value === unsaid(name) || values.has(value) || own.length < ALIKE_FROM
          ? []
          : [{ menu: path, where: { [name]: value }, adds: own.length }],
      );
    };
    const asked = menu.match.filter(
      (name) => menu.fields[name]?.codec.isList !== true && menu.fields[name]?.leftOut !== true,
    );
    return asked.flatMap(part);
  });
}

/** Whether a part still holds no row but the router's own. */
export function standsEmpty(
  { menu: path, where }: { readonly menu: MenuPath; readonly where: Row },
  live: LiveState,
  catalogue: Catalogue = CATALOGUE,
): boolean {
  const menu = menuIn(catalogue, path);
  return tuplesHeld(menu, live.menus[path] ?? []).every((match) =>
    Object.entries(where).some(([name, value]) => match[name] !== value),
  );
}

function tuplesHeld(menu: Menu, rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => !isSkipped(menu, row)).map((row) => matchOf(menu, row));
}
