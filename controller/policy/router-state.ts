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
    rows: (menu) =>
      live.menus[menu] ??
      path.rows[menu] ??
      (menu === '/interface' ? path.interfaces : menu === '/ip/address' ? path.addresses : []),
  };
}

/** Each change with the state before and after it, in the order of the plan; of these menus alone. */
export function statesOf(
  plan: Plan,
  live: LiveState,
  path: ManagementPath,
  menus: readonly MenuPath[],
  catalogue: Catalogue,
): readonly { readonly change: Change; readonly before: RouterState; readonly after: RouterState }[] {
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
