import type { Properties } from '../model/console.ts';
import type { Menu, RouterState } from '../model/state.ts';

/**
 * Default rows with the seeds over them: settings and rows with an equal key are merged, an ordered menu is replaced,
 * other rows are added.
 */
export function seededRows(router: RouterState, menu: Menu): readonly Properties[] {
  const initial = menu.spec.initial?.(router) ?? (menu.spec.shape === 'settings' ? [{}] : []);
  const seeds = router.facts.menus[menu.path];
  const rows = (menu.spec.shape === 'orderedList' && seeds !== undefined ? [] : initial).map((values) =>
    storedValues(menu, values),
  );
  const places = new Map(rows.map((values, place) => [keyOf(menu, values, place), place]));
  for (const seed of seeds ?? []) {
    const values = storedValues(menu, seed);
    const twin = places.get(keyOf(menu, values, rows.length));
    if (twin === undefined) {
      rows.push(values);
    } else {
      rows[twin] = { ...rows[twin], ...values };
    }
  }
  return rows.map((values) => menu.spec.prepare?.(router, values, null, values) ?? values);
}

/** Equal for rows that are merged; a menu without key fields never merges, so there the place tells rows apart. */
function keyOf(menu: Menu, values: Properties, place: number): string {
  if (menu.spec.shape === 'settings') {
    return '';
  }
  return JSON.stringify(menu.spec.key?.map((field) => values[field] ?? '') ?? place);
}

function storedValues(menu: Menu, raw: Properties): Properties {
  const values: Properties = {};
  for (const [name, value] of Object.entries(raw)) {
    const field = menu.fields.get(name);
    if (field === undefined) {
      continue;
    }
    if (value !== '' || field.kind.clearable) {
      values[name] = value === '' ? '' : field.kind.canonical(value, name);
    }
  }
  return values;
}
