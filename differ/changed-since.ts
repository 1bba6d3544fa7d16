import type { Menu, MenuPath, Row } from '#routeros';
import { applyChanges } from './apply-changes.ts';
import { type Catalogue, isSkipped, menuIn } from './canonical.ts';
import type { Plan } from './plan.ts';
import { remainingChanges } from './remaining-changes.ts';
import { describeRow } from './row-text.ts';
import type { LiveState } from './state.ts';
import { groupByTuple, keyOf, type Tuple } from './tuple.ts';

/**
 * What is no longer as a fully written plan left it, in words: rows of the tuples it touched, or the order of a menu
 * that it moves or removes rows in. Rows that it did not touch may come, change and go. Empty: everything is as the
 * plan left it.
 */
export function changedSince(done: Plan, live: LiveState, catalogue: Catalogue): readonly string[] {
  const nameOf = (path: MenuPath, match: Row | null): string =>
    `${path} ${keyOf(menuIn(catalogue, path), match ?? {})}`;
  const writes = Map.groupBy(
    done.changes.filter(({ kind }) => kind !== 'move'),
    ({ menu, match }) => nameOf(menu, match),
  );
  const menus = new Map<MenuPath, ReadonlyMap<string, Tuple>>();
  const rows = done.touched.flatMap((touched) => {
    const menu = menuIn(catalogue, touched.menu);
    const tuples = menus.get(menu.path) ?? tuplesIn(menu, live);
    menus.set(menu.path, tuples);
    const held = tuples.get(keyOf(menu, touched.match ?? {}))?.live ?? [];
    const own: Plan = { ...done, touched: [touched], changes: writes.get(nameOf(menu.path, touched.match)) ?? [] };
    if (remainingChanges(own, { menus: { [menu.path]: held } }, catalogue)?.length === 0) return [];
    return [`${describeRow(menu, touched.match)}: this is not as the change left it; somebody has changed it since.`];
  });
  return [...rows, ...movedMenus(done, live, catalogue)];
}

/** The rows of a menu by tuple, without those of the router itself. */
export function tuplesIn(menu: Menu, live: LiveState): ReadonlyMap<string, Tuple> {
  return groupByTuple(menu, [], [], live.menus[menu.path] ?? []);
}

/** The keys of a menu's rows in the order of the table, without those of the router itself. */
export function keysIn(menu: Menu, live: LiveState): readonly string[] {
  return (live.menus[menu.path] ?? []).filter((row) => !isSkipped(menu, row)).map((row) => keyOf(menu, row));
}

function movedMenus(done: Plan, live: LiveState, catalogue: Catalogue): readonly string[] {
  return done.inverse.flatMap(({ menu: path, order }) => {
    if (order === undefined) return [];
    const menu = menuIn(catalogue, path);
    const left = orderAfter(done, menu, order, catalogue);
    if (sameOrder(left, keysIn(menu, live))) return [];
    return [`${path}: its rows are not in the order that the change left; somebody has moved them since.`];
  });
}

/** The keys of the snapshot's rows and of the new ones in the order that the plan gives them. */
function orderAfter(done: Plan, menu: Menu, order: readonly Row[], catalogue: Catalogue): readonly string[] {
  const touched = new Map<string, Row[]>();
  for (const { menu: path, match, rows } of done.touched)
    if (path === menu.path && match !== null) touched.set(keyOf(menu, match), [...rows]);
  const snapshot = order.map((match) => touched.get(keyOf(menu, match))?.shift() ?? match);
  const changes = done.changes.filter((change) => change.menu === menu.path);
  const after = applyChanges({ menus: { [menu.path]: snapshot } }, changes, catalogue);
  return (after.menus[menu.path] ?? []).map((row) => keyOf(menu, row));
}

/** Whether what both lists hold stands in the same order in both. */
export function sameOrder(one: readonly string[], other: readonly string[]): boolean {
  const [ofOne, ofOther] = [new Set(one), new Set(other)];
  const left = one.filter((key) => ofOther.has(key));
  const right = other.filter((key) => ofOne.has(key));
  return left.length === right.length && left.every((key, index) => key === right[index]);
}
