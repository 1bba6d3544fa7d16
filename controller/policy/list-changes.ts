import type { LiveState } from '#differ';
import type { Reason } from '../reasons.ts';
import { feedsLists, type ListChange, listChangesIn, LISTS, listReasons } from './list-membership.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import type { PathModel } from './path-model.ts';
import { routesTo } from './return-path.ts';

/** Who enters or leaves address lists that rules use. */
export const LIST_MODEL: PathModel = {
  reads: [],
  judges: (effect, menu, catalogue) => effect === 'lists' && (menu === LISTS || feedsLists(catalogue, menu)),
  concerns: (plan, catalogue) => listChangesIn(plan, catalogue).length > 0,
  reasons: ({ plan, live, path, catalogue }) => memberReasons(listChangesIn(plan, catalogue), live, path),
};

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
