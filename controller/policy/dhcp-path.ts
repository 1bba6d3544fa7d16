import { applyChanges, type Catalogue, type Change, describeRow, keyOf, type LiveState } from '#differ';
import { matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import {
  type ChainRow,
  chainsTo,
  DHCP_MENUS,
  holds,
  isHandedOut,
  LEASES,
  NETWORKS,
  type Point,
  POOLS,
  poolsFrom,
  rowsOf,
  SERVERS,
  serversFor,
} from './dhcp-tables.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { hasPathEffect } from './path-effects.ts';
import type { PathInput, PathModel } from './path-model.ts';
import { routesTo } from './return-path.ts';
import { rowsNow } from './router-state.ts';

/** Servers, pools, networks, leases and options of DHCP that hand the controller's own way its addresses. */
export const DHCP_MODEL: PathModel = {
  reads: DHCP_MENUS,
  judges: (effect, menu) => effect === 'leases' && DHCP_MENUS.includes(menu),
  concerns: ({ changes }, catalogue) => changes.some((change) => isOfLeases(change, catalogue)),
  reasons: dhcpReasons,
};

function isOfLeases(change: Change, catalogue: Catalogue): boolean {
  return DHCP_MENUS.includes(change.menu) && hasPathEffect(change, 'leases', catalogue);
}

/** What is on the way: those who may have an address of DHCP, and addresses that nobody else may get. */
interface OnWay {
  readonly clients: readonly Point[];
  readonly own: readonly Point[];
  readonly interfaces: readonly string[];
}

/**
 * Why changes could take the controller or its gateway the address that DHCP gave it, or what it was told, or give
 * somebody else an address of the way, at any moment of the plan.
 */
function dhcpReasons({ plan, live, path, catalogue }: PathInput): readonly Reason[] {
  const changes = plan.changes.filter((change) => isOfLeases(change, catalogue));
  if (changes.length === 0) return [];
  const start: LiveState = {
    menus: Object.fromEntries(DHCP_MENUS.map((menu) => [menu, rowsNow(menu, live, path)])),
  };
  const way = onWay(path);
  if (!('clients' in way)) return way;
  const known = way.clients.flatMap((point) => knownOf(point, start, catalogue));
  const reasons = new Map<string, Reason>();
  let state = start;
  let leases: Change[] = [];
  for (const change of changes) {
    const told = [
      ...known.flatMap((of) => touched(change, of, catalogue)),
      ...unmodelled(change, catalogue),
      ...(change.menu === LEASES ? leased(change, state, way, catalogue) : []),
    ];
    // Thousands of leases may change, and what one of them does depends on no other.
    if (change.menu === LEASES) leases.push(change);
    else {
      const before = applyChanges(state, leases, catalogue);
      state = applyChanges(before, [change], catalogue);
      leases = [];
      told.push(
        ...answering(before, state, way),
        ...answersElse(change, before, way, catalogue),
        ...handedOut(change, before, state, way, catalogue),
      );
    }
    for (const reason of told) reasons.set(JSON.stringify(reason), reason);
  }
  return [...reasons.values()];
}

/** A point, and a chain of rows that its address and what it is told may come from. */
interface Known {
  readonly point: Point;
  readonly chain: readonly ChainRow[];
  readonly keys: ReadonlySet<string>;
  /** MAC addresses of those who have the address now. */
  readonly clients: ReadonlySet<string>;
}

function knownOf(point: Point, start: LiveState, catalogue: Catalogue): readonly Known[] {
  return chainsTo(start, point).map((chain) => {
    const leases = chain.filter(({ menu }) => menu === LEASES);
    const clients = leases.flatMap(({ row }) => [row['mac-address'] ?? '', row['active-mac-address'] ?? '']);
    return {
      point,
      chain,
      keys: new Set(chain.map(({ menu, row }) => keyIn(catalogue, menu, row))),
      clients: new Set(clients.filter((client) => client !== '')),
    };
  });
}

function keyIn(catalogue: Catalogue, menu: MenuPath, row: Row): string {
  return `${menu} ${keyOf(catalogue[menu] as Menu, row)}`;
}

/** Everybody on the way, or why it is not known. */
function onWay(path: ManagementPath): OnWay | readonly Reason[] {
  const clients: Point[] = [];
  const unknown: Reason[] = [];
  for (const controller of path.controllers) {
    const ways = routesTo(controller, path.addresses, path);
    // Behind a gateway only servers for relays reach the controller itself.
    for (const { interface: on, gateway } of ways ?? [])
      clients.push(
        { what: 'the controller', address: controller, interface: gateway === null ? on : '' },
        ...(gateway === null ? [] : [{ what: "the controller's gateway", address: gateway, interface: on }]),
      );
    if (ways === null)
      unknown.push({
        code: 'PathUnknown',
        message: `The way back to the controller (${controller}) is not clear from the router's routes, so changes of DHCP cannot be proven harmless.`,
      });
  }
  if (unknown.length > 0) return unknown;
  const arrival = path.declared?.interface ?? null;
  const entrances = [...clients.map((point) => point.interface), arrival ?? ''];
  const interfaces = [...new Set(entrances)].filter((name) => name !== '');
  const known = ownAddresses(path, path.addresses);
  const own = path.addresses
    .filter((row) => row['disabled'] !== 'true')
    .filter((row) => interfaces.includes(row['interface'] ?? '') || known.includes(hostOf(row)))
    .map((row): Point => ({ what: 'the router itself', address: hostOf(row), interface: row['interface'] ?? '' }));
  return { clients, own, interfaces };
}

/** A row of the chain, a further network with the point in it, or another lease for whoever has its address. */
function touched(change: Change, { point, chain, keys, clients }: Known, catalogue: Catalogue): readonly Reason[] {
  const match = change.match ?? {};
  const isIn = keys.has(keyIn(catalogue, change.menu, match));
  const isNetwork = change.menu === NETWORKS && holds(match['address'] ?? '', point.address);
  const isClient = change.menu === LEASES && clients.has(match['mac-address'] ?? '') && isServed(match, chain);
  if (!isIn && !isNetwork && !isClient) return [];
  const links = chain.map(({ menu, row }) => {
    const of = catalogue[menu] as Menu;
    return describeRow(of, matchOf(of, row));
  });
  const what = `${describe(change, catalogue)} changes what ${nameOf(point)} may have from DHCP`;
  return [{ code: 'PathCut', message: `${what}: ${point.interface} ← ${links.join(' ← ')}.` }];
}

/** Whether the lease is for the server at the head of the chain. */
function isServed({ server = 'all' }: Row, chain: readonly ChainRow[]): boolean {
  return server === 'all' || server === chain[0]?.row['name'];
}

/** A lease that gives somebody an address of the way from now on. */
function leased(change: Change, state: LiveState, way: OnWay, catalogue: Catalogue): readonly Reason[] {
  if (change.kind !== 'create' && change.kind !== 'set') return [];
  const isNews = change.fields['address'] !== undefined || change.fields['disabled'] === 'false';
  if (!isNews) return [];
  const key = keyIn(catalogue, LEASES, change.match ?? {});
  const held = (state.menus[LEASES] ?? []).find((row) => keyIn(catalogue, LEASES, row) === key);
  const written = change.fields['address'] ?? held?.['address'];
  const server = change.match?.['server'] ?? 'all';
  return [...way.clients, ...way.own]
    .filter((point) => {
      const isServer = serversFor(state, point).some((row) => server === 'all' || row['name'] === server);
      return isServer && givesAway(state, written, point);
    })
    .map((point) => givenAway(change, point, catalogue));
}

/** The address itself, or a pool that holds it. */
function givesAway(state: LiveState, given: string | undefined, { address }: Point): boolean {
  if (given === address) return true;
  return poolsFrom(state, given ?? '').some((pool) => holds(pool['ranges'] ?? '', address));
}

/** A server that begins to answer where the controller comes in. */
function answering(before: LiveState, after: LiveState, { interfaces }: OnWay): readonly Reason[] {
  const answersOn = (state: LiveState, name: string, on: string): boolean =>
    rowsOf(state, SERVERS).some((row) => row['name'] === name && row['interface'] === on);
  return rowsOf(after, SERVERS)
    .filter(({ name = '', interface: on = '' }) => interfaces.includes(on) && !answersOn(before, name, on))
    .map(({ name = '', interface: on = '' }) => ({
      code: 'PathCut',
      message: `The DHCP server ${name} would begin to answer on ${on}, by which the controller comes.`,
    }));
}

/** Fields by which a server may refuse, or offer, addresses to whoever asks where it answers. */
const ANSWERS = ['authoritative', 'disabled', 'address-pool'];

/** A server where the controller comes in that begins to answer otherwise, whoever has its address from it. */
function answersElse(change: Change, before: LiveState, way: OnWay, catalogue: Catalogue): readonly Reason[] {
  if (change.menu !== SERVERS || change.kind !== 'set') return [];
  const fields = ANSWERS.filter((field) => field in change.fields);
  const held = (before.menus[SERVERS] ?? []).find((row) => row['name'] === change.match?.['name']);
  const on = held?.['interface'] ?? '';
  if (fields.length === 0 || !way.interfaces.includes(on)) return [];
  const message = `${describe(change, catalogue)}: ${fields.join(', ')} of a DHCP server on ${on}, by which the controller comes, are never changed.`;
  return [{ code: 'PathCut', message }];
}

/** An address of the way that somebody else could get from now on, and pools that hold one, whoever uses them. */
function handedOut(
  change: Change,
  before: LiveState,
  after: LiveState,
  { clients, own }: OnWay,
  catalogue: Catalogue,
): readonly Reason[] {
  const what = describe(change, catalogue);
  const pools = change.menu !== POOLS ? [] : clients.filter((point) => isInRow(change, before, after, point));
  return [
    ...[...clients, ...own]
      .filter((point) => isHandedOut(after, point) && !isHandedOut(before, point))
      .map((point) => givenAway(change, point, catalogue)),
    ...pools.map((point) => ({
      code: 'PathCut' as const,
      message: `${what} concerns the address of ${nameOf(point)}: who else takes addresses from that pool is not known.`,
    })),
  ];
}

function isInRow(change: Change, before: LiveState, after: LiveState, point: Point): boolean {
  const name = change.match?.['name'];
  return [before, after].some((state) =>
    rowsOf(state, POOLS).some((row) => row['name'] === name && holds(row['ranges'] ?? '', point.address)),
  );
}

/** Fields by which a lease does more than hand out an address. */
const DEEDS: Readonly<Record<MenuPath, string>> = { [SERVERS]: 'lease-script', [LEASES]: 'routes' };

function unmodelled(change: Change, catalogue: Catalogue): readonly Reason[] {
  const field = DEEDS[change.menu];
  if (field === undefined || change.kind === 'move') return [];
  const rows: readonly Row[] = [
    ...(change.kind === 'remove' ? [] : [change.fields]),
    ...(change.kind === 'create' || change.menu === SERVERS ? [] : [change.before]),
  ];
  if (rows.every((row) => (row[field] ?? '') === '')) return [];
  const message = `${describe(change, catalogue)}: what its ${field} does to the way to the controller is not modelled.`;
  return [{ code: 'PathNotModelled', message }];
}

function givenAway(change: Change, point: Point, catalogue: Catalogue): Reason {
  const message = `${describe(change, catalogue)} gives somebody ${point.address}, the address of ${point.what}.`;
  return { code: 'PathCut', message };
}

function nameOf({ what, address }: Point): string {
  return `${what} (${address})`;
}

function describe(change: Change, catalogue: Catalogue): string {
  const verb = change.kind === 'create' ? 'Adding' : change.kind === 'remove' ? 'Removing' : 'Changing';
  return `${verb} ${describeRow(catalogue[change.menu] as Menu, change.match)}`;
}
