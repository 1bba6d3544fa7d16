import type { Catalogue, Change } from '#differ';
import type { MenuPath, PathEffect, PathEffects } from '#routeros';

/**
 * What changes may do to the controller's way to the router, menu by menu: of the fields that each writes or takes away
 * what these are narrowed to, else what their menu says. A menu or field that nobody described may do anything.
 */
export function pathEffectsOf(
  changes: readonly Change[],
  catalogue: Catalogue,
): ReadonlyMap<MenuPath, ReadonlySet<PathEffect>> {
  const found = new Map<MenuPath, Set<PathEffect>>();
  for (const change of changes) {
    const effects = found.get(change.menu) ?? new Set();
    found.set(change.menu, effects);
    eachEffects(change, catalogue, (some) => {
      for (const effect of some) effects.add(effect);
    });
  }
  return found;
}

/** Whether a change may have this effect. */
export function hasPathEffect(change: Change, effect: PathEffect, catalogue: Catalogue): boolean {
  let has = false;
  eachEffects(change, catalogue, (some) => {
    has ||= some.includes(effect);
  });
  return has;
}

/** Whether a change has these effects at most. */
export function hasOnlyPathEffects(change: Change, most: readonly PathEffect[], catalogue: Catalogue): boolean {
  let only = true;
  eachEffects(change, catalogue, (some) => {
    only &&= some.every((effect) => most.includes(effect));
  });
  return only;
}

/** Field by field, at least once. Plans of whole block lists are looked through several times, so nothing is built. */
function eachEffects(change: Change, catalogue: Catalogue, visit: (effects: PathEffects) => void): void {
  const menu = catalogue[change.menu];
  if (menu === undefined) return visit(['unmodelled']);
  const fields = change.kind === 'move' ? {} : change.kind === 'remove' ? change.before : change.fields;
  let any = false;
  for (const name in fields) {
    any = true;
    visit(menu.fields[name]?.pathEffects ?? menu.pathEffects);
  }
  if (!any) visit(menu.pathEffects);
}
