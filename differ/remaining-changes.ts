import { CATALOGUE, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn, satisfies } from './canonical.ts';
import type { Change } from './change.ts';
import { makePlan } from './make-plan.ts';
import type { Plan, PlanInput } from './plan.ts';
import type { DesiredMenu, DesiredState, LiveState } from './state.ts';
import { groupByTuple, keyOf } from './tuple.ts';

/**
 * What is left to do after a plan ran, given what the router holds then: nothing, once it has converged. Everything declared must be there,
 * what the plan reset must be so, and as many rows must be gone as it removed. (Making the plan again would not do: where a row is gone, the
 * base would claim a twin of it that nobody declared.)
 * @throws {Error} when `liveAfter` lacks a declared menu.
 */
export function remainingChanges(
  plan: Plan,
  input: PlanInput,
  liveAfter: LiveState,
  catalogue: Catalogue = CATALOGUE,
): readonly Change[] {
  const declared = makePlan({ ...input, desired: tolerant(input.desired), base: null, live: liveAfter }, catalogue);
  const rowsOf = readerOf(liveAfter, catalogue);
  const keptOf = new Map<string, number>();
  for (const { menu, match, rows } of plan.touched) keptOf.set(rowKey(menu, match, catalogue), rows.length);
  for (const change of plan.changes) {
    const key = rowKey(change.menu, change.match, catalogue);
    if (change.kind === 'remove') keptOf.set(key, (keptOf.get(key) ?? 0) - 1);
  }
  const undone = plan.changes.filter((change) => {
    const rows = rowsOf(change.menu, change.match);
    if (change.kind === 'remove') return rows.length > (keptOf.get(rowKey(change.menu, change.match, catalogue)) ?? 0);
    if (change.kind !== 'set' || change.reason !== 'dropped') return false;
    return !rows.some((row) => satisfies(menuIn(catalogue, change.menu), change.fields, row));
  });
  return [...declared.changes, ...undone];
}

function tolerant({ menus }: DesiredState): DesiredState {
  const declared = Object.entries(menus) as [MenuPath, DesiredMenu][];
  return {
    menus: Object.fromEntries(
      declared.map(([path, menu]) => [path, menu.shape === 'list' ? { ...menu, unlisted: 'tolerate' } : menu]),
    ),
  };
}

function rowKey(path: MenuPath, match: Row | null, catalogue: Catalogue): string {
  return `${path} ${keyOf(menuIn(catalogue, path), match ?? {})}`;
}

/** Looks up live rows of a tuple; each menu is grouped once. */
function readerOf(live: LiveState, catalogue: Catalogue): (path: MenuPath, match: Row | null) => readonly Row[] {
  const menus = new Map<MenuPath, ReturnType<typeof groupByTuple>>();
  return (path, match) => {
    const menu = menuIn(catalogue, path);
    const tuples = menus.get(path) ?? groupByTuple(menu, [], [], live.menus[path] ?? []);
    menus.set(path, tuples);
    return tuples.get(keyOf(menu, match ?? {}))?.live ?? [];
  };
}
