import { applyChanges, type Catalogue, type Change, type LiveState, type Plan } from '#differ';
import type { MenuPath, Row } from '#routeros';
import type { ManagementPath } from './management-facts.ts';

/** What a router holds at one moment of a plan: what the plan touches as it stands then, the rest as it was read. */
export interface RouterState {
  rows(menu: MenuPath): readonly Row[];
}

/** Before the first change. */
export function startOf(live: LiveState, path: ManagementPath): RouterState {
  return {
    rows: (menu) => rowsNow(menu, live, path),
  };
}

/**
 * A pass reads configuration alone, or names: what the router tells of a row besides is taken from what the proof read.
 */
export function rowsNow(menu: MenuPath, live: LiveState, path: ManagementPath): readonly Row[] {
  const told = toldOf(menu, path);
  const own = live.menus[menu];
  if (own === undefined) return told;
  // Of interfaces the proof asks for no numbers.
  const byId = Map.groupBy(told, (row) => row['.id']);
  const byName = Map.groupBy(told, (row) => row['name']);
  const same = (row: Row): Row | undefined =>
    (row['.id'] === undefined ? undefined : byId.get(row['.id'])?.[0]) ??
    (row['name'] === undefined ? undefined : byName.get(row['name'])?.[0]);
  return own.map((row) => ({ ...same(row), ...row }));
}

function toldOf(menu: MenuPath, path: ManagementPath): readonly Row[] {
  if (menu === '/interface') return path.interfaces;
  return path.rows[menu] ?? (menu === '/ip/address' ? path.addresses : []);
}

/** A change of a plan, and the states that it meets and leaves. */
export interface PlanStep {
  readonly change: Change;
  readonly before: RouterState;
  readonly after: RouterState;
}

/** The steps of a plan in its order; of these menus alone. */
export function statesOf(
  plan: Pick<Plan, 'changes'>,
  live: LiveState,
  path: ManagementPath,
  menus: readonly MenuPath[],
  catalogue: Catalogue,
): readonly PlanStep[] {
  const changes = plan.changes.filter(({ menu }) => menus.includes(menu));
  const start = startOf(live, path);
  let state: LiveState = { menus: Object.fromEntries(menus.map((menu) => [menu, start.rows(menu)])) };
  const at = (now: LiveState): RouterState => ({ rows: (menu) => now.menus[menu] ?? start.rows(menu) });
  return changes.map((change) => {
    const before = at(state);
    state = applyChanges(state, [change], catalogue);
    return { change, before, after: at(state) };
  });
}

/** The row of an interface, bridge, list or VLAN by its name. */
export function named(state: RouterState, menu: MenuPath, name: string): Row | undefined {
  return state.rows(menu).find((row) => row['name'] === name);
}

/** Whether a row is in force. */
export function isOn(row: Row): boolean {
  return row['disabled'] !== 'true';
}
