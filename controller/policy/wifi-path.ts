import { type Catalogue, type Change, describeRow } from '#differ';
import type { Menu, MenuPath, Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { CAP_READS, capReasons } from './cap-path.ts';
import { CLIENTS, clientReasons } from './interface-clients.ts';
import { enteringPorts, lostAddresses, standingOn, unclearReasons, wokenAddresses } from './link-changes.ts';
import type { ManagementPath } from './management-facts.ts';
import { LIST_READS, movedMembers } from './membership-changes.ts';
import { hasPathEffect } from './path-effects.ts';
import { LINK_MENUS, linksOf, type PathLinks, portOf, portsIn } from './path-links.ts';
import type { PathInput, PathModel } from './path-model.ts';
import { cuts } from './path-reasons.ts';
import { portReasons } from './port-changes.ts';
import { named, type PlanStep, type RouterState, startOf, statesOf } from './router-state.ts';
import { placesOf, RADIO_MENUS, RADIO_READS, reachedBy } from './wifi-interfaces.ts';

const PORTS = '/interface/bridge/port';
const MEMBERS = '/interface/list/member';
/** Menus of which a change alters who refers to what, and what carries what. */
const STEPS: readonly MenuPath[] = [
  ...RADIO_MENUS,
  '/interface',
  '/interface/bridge',
  PORTS,
  '/interface/list',
  MEMBERS,
  '/ip/address',
];
/** Fields by which an interface may get another MAC address. */
const MAC_FIELDS = ['mac-address', 'radio-mac', 'master-interface'];
/** A bridge takes the smallest of its ports. */
const MTU_FIELDS = ['mtu', 'l2mtu'];

/** Wireless interfaces, and profiles that reach those which refer to them. */
export const WIFI_MODEL: PathModel = {
  reads: [...LINK_MENUS, ...RADIO_READS, ...CAP_READS, ...CLIENTS, ...LIST_READS],
  judges: (effect, menu) => effect === 'radios' && RADIO_MENUS.includes(menu),
  concerns: ({ changes }, catalogue) => changes.some((change) => hasPathEffect(change, 'radios', catalogue)),
  reasons: wifiReasons,
};

/** A change, what it is called, and the router around it. */
interface Step extends PlanStep {
  readonly what: string;
}

/** Why changes of radios could cut the path, in the order of the plan. */
function wifiReasons({ plan, live, path, catalogue }: PathInput): readonly Reason[] {
  const risky = plan.changes.filter(
    (change) => RADIO_MENUS.includes(change.menu) && hasPathEffect(change, 'radios', catalogue),
  );
  if (risky.length === 0) return [];
  const links = linksOf(startOf(live, path), path);
  const hidden = unclearReasons(links, 'wireless interfaces and their profiles');
  if (hidden.length > 0) return hidden;
  return statesOf(plan, live, path, STEPS, catalogue).flatMap(({ change, before, after }) =>
    risky.includes(change)
      ? stepReasons({ change, what: describe(change, catalogue), before, after }, links, path)
      : [],
  );
}

function describe({ kind, menu, match }: Change, catalogue: Catalogue): string {
  const verb = kind === 'create' ? 'Adding' : kind === 'remove' ? 'Removing' : 'Changing';
  return `${verb} ${describeRow(catalogue[menu] as Menu, match)}`;
}

function stepReasons(step: Step, links: PathLinks, path: ManagementPath): readonly Reason[] {
  const { change, what, before, after } = step;
  const reached = reachedBy(change, [before, after], path.rows);
  const onWay = [...reached].flatMap(([name, how]) => {
    const chain = links.carriers.get(name);
    return chain === undefined ? [] : [cuts(what, [...chain, ...how])];
  });
  if (onWay.length > 0) return onWay;
  const far = capReasons({ ...step, reached }, links, path);
  if (far.length > 0) return far;
  return [...reached.keys()].flatMap((name) => [
    ...linkReasons(step, name, links, path),
    ...placeReasons(step, name, links, path),
    ...bridgeReasons(step, name, links),
  ]);
}

/** An interface beside the way may go down, or come up: with its addresses, and those of a bridge that has no other. */
function linkReasons(
  { what, before, after }: Step,
  name: string,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const bridge = portOf(before, name)?.['bridge'];
  const isAlone = (of: string): boolean =>
    portsIn(before, of).every((port) => port === name || named(before, '/interface', port)?.['running'] !== 'true');
  const names = bridge !== undefined && !links.carriers.has(bridge) && isAlone(bridge) ? [name, bridge] : [name];
  const above = standingOn(names, before);
  return [
    ...clientReasons(`${what}: ${name} may go down or come up by it`, above, path),
    ...lostAddresses(`${what}, by which ${name} may go down`, names, before, path),
    ...names.flatMap((each) => wokenAddresses(each, before, after, path)),
  ];
}

/** A datapath makes a port of a bridge, or a member of a list, of each interface that has it. */
function placeReasons(
  { what, before, after }: Step,
  name: string,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const moved = movesOf(placesOf(name, 'bridge', before, path.rows), placesOf(name, 'bridge', after, path.rows));
  const told = [
    ...moved.joins.flatMap((bridge) =>
      portReasons(port('create', name, bridge), without(before, name), withLast(after, name, bridge), links),
    ),
    ...moved.leaves.flatMap((bridge) =>
      portReasons(port('remove', name, bridge), withLast(before, name, bridge), without(after, name), links),
    ),
  ].map((reason) => because(what, reason));
  const listed = movesOf(
    placesOf(name, 'interface-list', before, path.rows),
    placesOf(name, 'interface-list', after, path.rows),
  );
  const listSteps = [
    ...listed.joins.map((list) => ({ list, before: after, after: withMember(after, name, list) })),
    ...listed.leaves.map((list) => ({ list, before: withMember(after, name, list), after })),
  ];
  return [
    ...told,
    ...listSteps.flatMap(({ list, ...step }) => {
      const describe = (): string => `${what}: ${name} joins or leaves the list ${list} by its datapath`;
      return [
        ...movedMembers({ ...step, gone: [] }, () => name, links, path).map((reason) => because(describe(), reason)),
        ...enteringPorts(step, describe, links, path),
      ];
    }),
  ];
}

/** The router with this interface on the list. */
function withMember(state: RouterState, name: string, list: string): RouterState {
  const members = [...state.rows(MEMBERS), { list, interface: name, disabled: 'false' }];
  return { rows: (menu) => (menu === MEMBERS ? members : state.rows(menu)) };
}

/** Where several say something it is not known what holds, so it may be any of them. */
function movesOf(
  was: readonly string[],
  is: readonly string[],
): { readonly joins: readonly string[]; readonly leaves: readonly string[] } {
  const one = new Set(was);
  const other = new Set(is);
  if (was.join() === is.join()) return { joins: [], leaves: [] };
  return {
    joins: [...other].filter((place) => one.size > 1 || !one.has(place)),
    leaves: [...one].filter((place) => other.size > 1 || !other.has(place)),
  };
}

/** The MAC address or the MTU that the bridge of an interface may have from it. */
function bridgeReasons({ change, what, before, after }: Step, name: string, links: PathLinks): readonly Reason[] {
  const bridge = portOf(before, name)?.['bridge'];
  const chain = bridge === undefined ? undefined : links.carriers.get(bridge);
  if (bridge === undefined || chain === undefined || change.kind === 'create' || change.kind === 'move') return [];
  const has = (fields: readonly string[]): boolean =>
    change.kind === 'set' && fields.some((field) => field in change.fields);
  const goes = change.kind === 'remove' && change.match['name'] === name;
  return [
    ...(has(MTU_FIELDS) ? [cuts(`${what}, from which ${bridge} may take its MTU,`, chain)] : []),
    ...(goes || has(MAC_FIELDS)
      ? portReasons(port('remove', name, bridge), withLast(before, name, bridge), without(after, name), links).map(
          (reason) => because(what, reason),
        )
      : []),
  ];
}

/** What follows for a port, with what it follows from. */
function because(what: string, reason: Reason): Reason {
  return 'message' in reason ? { ...reason, message: `${what}: ${reason.message}` } : reason;
}

/** The change of a port row that would do the same. */
function port(kind: 'create' | 'remove', name: string, bridge: string): Change {
  const row = { interface: name, bridge };
  const base = { menu: PORTS, match: { interface: name }, reason: 'declared' } as const;
  return kind === 'create' ? { kind, ...base, fields: row } : { kind, ...base, nth: 0, before: row };
}

/** The router without this interface among the ports. */
function without(state: RouterState, name: string): RouterState {
  const rows = state.rows(PORTS).filter((row) => row['interface'] !== name);
  return { rows: (menu) => (menu === PORTS ? rows : state.rows(menu)) };
}

/** The router with this interface as a port of the bridge: where it stands, or last. */
function withLast(state: RouterState, name: string, bridge: string): RouterState {
  const row: Row = { interface: name, bridge, disabled: 'false' };
  const held = state.rows(PORTS);
  const isThere = held.some((each) => each['interface'] === name && each['bridge'] === bridge);
  const ports = isThere
    ? held.map((each) => (each['interface'] === name && each['bridge'] === bridge ? row : each))
    : [...held.filter((each) => each['interface'] !== name), row];
  const interfaces = state.rows('/interface');
  const own = named(state, '/interface/wifi', name) ?? named(state, '/interface/wireless', name);
  const all = interfaces.some((each) => each['name'] === name)
    ? interfaces
    : [...interfaces, { name, 'mac-address': own?.['mac-address'] ?? '' }];
  return { rows: (menu) => (menu === PORTS ? ports : menu === '/interface' ? all : state.rows(menu)) };
}
