import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn, satisfies } from './canonical.ts';
import { pairRows } from './pairing.ts';
import type { Restore } from './plan.ts';
import { withFields } from './router-table.ts';
import type { LiveState } from './state.ts';
import { isTimed } from './timed-rows.ts';
import { keyOf } from './tuple.ts';

/**
 * The live state after the inverse of a plan ran. It restores a state and does not replay steps: each tuple it names
 * gets the number of rows of the snapshot, with the fields that are spelt out, whatever the router holds by then; so
 * it may run after any prefix of the plan, and twice. Rows of other tuples are left alone.
 */
export function applyRestores(
  live: LiveState,
  restores: readonly Restore[],
  catalogue: Catalogue = CATALOGUE,
): LiveState {
  const menus: Record<MenuPath, readonly Row[]> = { ...live.menus };
  for (const path of new Set(restores.map((restore) => restore.menu))) {
    const own = restores.filter((restore) => restore.menu === path);
    menus[path] = restoreMenu(menuIn(catalogue, path), menus[path] ?? [], own);
  }
  return { menus };
}

function restoreMenu(menu: Menu, found: readonly Row[], all: readonly Restore[]): readonly Row[] {
  const going = new Set(all.flatMap(({ match, timed }) => (timed === true ? [keyOf(menu, match ?? {})] : [])));
  const live = going.size === 0 ? found : found.filter((row) => !isTimed(menu, row) || !going.has(keyOf(menu, row)));
  const restores = all.filter(({ timed }) => timed !== true);
  if (menu.shape === 'settings') {
    return restores.reduce((rows, { rows: [fields] }) => rows.map((row) => withFields(menu, row, fields ?? {})), live);
  }
  const targets = new Map<string, readonly Row[]>();
  for (const { match, rows } of restores) if (match !== null) targets.set(keyOf(menu, match), rows);
  const held = new Map<string, Row[]>([...targets.keys()].map((key) => [key, []]));
  for (const row of live) if (!isSkipped(menu, row)) held.get(keyOf(menu, row))?.push(row);

  const restored = new Map<Row, Row | null>();
  const added: Row[] = [];
  const result = new Map<string, Row[]>();
  for (const [key, rows] of held) {
    const wanted = targets.get(key) as readonly Row[];
    const paired = pairRows(wanted, rows, (target, row) => satisfies(menu, target, row));
    for (const row of rows) restored.set(row, null);
    const now = wanted.map((target, index) => {
      const row = rows[paired[index] as number];
      const after = withFields(menu, row ?? {}, target);
      if (row === undefined) added.push(after);
      else restored.set(row, after);
      return after;
    });
    result.set(key, now);
  }
  const rows = live.flatMap((row) => {
    const now = restored.get(row);
    return now === null ? [] : [now ?? row];
  });
  const order = restores.find((restore) => restore.order !== undefined)?.order;
  return order === undefined ? [...rows, ...added] : inOrder(menu, [...rows, ...added], order, result);
}

/**
 * Puts the rows back in the order of the snapshot, twins as `restored` has them; the router's own rows keep their
 * places.
 */
function inOrder(
  menu: Menu,
  rows: readonly Row[],
  order: readonly Row[],
  restored: ReadonlyMap<string, readonly Row[]>,
): readonly Row[] {
  const waiting = new Map<string, Row[]>();
  for (const [key, twins] of restored) waiting.set(key, [...twins]);
  for (const row of rows) {
    const key = keyOf(menu, row);
    if (isSkipped(menu, row) || restored.has(key)) continue;
    waiting.set(key, [...(waiting.get(key) ?? []), row]);
  }
  const queue: Row[] = [];
  for (const match of order) {
    const next = waiting.get(keyOf(menu, match))?.shift();
    if (next !== undefined) queue.push(next);
  }
  for (const rest of waiting.values()) for (const row of rest) queue.push(row);
  return rows.map((row) => (isSkipped(menu, row) ? row : (queue.shift() as Row)));
}
