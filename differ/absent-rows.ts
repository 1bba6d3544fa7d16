import { matchOf } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { HeldBackRow, PlanInput } from './plan.ts';

/**
 * Rows that are declared, or were, in a menu that comes with a package which this router does not have: they are held
 * back, since such a menu is not read and never taken for an empty one.
 */
export function absentRows({ desired, base, live }: PlanInput, catalogue: Catalogue): readonly HeldBackRow[] {
  return [desired, base].flatMap((side) =>
    Object.entries(side?.menus ?? {}).flatMap(([path, declared]): readonly HeldBackRow[] => {
      const menu = catalogue[path as keyof Catalogue] === undefined ? null : menuIn(catalogue, path as keyof Catalogue);
      if (menu?.comesWith === undefined || live.menus[menu.path] !== undefined || declared.shape !== 'list') return [];
      const because = `this router does not have ${menu.path}, which comes with: ${menu.comesWith}; take it out for this device, or install that`;
      return declared.rows.map(({ fields }) => ({ menu: menu.path, match: matchOf(menu, fields), because }));
    }),
  );
}
