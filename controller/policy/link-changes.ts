import type { Change } from '#differ';
import type { Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { sourceReasons } from './address-changes.ts';
import { bridgeReasons } from './bridge-changes.ts';
import { CLIENTS, clientReasons } from './interface-clients.ts';
import { describeMember, isListName, membersOf } from './interface-lists.ts';
import { hasPathEffect } from './path-effects.ts';
import { LINK_MENUS, linksOf, type PathLinks, portOf } from './path-links.ts';
import type { PathInput, PathModel } from './path-model.ts';
import { cuts } from './path-reasons.ts';
import { portReasons } from './port-changes.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { sameRoutes, routesTo } from './return-path.ts';
import { isOn, type PlanStep, type RouterState, startOf, statesOf } from './router-state.ts';

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
  reads: [...LINK_MENUS, ...CLIENTS],
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
  return steps.flatMap((step): readonly Reason[] => {
    const { change, before, after } = step;
    if (members.includes(change)) return enteringPorts(step, (name) => describeMember(change, name), links, path);
    if (!risky.includes(change)) return [];
    switch (change.menu) {
      case '/interface':
        return interfaceReasons(step, links, path);
      case '/interface/bridge':
        return [...bridgeReasons(change, before, links), ...switchReasons(step, links, path)];
      default:
        return [...portReasons(change, before, after, links), ...slaveReasons(step, links, path)];
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
function interfaceReasons(step: PlanStep, links: PathLinks, path: ManagementPath): readonly Reason[] {
  const { change, before } = step;
  const name = change.match?.['name'] ?? '';
  const chain = links.carriers.get(name);
  const disables = change.kind === 'set' && change.fields['disabled'] === 'true';
  if (chain !== undefined) return [cuts(`${disables ? 'Switching off' : 'Changing'} interface ${name}`, chain)];
  const lent = disables ? lentAddresses(`Switching off interface ${name}`, [name], before, links, path) : [];
  return [...lent, ...switchReasons(step, links, path)];
}

/** What a link that goes on or off does to the addresses on it, and so to the ways. */
function switchReasons({ change, before, after }: PlanStep, links: PathLinks, path: ManagementPath): readonly Reason[] {
  const name = change.match?.['name'] ?? '';
  if (links.carriers.has(name)) return [];
  const goes = change.kind === 'remove' || (change.kind === 'set' && change.fields['disabled'] === 'true');
  const comes = change.kind === 'set' && change.fields['disabled'] === 'false';
  if (goes) return lostAddresses(`Switching off or removing ${name}`, [name], before, path);
  if (!comes) return [];
  const bridge = portOf(after, name)?.['bridge'];
  const names = standingOn(bridge === undefined ? [name] : [name, bridge], after);
  return [
    ...clientReasons(`Switching on ${name} may bring it up`, names, path),
    ...wokenAddresses(name, before, after, path),
  ];
}

/** An interface that becomes a port, or is one no more, loses what its addresses did; its bridge may come up. */
function slaveReasons({ change, before, after }: PlanStep, links: PathLinks, path: ManagementPath): readonly Reason[] {
  const said = change.match?.['interface'] ?? '';
  const left = portOf(before, said)?.['bridge'];
  const joined = portOf(after, said)?.['bridge'];
  if (left === joined) return [];
  const names = isListName(said, after) ? [...membersOf(said, after)] : [said];
  return movedReasons({ what: `Making ${said} a port`, names, left, joined }, before, links, path);
}

interface Moved {
  readonly what: string;
  readonly names: readonly string[];
  /** The bridges of which they were, and are, ports. */
  readonly left: string | undefined;
  readonly joined: string | undefined;
}

function movedReasons(
  { what, names, left, joined }: Moved,
  before: RouterState,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const leaves = `Taking ${names.join(', ')} from ${left ?? ''}`;
  const touched = standingOn(joined === undefined ? names : [...names, joined], before);
  return [
    ...(left === undefined
      ? lostAddresses(what, names, before, path)
      : lentAddresses(leaves, names, before, links, path)),
    ...clientReasons(joined === undefined ? leaves : what, touched, path),
  ];
}

/** The router lends the address of a port to its bridge: there it is gone with the port. */
function lentAddresses(
  what: string,
  names: readonly string[],
  state: RouterState,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const rows = state.rows('/ip/address');
  const own = ownAddresses(path, rows);
  return rows
    .filter((row) => isOn(row) && names.includes(row['interface'] ?? ''))
    .flatMap((row) => {
      const chain = links.carriers.get(row['actual-interface'] ?? row['interface'] ?? '');
      if (chain === undefined && !own.includes(hostOf(row))) return [];
      return [cuts(`${what} with ${row['address'] ?? ''}`, chain ?? [`address ${row['address'] ?? ''}`])];
    });
}

/** A list that is a port of a bridge makes ports of its members: why one that enters or leaves could cut the path. */
export function enteringPorts(
  { before, after }: Pick<PlanStep, 'before' | 'after'>,
  describe: (name: string) => string,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  return before
    .rows('/interface/bridge/port')
    .filter((row) => isOn(row) && isListName(row['interface'] ?? '', before))
    .flatMap((row): readonly Reason[] => {
      const list = row['interface'] ?? '';
      const bridge = row['bridge'] ?? '';
      const is = membersOf(list, after);
      const moved = [...membersOf(list, before).symmetricDifference(is)];
      const hidden = moved.length === 0 ? [] : unclearReasons(links, `the list ${list}, which is a port of ${bridge},`);
      if (hidden.length > 0) return hidden;
      return moved.flatMap((name) => {
        const chain = links.carriers.get(name) ?? links.carriers.get(bridge);
        const verb = is.has(name) ? 'joins' : 'leaves';
        const what = `${describe(name)}: it ${verb} ${bridge} by the list ${list}`;
        if (chain !== undefined) return [cuts(`${what}, which`, chain)];
        const [left, joined] = is.has(name) ? [undefined, bridge] : [bridge, undefined];
        return movedReasons({ what, names: [name], left, joined }, before, links, path);
      });
    });
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
