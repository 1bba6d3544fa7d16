import type { MenuPath, Row } from '#routeros';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { isLink } from './interface-types.ts';
import { isOn, named, type RouterState } from './router-state.ts';
import { type ReturnPath, routesTo } from './return-path.ts';
import { wayText } from './way-text.ts';

/** Menus that tell what an interface rests on, and on which side of a bridge somebody is. */
export const LINK_MENUS: readonly MenuPath[] = [
  '/interface/bridge',
  '/interface/bridge/port',
  '/interface/vlan',
  '/interface/bonding',
  '/interface/vrrp',
  '/interface/macvlan',
  '/interface/wifi',
  '/interface/wireless',
  '/interface/list',
  '/interface/list/member',
  '/interface/bridge/host',
  '/ip/arp',
];

/** The rows, in words, that lead from the controller to an interface; the last names it. */
export type Chain = readonly string[];

/** Every interface over which the controller's packets may come or go, each with the rows that prove it. */
export interface PathLinks {
  readonly carriers: ReadonlyMap<string, Chain>;
  /** Interfaces that have an address or a route of the way: those that rules see. */
  readonly arrivals: ReadonlyMap<string, Chain>;
  /** What rests on something that is not modelled, such as a tunnel, and how it is reached. */
  readonly unclear: readonly { readonly name: string; readonly type: string; readonly chain: Chain }[];
  /** Controllers to which no way is known. */
  readonly lost: readonly string[];
}

/** Where a way enters the links: an interface, and who is next on it, as far as that is known. */
interface Entry {
  readonly interface: string;
  readonly chain: Chain;
  readonly hop: string | null;
}

/** The links as they are before a plan. While each state keeps them, they stay what they are. */
export function linksOf(state: RouterState, path: ManagementPath): PathLinks {
  const { entries, lost } = entriesOf(state, path);
  const carriers = new Map<string, Chain>();
  const unclear: { name: string; type: string; chain: Chain }[] = [];
  // Each way by itself: two may rest on one bridge and come in by different ports of it.
  for (const { interface: start, chain: from, hop } of entries) {
    const seen = new Set<string>();
    const visit = (name: string, chain: Chain, label: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const reached = carriers.get(name) ?? [...chain, label];
      carriers.set(name, reached);
      const type = named(state, '/interface', name)?.['type'] ?? 'unknown';
      const below = belowOf(state, name, type, hop);
      if (below === null) unclear.push({ name, type, chain: reached });
      else for (const next of below) visit(next.name, reached, next.label);
      // What comes in on a port belongs to its bridge.
      const bridge = portOf(state, name)?.['bridge'];
      if (bridge !== undefined) visit(bridge, reached, `bridge ${bridge}`);
    };
    visit(start, from, start);
  }
  const arrivals = new Map<string, Chain>();
  for (const { interface: name } of entries) arrivals.set(name, carriers.get(name) ?? [name]);
  return { carriers, arrivals, unclear, lost };
}

/** Ways first: who is next on them is known. Then the addresses that we talk to, and what is declared. */
function entriesOf(
  state: RouterState,
  path: ManagementPath,
): { readonly entries: readonly Entry[]; readonly lost: readonly string[] } {
  const addresses = state.rows('/ip/address');
  const routing = { routes: path.routes, interfaces: state.rows('/interface') };
  const lost: string[] = [];
  const ways = path.controllers.flatMap((controller) => {
    const found = routesTo(controller, addresses, routing);
    if (found === null) lost.push(controller);
    return (found ?? []).map((way) => entryOf(controller, way, addresses, path.routes));
  });
  const declared = path.declared?.interface ?? null;
  const own = ownAddresses(path, addresses);
  const spoken = addresses.filter((row) => isOn(row) && own.includes(hostOf(row)));
  const beside = [
    ...spoken.map((row) => [row['actual-interface'] ?? row['interface'] ?? '', `address ${row['address'] ?? ''}`]),
    ...(declared === null ? [] : [[declared, 'spec.management.interface']]),
  ];
  const beaten = new Set(ways.map((way) => way.interface));
  const others = beside
    .filter(([name]) => !beaten.has(name ?? ''))
    .map(([name = '', text = '']) => ({
      interface: name,
      chain: [`controller ${path.controllers.join(', ')}`, text],
      hop: null,
    }));
  return { entries: [...ways, ...others], lost };
}

function entryOf(controller: string, way: ReturnPath, addresses: readonly Row[], routes: readonly Row[]): Entry {
  const chain = [`controller ${controller}`, wayText(controller, way, addresses, routes)];
  return { interface: way.interface, chain, hop: way.gateway ?? controller };
}

interface Below {
  readonly name: string;
  readonly label: string;
}

/** What an interface rests on; nothing for a wire. null: that can't be told. */
function belowOf(state: RouterState, name: string, type: string, hop: string | null): readonly Below[] | null {
  const parent = (menu: MenuPath): readonly Below[] | null => {
    const row = named(state, menu, name);
    return row === undefined ? null : [{ name: row['interface'] ?? '', label: row['interface'] ?? '' }];
  };
  switch (type) {
    case 'bridge':
      return portsCarrying(state, name, hop).map((port) => ({ name: port, label: `port ${port}` }));
    case 'vlan':
      return parent('/interface/vlan');
    case 'vrrp':
      return parent('/interface/vrrp');
    case 'macvlan':
      return parent('/interface/macvlan');
    case 'bond':
    case 'bonding': {
      const slaves = named(state, '/interface/bonding', name)?.['slaves'];
      return slaves === undefined ? null : slaves.split(',').map((slave) => ({ name: slave, label: `slave ${slave}` }));
    }
    case 'wifi':
    case 'wlan': {
      const radio =
        named(state, `/interface/${type === 'wifi' ? 'wifi' : 'wireless'}`, name)?.['master-interface'] ?? '';
      return radio === '' ? [] : [{ name: radio, label: `radio ${radio}` }];
    }
    default:
      return isLink(type) ? [] : null;
  }
}

/** The enabled port row of an interface, dynamic ones too. */
export function portOf(state: RouterState, name: string): Row | undefined {
  return state.rows('/interface/bridge/port').find((row) => row['interface'] === name && isOn(row));
}

/** The enabled ports of a bridge, in their order; rows for whole lists are told by their dynamic children. */
export function portsIn(state: RouterState, bridge: string): readonly string[] {
  return state
    .rows('/interface/bridge/port')
    .filter((row) => row['bridge'] === bridge && isOn(row))
    .map((row) => row['interface'] ?? '')
    .filter((name) => named(state, '/interface', name) !== undefined);
}

/** Where the bridge has learnt who is next; where it does not say so, every port that runs. */
function portsCarrying(state: RouterState, bridge: string, hop: string | null): readonly string[] {
  const ports = portsIn(state, bridge);
  const running = ports.filter((port) => {
    const row = named(state, '/interface', port);
    return row?.['running'] === 'true' && isOn(row);
  });
  const known = hop === null ? null : learntOn(state, bridge, hop);
  return known === null || !ports.includes(known) ? running : [known];
}

function learntOn(state: RouterState, bridge: string, hop: string): string | null {
  const macs = state
    .rows('/ip/arp')
    .filter((row) => row['address'] === hop && row['mac-address'] !== undefined)
    .map((row) => (row['mac-address'] ?? '').toUpperCase());
  const [mac, ...others] = new Set(macs);
  if (mac === undefined || others.length > 0) return null;
  const hosts = state
    .rows('/interface/bridge/host')
    .filter((row) => row['bridge'] === bridge && (row['mac-address'] ?? '').toUpperCase() === mac && isOn(row));
  const [port, ...more] = new Set(hosts.map((row) => row['on-interface'] ?? row['interface'] ?? ''));
  return port === undefined || port === '' || more.length > 0 ? null : port;
}
