import type { Change } from '#differ';
import type { Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { sourceReasons } from './address-changes.ts';
import { bridgeReasons } from './bridge-changes.ts';
import { enteringPorts, isListName, membersOf } from './interface-lists.ts';
import { hasPathEffect } from './path-effects.ts';
import { LINK_MENUS, linksOf, type PathLinks, portOf } from './path-links.ts';
import type { PathInput, PathModel } from './path-model.ts';
import { cuts } from './path-reasons.ts';
import { portReasons } from './port-changes.ts';
import { hostOf, type ManagementPath } from './management-facts.ts';
import { sameRoutes, routesTo } from './return-path.ts';
import { isOn, type RouterState, startOf, statesOf } from './router-state.ts';

/** Menus of which a change alters what carries what. */
const LINKED = [
  '/interface',
  '/interface/bridge',
  '/interface/bridge/port',
  '/interface/list',
  '/interface/list/member',
  '/ip/address',
] as const;

/** Interfaces, bridges and ports that go, come or change beneath the way. */
export const LINK_MODEL: PathModel = {
  reads: LINK_MENUS,
  judges: (effect, menu) =>
    effect === 'links' && ['/interface', '/interface/bridge', '/interface/bridge/port'].includes(menu),
  concerns: ({ changes }, catalogue) => changes.some((change) => hasPathEffect(change, 'links', catalogue)),
  reasons: linkReasons,
};

/** Why changes of links could cut the path, in the order of the plan. */
function linkReasons({ plan, live, path, catalogue }: PathInput): readonly Reason[] {
  const risky = plan.changes.filter((change) => isLinked(change) && hasPathEffect(change, 'links', catalogue));
  const members = plan.changes.filter(({ menu }) => menu === '/interface/list/member' || menu === '/interface/list');
  if (risky.length + members.length === 0) return [];
  const links = linksOf(startOf(live, path), path);
  const steps = statesOf(plan, live, path, LINKED, catalogue);
  const hidden = risky.length === 0 ? [] : unclearReasons(links, 'interfaces, bridges and ports');
  if (hidden.length > 0) return hidden;
  return steps.flatMap(({ change, before, after }): readonly Reason[] => {
    if (members.includes(change)) return enteringPorts(change, before, after, links);
    if (!risky.includes(change)) return [];
    switch (change.menu) {
      case '/interface':
        return interfaceReasons(change, before, after, links, path);
      case '/interface/bridge':
        return [...bridgeReasons(change, before, links), ...switchReasons(change, before, after, links, path)];
      default:
        return [...portReasons(change, before, after, links), ...slaveReasons(change, before, after, path)];
    }
  });
}

function isLinked({ menu }: Change): boolean {
  return (LINKED as readonly string[]).includes(menu);
}

/** Nothing is proven of changes of `what` while the way, or what it rests on, is not known. */
export function unclearReasons({ unclear, lost }: PathLinks, what: string): readonly Reason[] {
  return [
    ...lost.map((controller): Reason => ({
      code: 'PathUnknown',
      message: `The way back to the controller (${controller}) is not clear from the router's routes, so changes of ${what} cannot be proven harmless.`,
    })),
    ...unclear.map(({ name, type, chain }): Reason => ({
      code: 'PathNotModelled',
      message: `The way to the controller runs over ${name} (${type}), and what that rests on is not modelled, so changes of ${what} cannot be proven harmless: ${chain.join(' → ')}.`,
    })),
  ];
}

/** A row of /interface: whether it is on or off is all that a plan can change of it, beside its comment. */
function interfaceReasons(
  change: Change,
  before: RouterState,
  after: RouterState,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const name = change.match?.['name'] ?? '';
  const chain = links.carriers.get(name);
  const disables = change.kind === 'set' && change.fields['disabled'] === 'true';
  if (chain !== undefined) return [cuts(`${disables ? 'Switching off' : 'Changing'} interface ${name}`, chain)];
  return switchReasons(change, before, after, links, path);
}

/** What a link that goes on or off does to the addresses on it, and so to the ways. */
function switchReasons(
  change: Change,
  before: RouterState,
  after: RouterState,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const name = change.match?.['name'] ?? '';
  if (links.carriers.has(name)) return [];
  const goes = change.kind === 'remove' || (change.kind === 'set' && change.fields['disabled'] === 'true');
  const comes = change.kind === 'set' && change.fields['disabled'] === 'false';
  if (goes) return lostAddresses(`Switching off or removing ${name}`, [name], before, path);
  return comes ? wokenAddresses(name, before, after, path) : [];
}

/** An interface that becomes a port loses what its addresses did. */
function slaveReasons(
  change: Change,
  before: RouterState,
  after: RouterState,
  path: ManagementPath,
): readonly Reason[] {
  const said = change.match?.['interface'] ?? '';
  if (portOf(after, said) === undefined || portOf(before, said) !== undefined) return [];
  const names = isListName(said, after) ? [...membersOf(said, after)] : [said];
  return lostAddresses(`Making ${said} a port`, names, before, path);
}

/** These interfaces, and the VLANs and the like on them. */
export function standingOn(names: readonly string[], state: RouterState): ReadonlySet<string> {
  const above = new Set(names);
  for (let size = 0; size !== above.size;) {
    size = above.size;
    for (const menu of ['/interface/vlan', '/interface/vrrp', '/interface/macvlan'] as const)
      for (const row of state.rows(menu)) if (above.has(row['interface'] ?? '')) above.add(row['name'] ?? '');
  }
  return above;
}

function addressesOn(names: readonly string[], state: RouterState): readonly Row[] {
  const above = standingOn(names, state);
  return state.rows('/ip/address').filter((row) => isOn(row) && above.has(row['interface'] ?? ''));
}

/** What interfaces that go down take with their addresses. */
export function lostAddresses(
  what: string,
  names: readonly string[],
  state: RouterState,
  path: ManagementPath,
): readonly Reason[] {
  return addressesOn(names, state).flatMap((row) => sourceReasons(`${what} with ${row['address'] ?? ''}`, row, path));
}

/** A link that comes up brings the connected routes of its addresses. */
export function wokenAddresses(
  name: string,
  before: RouterState,
  after: RouterState,
  path: ManagementPath,
): readonly Reason[] {
  const woken = addressesOn([name], after);
  if (woken.length === 0) return [];
  const valid = after.rows('/ip/address').map((row) => (woken.includes(row) ? { ...row, invalid: 'false' } : row));
  const asleep = before.rows('/ip/address').filter((row) => !addressesOn([name], before).includes(row));
  const interfaces = after
    .rows('/interface')
    .map((row) => (row['name'] === name ? { ...row, running: 'true', disabled: 'false' } : row));
  const what = `Switching on ${name} with ${woken.map((row) => row['address'] ?? '').join(', ')}`;
  return path.controllers.flatMap((controller): readonly Reason[] => {
    const was = routesTo(controller, asleep, { routes: path.routes, interfaces: before.rows('/interface') });
    const is = routesTo(controller, valid, { routes: path.routes, interfaces });
    const gateways = (was ?? []).flatMap(({ gateway }) => gateway ?? []);
    const taken = woken.find((row) => [controller, ...gateways].includes(hostOf(row)));
    const reasons: Reason[] = [];
    if (!sameRoutes(is, was))
      reasons.push({
        code: 'PathCut',
        message: `${what} changes, or may change, the way back to the controller (${controller}).`,
      });
    if (taken !== undefined)
      reasons.push({
        code: 'PathCut',
        message: `${what} gives the router the address of the controller or of its gateway.`,
      });
    return reasons;
  });
}
