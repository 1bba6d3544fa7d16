import type { LiveState, Plan } from '#differ';
import { readRange } from '#routeros';
import { gateOf, type Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import { addressReasons } from './address-changes.ts';
import { listReasons, listsFedBy } from './list-membership.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { routesTo } from './return-path.ts';

const ADDRESSES = '/ip/address';
const LISTS = '/ip/firewall/address-list';
const STATIC = '/ip/dns/static';

/** Menus whose change lets names, time or identity be other than they were. */
export const NAME_MENUS: readonly string[] = ['/ip/dns', STATIC, '/system/ntp/client', '/system/identity'];

/** Menus whose change can matter to the path: only for these the facts are read. */
export function mayCutPath(plan: Plan): boolean {
  return plan.changes.some(({ menu }) => menu === ADDRESSES || menu === LISTS || NAME_MENUS.includes(menu));
}

/**
 * Opens when no state on the way, in the order of the changes, cuts the controller's own path, from whichever of its possible addresses it
 * comes. What can't be modelled is refused. `live` holds the menus that the plan touches.
 */
export function proveManagementPath(plan: Plan, live: LiveState, path: ManagementPath): Gate {
  const risky = plan.changes.filter(
    (change) => change.menu === ADDRESSES || change.menu === LISTS || listsFedBy(change).length > 0,
  );
  if (risky.length === 0) return gateOf([]);
  const unknown = unknownReasons(path);
  if (unknown.length > 0) return gateOf(unknown);
  return gateOf([...addressReasons(plan, live, path), ...listChanges(plan, live, path)]);
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

/** Whoever answers pass: the controller, the gateways towards it, and the router's own addresses, all of them when it is not known which. */
function listChanges(plan: Plan, live: LiveState, path: ManagementPath): readonly Reason[] {
  const own = ownAddresses(path, path.addresses);
  const ways = path.controllers.map((controller) => routesTo(controller, path.addresses, path));
  const gateways = ways.flatMap((way) => way ?? []).flatMap(({ gateway }) => gateway ?? []);
  const points = [...path.controllers, ...gateways, ...(own.length > 0 ? own : path.addresses.map(hostOf))];
  return listReasons(plan.changes, live.menus[LISTS] ?? [], path, {
    points: [...new Set(points)],
    unknown: ways.includes(null) ? 'the gateway towards the controller' : null,
  });
}
