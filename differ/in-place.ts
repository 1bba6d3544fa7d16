import { CATALOGUE, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Plan, Restore } from './plan.ts';
import { keyOf } from './tuple.ts';

/**
 * The inverse of a plan, and of each single row that the plan only sets which fields it sets: where that row is still
 * there, an undo has to write nothing else of it.
 */
export function restoresInPlace(
  { changes, inverse }: Pick<Plan, 'changes' | 'inverse'>,
  catalogue: Catalogue = CATALOGUE,
): readonly (Restore & { readonly written?: readonly string[] })[] {
  const keyIn = (path: MenuPath, match: Row): string => `${path} ${keyOf(menuIn(catalogue, path), match)}`;
  const written = new Map<string, Set<string>>();
  const remade = new Set<string>();
  for (const change of changes) {
    if (change.match === null || change.kind === 'move') continue;
    const key = keyIn(change.menu, change.match);
    if (change.kind === 'set') {
      const names = written.get(key) ?? new Set();
      written.set(key, names);
      for (const name of Object.keys(change.fields)) names.add(name);
    } else remade.add(key);
  }
  return inverse.map((restore) => {
    if (restore.match === null || restore.rows.length !== 1) return restore;
    const key = keyIn(restore.menu, restore.match);
    const names = remade.has(key) ? undefined : written.get(key);
    return names === undefined ? restore : { ...restore, written: [...names] };
  });
}
