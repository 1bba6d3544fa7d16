import { CATALOGUE, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Plan } from './plan.ts';
import type { DesiredList, DesiredState } from './state.ts';
import { keyOf } from './tuple.ts';

/**
 * The base once `desired` is confirmed by this plan: desired itself, and with it the rows that the plan releases, so
 * that no later plan prunes them. A section that nobody declares any more stays in it as long as it holds such rows.
 */
export function nextBase(desired: DesiredState, plan: Plan, catalogue: Catalogue = CATALOGUE): DesiredState {
  const releasedIn = new Map<MenuPath, Map<string, Row>>();
  for (const { menu, match, fieldsOnly } of plan.released) {
    if (match === null || fieldsOnly === true) continue;
    const tuples = releasedIn.get(menu) ?? new Map<string, Row>();
    releasedIn.set(menu, tuples.set(keyOf(menuIn(catalogue, menu), match), match));
  }
  if (releasedIn.size === 0) return desired;
  const menus = { ...desired.menus };
  for (const [path, tuples] of releasedIn) {
    const released = [...tuples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, match]) => match);
    menus[path] = { ...listAt(desired, path), released };
  }
  return { menus };
}

/** What a base declares: without the rows it remembers as released, and without sections that hold nothing else. */
export function declaredIn(base: DesiredState): DesiredState {
  const menus = Object.entries(base.menus).flatMap(([path, menu]) => {
    if (menu.shape === 'settings' || menu.released === undefined) return [[path, menu]];
    const { released: _, ...declared } = menu;
    return menu.declaredBy.length === 0 ? [] : [[path, declared]];
  });
  return { menus: Object.fromEntries(menus) as DesiredState['menus'] };
}

function listAt({ menus }: DesiredState, path: MenuPath): DesiredList {
  const menu = menus[path];
  return menu?.shape === 'list' ? menu : { shape: 'list', declaredBy: [], unlisted: 'tolerate', rows: [] };
}
