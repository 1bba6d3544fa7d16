import type { Catalogue, LiveState, Plan } from '#differ';
import { CATALOGUE, type MenuPath, type PathEffect, readRange } from '#routeros';
import { gateOf, type Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import { ADDRESSES, addressReasons } from './address-changes.ts';
import { feedsLists, type ListChange, listChangesIn, LISTS, listReasons } from './list-membership.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { pathEffectsOf } from './path-effects.ts';
import { routesTo } from './return-path.ts';

/**
 * Whether the plan can matter to the path: only then the facts are read. A row of addresses may be ours, whatever
 * changes in it.
 */
export function mayCutPath(plan: Plan, catalogue: Catalogue = CATALOGUE): boolean {
  const effects = pathEffectsOf(plan.changes, catalogue);
  return effects.has(ADDRESSES) || [...effects.values()].some((some) => [...some].some((effect) => effect !== 'none'));
}

/**
 * Opens when no state on the way, in the order of the changes, cuts the controller's own path, from whichever of its
 * possible addresses it comes. What can't be modelled is refused. `live` holds the menus that the plan touches.
 */
export function proveManagementPath(
  plan: Plan,
  live: LiveState,
  path: ManagementPath,
  catalogue: Catalogue = CATALOGUE,
): Gate {
  const effects = pathEffectsOf(plan.changes, catalogue);
  const foreign = notModelled(effects, catalogue);
  const lists = listChangesIn(plan, catalogue);
  const isRisky = lists.length > 0 || [...effects.values()].some((some) => some.has('addresses'));
  const unknown = isRisky ? unknownReasons(path) : [];
  if (unknown.length > 0) return gateOf([...foreign, ...unknown]);
  return gateOf([...foreign, ...addressReasons(plan, live, path, catalogue), ...memberReasons(lists, live, path)]);
}

/** One reason for each menu whose changes no model takes. */
function notModelled(found: ReadonlyMap<MenuPath, ReadonlySet<PathEffect>>, catalogue: Catalogue): readonly Reason[] {
  return [...found]
    .filter(([menu, effects]) => [...effects].some((effect) => !isModelled(effect, menu, catalogue)))
    .map(([menu]) => ({
      code: 'PathNotModelled',
      message: `What changes in ${menu} do to the way to the controller is not modelled, so they cannot be proven harmless.`,
    }));
}

/** Whether it is known what such an effect of changes in this menu does to the path. */
function isModelled(effect: PathEffect, menu: MenuPath, catalogue: Catalogue): boolean {
  switch (effect) {
    case 'none':
      return true;
    // They cut nothing at once: such plans are of high risk instead (`pathRisks`).
    case 'names':
      return true;
    case 'addresses':
      return menu === ADDRESSES;
    case 'lists':
      return menu === LISTS || feedsLists(catalogue, menu);
    case 'membership':
    case 'unmodelled':
      return false;
  }
}

function unknownReasons(path: ManagementPath): readonly Reason[] {
  const reasons: Reason[] = [];
  if (path.controllers.length === 0) {
    reasons.push({
      code: 'PathUnknown',
      message:
        'The router does not tell from which address the controller reaches it, so address and list changes cannot be proven harmless.',
    });
  }
  for (const controller of path.controllers.filter((address) => readRange(address) === undefined)) {
    reasons.push({
      code: 'PathNotModelled',
      message: `The controller comes from ${controller}, which is not an IPv4 address: for such a path address and list changes cannot be proven harmless.`,
    });
  }
  for (const menu of path.unread) {
    reasons.push({
      code: 'PathUnknown',
      message: `The controller's user may not read ${menu}, on which the way back can depend. Give its group the policy "read".`,
    });
  }
  return reasons;
}

/**
 * Whoever answers pass: the controller, the gateways towards it, and the router's own addresses, all of them when it is
 * not known which.
 */
function memberReasons(changes: readonly ListChange[], live: LiveState, path: ManagementPath): readonly Reason[] {
  if (changes.length === 0) return [];
  const own = ownAddresses(path, path.addresses);
  const ways = path.controllers.map((controller) => routesTo(controller, path.addresses, path));
  const gateways = ways.flatMap((way) => way ?? []).flatMap(({ gateway }) => gateway ?? []);
  const points = [...path.controllers, ...gateways, ...(own.length > 0 ? own : path.addresses.map(hostOf))];
  return listReasons(changes, live.menus[LISTS] ?? [], path, {
    points: [...new Set(points)],
    unknown: ways.includes(null) ? 'the gateway towards the controller' : null,
  });
}
