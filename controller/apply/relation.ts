import { canonicalJson } from '#canonical-json';
import {
  canonicalRow,
  enabledFirst,
  isDisabled,
  isSkipped,
  keysIn,
  keyOf,
  remainingChanges,
  sameOrder,
  seenTimed,
  standsEmpty,
  timedAdds,
  type LiveState,
  type Plan,
} from '#differ';
import { menuOf, type MenuPath, type Row } from '#routeros';
import { readLive } from '../device/live.ts';
import type { LiveRelation } from '../policy/settle.ts';
import type { DeviceSession } from '../ports.ts';

/** The menus a plan touches. */
export function menusOf(plan: Plan): readonly MenuPath[] {
  return [...new Set(plan.touched.map((touched) => touched.menu))];
}

/** What a router holds of the menus that a plan touches. @throws {Failure} when a read fails. */
export async function readTouched(session: DeviceSession, plan: Plan, signal: AbortSignal): Promise<LiveState> {
  return await readLive(session, menusOf(plan), timedAdds(plan.changes), signal);
}

/**
 * Rows of touched tuples by menu and tuple key, each list in the order that `nth` counts. Settings menus have the key
 * `''`.
 */
export type TouchedIndex = ReadonlyMap<MenuPath, ReadonlyMap<string, readonly Row[]>>;

/**
 * One walk over each touched menu, however many tuples the plan touches; rows before which others come to stand, too,
 * and those that the plan adds and that go by themselves.
 */
export function indexTouched(plan: Plan, read: LiveState): TouchedIndex {
  const live = seenTimed(read, timedAdds(plan.changes));
  const index = new Map<MenuPath, Map<string, Row[]>>();
  const places = plan.changes.flatMap((change) =>
    change.kind === 'move' && change.beforeMatch !== null ? [{ menu: change.menu, match: change.beforeMatch }] : [],
  );
  for (const { menu, match } of [...plan.touched, ...places]) {
    const tuples = index.get(menu) ?? new Map<string, Row[]>();
    index.set(menu, tuples.set(match === null ? '' : keyOf(menuOf(menu), match), []));
  }
  for (const [path, tuples] of index) {
    const menu = menuOf(path);
    for (const row of live.menus[path] ?? []) {
      if (menu.shape === 'settings') tuples.get('')?.push(row);
      else if (!isSkipped(menu, row)) tuples.get(keyOf(menu, row))?.push(row);
    }
    for (const [key, rows] of tuples) tuples.set(key, [...enabledFirst(rows, (row) => isDisabled(menu, row))]);
  }
  return index;
}

/**
 * Whether the touched rows of a fresh read are the snapshot's, the plan's result, or neither. Where a part of a list
 * held nothing, somebody else's row there is neither: an undo that empties it by a condition would take that with it.
 */
export function relationOf(plan: Plan, live: LiveState): LiveRelation {
  const stillEmpty = (plan.emptyBefore ?? []).every((part) => standsEmpty(part, live));
  const sameRows = fingerprintOf(plan, live) === fingerprintOf(plan, snapshotOf(plan));
  if (stillEmpty && sameRows && isOrderedAsBefore(plan, live)) return 'before';
  // The router fills in fields of its own (`network`), so the result is judged by what is left to do.
  return remainingChanges(plan, live)?.length === 0 ? 'after' : 'mixed';
}

/** Whether the rows of ordered menus that the plan moves or takes from stand as they stood. */
function isOrderedAsBefore({ inverse }: Plan, live: LiveState): boolean {
  return inverse.every(({ menu: path, order }) => {
    if (order === undefined) return true;
    const menu = menuOf(path);
    const before = order.map((match) => keyOf(menu, match));
    return sameOrder(keysIn(menu, live), before);
  });
}

/** The touched rows alone as a live state. */
function snapshotOf(plan: Plan): LiveState {
  const menus: Record<MenuPath, readonly Row[]> = {};
  for (const touched of plan.touched) menus[touched.menu] = [...(menus[touched.menu] ?? []), ...touched.rows];
  return { menus };
}

/** Equal for states that are equal in everything the plan touches. Of a settings menu only the changed fields count. */
function fingerprintOf(plan: Plan, live: LiveState): string {
  const index = indexTouched(plan, live);
  return canonicalJson(
    plan.touched.map(({ menu, match }) => {
      const rows = index.get(menu)?.get(match === null ? '' : keyOf(menuOf(menu), match)) ?? [];
      const canonical = rows.map((row) =>
        canonicalRow(menuOf(menu), match === null ? changedFields(plan, menu, row) : row),
      );
      return canonical.map((row) => canonicalJson(row)).toSorted();
    }),
  );
}

function changedFields(plan: Plan, menu: MenuPath, row: Row): Row {
  const names = plan.changes.flatMap((change) =>
    change.menu === menu && change.kind === 'set' ? Object.keys(change.fields) : [],
  );
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}
