import type { LiveState } from '#differ';
import { holdsAddress, type MenuPath, readRange, type Row } from '#routeros';

/** Who answers clients. */
export const SERVERS = '/ip/dhcp-server';
/** What clients are told. */
export const NETWORKS = '/ip/dhcp-server/network';
/** Who has an address, or gets one. */
export const LEASES = '/ip/dhcp-server/lease';
/** Where addresses come from. */
export const POOLS = '/ip/pool';
/** Further things that clients are told. */
export const OPTIONS = '/ip/dhcp-server/option';
/** Several of them under one name. */
export const OPTION_SETS = '/ip/dhcp-server/option/sets';
/** All menus of DHCP servers. */
export const DHCP_MENUS: readonly MenuPath[] = [SERVERS, NETWORKS, LEASES, POOLS, OPTIONS, OPTION_SETS];

/** An address on the way, and the interface on whose network it is. */
export interface Point {
  /** `the controller`, `its gateway`, `the router itself`. */
  readonly what: string;
  readonly address: string;
  readonly interface: string;
}

/** One row of a DHCP menu. */
export interface ChainRow {
  readonly menu: MenuPath;
  readonly row: Row;
}

/** The rows of a menu that count. */
export function rowsOf(state: LiveState, menu: MenuPath): readonly Row[] {
  return (state.menus[menu] ?? []).filter((row) => row['disabled'] !== 'true');
}

/** Servers that answer clients on the point's interface, or those of a relay, who may be anywhere. */
export function serversFor(state: LiveState, point: Point): readonly Row[] {
  return rowsOf(state, SERVERS).filter((row) => row['interface'] === point.interface || isForRelay(row));
}

function isForRelay(server: Row): boolean {
  return (server['relay'] ?? '0.0.0.0') !== '0.0.0.0';
}

/** The pool of that name and those that go on where it is full. */
export function poolsFrom(state: LiveState, name: string): readonly Row[] {
  const found: Row[] = [];
  let pool = rowsOf(state, POOLS).find((row) => row['name'] === name);
  while (pool !== undefined && !found.includes(pool)) {
    found.push(pool);
    const next = pool['next-pool'];
    pool = rowsOf(state, POOLS).find((row) => row['name'] === next);
  }
  return found;
}

/** Whether a list of ranges, or one prefix, holds the address. */
export function holds(ranges: string, address: string): boolean {
  const point = readRange(address)?.first;
  return point !== undefined && ranges.split(',').some((range) => holdsAddress(range, point));
}

/** Leases of the server that hand out this address, or are held by whoever has it. */
export function leasesOf(state: LiveState, server: Row, address: string): readonly Row[] {
  return rowsOf(state, LEASES).filter((row) => {
    if (![undefined, 'all', server['name']].includes(row['server'])) return false;
    const given = row['address'] ?? '';
    const isIn = given === address || row['active-address'] === address;
    return isIn || poolsFrom(state, given).some((pool) => holds(pool['ranges'] ?? '', address));
  });
}

/** Whether some server would give the point's address to whoever asks, or to the client of a static lease. */
export function isHandedOut(state: LiveState, point: Point): boolean {
  return serversFor(state, point).some(
    (server) =>
      poolsFrom(state, server['address-pool'] ?? '').some((pool) => holds(pool['ranges'] ?? '', point.address)) ||
      leasesOf(state, server, point.address).some((row) => row['dynamic'] !== 'true'),
  );
}

/** What the point's address and all that it is told may come from: a chain for each server that may serve it. */
export function chainsTo(state: LiveState, point: Point): readonly (readonly ChainRow[])[] {
  const networks = rowsOf(state, NETWORKS).filter((row) => holds(row['address'] ?? '', point.address));
  return serversFor(state, point).flatMap((server) => {
    const pools = poolsFrom(state, server['address-pool'] ?? '');
    const leases = leasesOf(state, server, point.address);
    const isInPool = pools.some((pool) => holds(pool['ranges'] ?? '', point.address));
    if (!isInPool && networks.length === 0 && leases.length === 0) return [];
    return [
      [
        { menu: SERVERS, row: server },
        ...pools.map((row) => ({ menu: POOLS, row }) as const),
        ...networks.map((row) => ({ menu: NETWORKS, row }) as const),
        ...leases.map((row) => ({ menu: LEASES, row }) as const),
        ...optionsOf(state, [server, ...networks, ...leases]),
      ],
    ];
  });
}

/** The option sets and options that these rows name. */
function optionsOf(state: LiveState, rows: readonly Row[]): readonly ChainRow[] {
  const sets = rowsOf(state, OPTION_SETS).filter((set) => rows.some((row) => row['dhcp-option-set'] === set['name']));
  const names = [...rows.map((row) => row['dhcp-option'] ?? ''), ...sets.map((set) => set['options'] ?? '')];
  const named = new Set(names.flatMap((text) => text.split(',')));
  const options = rowsOf(state, OPTIONS).filter((row) => named.has(row['name'] ?? ''));
  return [
    ...sets.map((row) => ({ menu: OPTION_SETS, row }) as const),
    ...options.map((row) => ({ menu: OPTIONS, row }) as const),
  ];
}
