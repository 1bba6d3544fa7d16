import { describe, expect, it } from 'vitest';
import type { MenuPath, Row } from '#routeros';
import { PATH, reasonsFor } from '#test/path-plans.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';

const SERVERS = '/ip/dhcp-server';
const NETWORKS = '/ip/dhcp-server/network';
const LEASES = '/ip/dhcp-server/lease';
const POOLS = '/ip/pool';
const OPTIONS = '/ip/dhcp-server/option';
const SETS = '/ip/dhcp-server/option/sets';

/** What the router holds: the controller has a lease on bridge, guests have a network of their own. */
const HELD: Readonly<Record<MenuPath, readonly Row[]>> = {
  [SERVERS]: [
    { name: 'office', interface: 'bridge', 'address-pool': 'office', 'lease-time': '1h' },
    { name: 'guests', interface: 'ether2', 'address-pool': 'guests', 'lease-time': '1h' },
  ],
  [NETWORKS]: [
    { address: '192.168.88.0/24', gateway: '192.168.88.1', 'dhcp-option-set': 'phones' },
    { address: '172.16.0.0/24', gateway: '172.16.0.1', 'dhcp-option': 'guest' },
  ],
  [LEASES]: [
    { server: 'office', 'mac-address': '00:00:5E:00:53:01', address: '192.168.88.50' },
    { server: 'guests', 'mac-address': '00:00:5E:00:53:02', address: '172.16.0.50' },
  ],
  [POOLS]: [
    { name: 'office', ranges: '192.168.88.10-192.168.88.40', 'next-pool': 'more' },
    { name: 'more', ranges: '192.168.88.41-192.168.88.99' },
    { name: 'guests', ranges: '172.16.0.10-172.16.0.99' },
  ],
  [OPTIONS]: [
    { name: 'boot', code: '66', value: "'a'" },
    { name: 'guest', code: '67', value: "'a'" },
  ],
  [SETS]: [{ name: 'phones', options: 'boot' }],
};

const printed = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row, at) => ({ '.id': `*${at + 1}`, disabled: 'false', dynamic: 'false', ...row }));

/** The controller has 192.168.88.50, directly connected on bridge, unless said otherwise. */
function pathOf(held: typeof HELD, more: Partial<ManagementPath> = {}): ManagementPath {
  const rows = Object.fromEntries(Object.entries(held).map(([menu, of]) => [menu, printed(of)]));
  return { ...PATH, controllers: ['192.168.88.50'], dialled: '192.168.88.1', rows, ...more };
}

interface Try {
  readonly held?: Partial<typeof HELD>;
  readonly path?: Partial<ManagementPath>;
  /** In this menu: rows that are declared, and such as no longer are. */
  readonly menu: MenuPath;
  readonly rows?: readonly Row[];
  readonly dropped?: readonly Row[];
}

function reasons({ held = {}, path, menu, rows = [], dropped = [] }: Try): string {
  const all = { ...HELD, ...held } as typeof HELD;
  const live = printed(all[menu] ?? []);
  return reasonsFor(
    menu,
    live,
    menu === LEASES ? rows.map((row) => ({ server: 'all', ...row })) : rows,
    dropped,
    pathOf(all, path),
  );
}

const first = (menu: MenuPath): Row => HELD[menu]?.[0] ?? {};
const second = (menu: MenuPath): Row => HELD[menu]?.[1] ?? {};
const GATEWAY = { controllers: ['10.255.0.2'] };

describe('refused, with the rows that prove it', () => {
  it.each<[string, Try, RegExp]>([
    [
      'the server goes',
      { menu: SERVERS, dropped: [first(SERVERS)] },
      /Removing .*bridge ← .*office.* ← .*office.* ← .*more.* ← .*192\.168\.88\.0\/24.* ← .*00:00:5E:00:53:01.* ← .*phones.* ← .*boot/,
    ],
    [
      'it is disabled',
      { menu: SERVERS, rows: [{ ...first(SERVERS), disabled: 'true' }] },
      /changes what the controller/,
    ],
    [
      'it moves to another interface',
      { menu: SERVERS, rows: [{ ...first(SERVERS), interface: 'ether3' }] },
      /Changing/,
    ],
    ['its pool is another', { menu: SERVERS, rows: [{ ...first(SERVERS), 'address-pool': 'guests' }] }, /Changing/],
    ['its pool goes', { menu: POOLS, dropped: [first(POOLS)] }, /Removing/],
    [
      'the pool behind its pool shrinks',
      { menu: POOLS, rows: [{ name: 'more', ranges: '192.168.88.41-192.168.88.49' }] },
      /Changing/,
    ],
    [
      'a pool without a server that holds its address shrinks',
      {
        held: { [POOLS]: [...(HELD[POOLS] ?? []), { name: 'vpn', ranges: '192.168.88.0/24' }] },
        menu: POOLS,
        rows: [{ name: 'vpn', ranges: '192.168.88.0/25' }],
      },
      /who else takes addresses from that pool is not known/,
    ],
    [
      'the gateway that it is told changes',
      { menu: NETWORKS, rows: [{ ...first(NETWORKS), gateway: '192.168.88.2' }] },
      /Changing/,
    ],
    ['the network goes', { menu: NETWORKS, dropped: [first(NETWORKS)] }, /Removing/],
    [
      'a smaller network comes',
      { menu: NETWORKS, rows: [{ address: '192.168.88.48/29', gateway: '192.168.88.49' }] },
      /Adding/,
    ],
    ['an option of its set changes', { menu: OPTIONS, rows: [{ ...first(OPTIONS), value: "'b'" }] }, /Changing/],
    ['the set changes', { menu: SETS, rows: [{ name: 'phones', options: '' }] }, /Changing/],
    ['its lease goes', { menu: LEASES, dropped: [first(LEASES)] }, /Removing/],
    [
      'its lease gets another address',
      { menu: LEASES, rows: [{ ...first(LEASES), address: '192.168.88.51' }] },
      /Changing/,
    ],
    [
      'its client, which holds it dynamically, gets a lease for another address',
      {
        held: { [LEASES]: [{ ...first(LEASES), dynamic: 'true', 'active-address': '192.168.88.50' }] },
        menu: LEASES,
        rows: [{ ...first(LEASES), address: '192.168.88.60' }],
      },
      /Adding/,
    ],
    [
      'its client gets a lease for all servers',
      {
        held: { [LEASES]: [{ ...first(LEASES), dynamic: 'true' }] },
        menu: LEASES,
        rows: [{ 'mac-address': '00:00:5E:00:53:01', address: '192.168.88.60' }],
      },
      /Adding/,
    ],
    [
      'a stranger gets its address',
      {
        held: { [LEASES]: [] },
        menu: LEASES,
        rows: [{ server: 'office', 'mac-address': '00:00:5E:00:53:09', address: '192.168.88.50' }],
      },
      /gives somebody 192\.168\.88\.50, the address of the controller/,
    ],
    [
      "a stranger on any server gets the router's",
      { menu: LEASES, rows: [{ 'mac-address': '00:00:5E:00:53:09', address: '192.168.88.1' }] },
      /gives somebody 192\.168\.88\.1, the address of the router itself/,
    ],
    [
      'a lease with it is enabled',
      {
        held: {
          [LEASES]: [
            { server: 'office', 'mac-address': '00:00:5E:00:53:09', address: '192.168.88.1', disabled: 'true' },
          ],
        },
        menu: LEASES,
        rows: [{ server: 'office', 'mac-address': '00:00:5E:00:53:09', disabled: 'false' }],
      },
      /gives somebody 192\.168\.88\.1/,
    ],
    [
      "its pool grows over the router's address",
      { menu: POOLS, rows: [{ name: 'more', ranges: '192.168.88.1-192.168.88.99' }] },
      /gives somebody 192\.168\.88\.1/,
    ],
    [
      'a server begins to answer where it comes in',
      {
        held: { [SERVERS]: [] },
        menu: SERVERS,
        rows: [{ name: 'new', interface: 'bridge', 'address-pool': 'guests' }],
      },
      /server new would begin to answer on bridge/,
    ],
    [
      'one is enabled there',
      {
        held: { [SERVERS]: [{ name: 'new', interface: 'bridge', disabled: 'true' }] },
        menu: SERVERS,
        rows: [{ name: 'new', interface: 'bridge', disabled: 'false' }],
      },
      /would begin to answer/,
    ],
    [
      'one moves there',
      { held: { [SERVERS]: [second(SERVERS)] }, menu: SERVERS, rows: [{ ...second(SERVERS), interface: 'bridge' }] },
      /would begin to answer/,
    ],
    [
      'the gateway on its way gets its address from a server that goes',
      {
        held: {
          [SERVERS]: [{ name: 'uplink', interface: 'ether1', 'address-pool': 'static-only' }],
          [LEASES]: [{ server: 'uplink', 'mac-address': '00:00:5E:00:53:03', address: '10.10.0.254' }],
        },
        path: GATEWAY,
        menu: SERVERS,
        dropped: [{ name: 'uplink', interface: 'ether1' }],
      },
      /the controller's gateway \(10\.10\.0\.254\)/,
    ],
    [
      'a server for relays holds its address',
      {
        held: {
          [SERVERS]: [{ name: 'far', interface: 'ether3', relay: '10.255.0.1', 'address-pool': 'far' }],
          [POOLS]: [{ name: 'far', ranges: '10.255.0.2-10.255.0.9' }],
        },
        path: GATEWAY,
        menu: SERVERS,
        dropped: [{ name: 'far', interface: 'ether3' }],
      },
      /the controller \(10\.255\.0\.2\)/,
    ],
    [
      'a server runs a script',
      { menu: SERVERS, rows: [{ ...second(SERVERS), 'lease-script': ':log info x' }] },
      /lease-script .*not modelled/,
    ],
    [
      'a lease brings routes',
      { menu: LEASES, rows: [{ ...second(LEASES), routes: '0.0.0.0/0 172.16.0.50 1' }] },
      /routes .*not modelled/,
    ],
    [
      'the way is not known',
      { path: { routes: [], addresses: [] }, menu: POOLS, rows: [{ name: 'x', ranges: '172.31.0.0/24' }] },
      /is not clear/,
    ],
    [
      'nobody tells where the controller is',
      { path: { controllers: [] }, menu: POOLS, rows: [{ name: 'x', ranges: '172.31.0.0/24' }] },
      /does not tell from which address/,
    ],
  ])('%s', (_, tried, says) => {
    expect(reasons(tried)).toMatch(says);
  });
});

describe('a server by which nobody on the way has an address', () => {
  const other = { name: 'other', interface: 'bridge', 'address-pool': 'static-only', authoritative: 'no' };
  const held = { [SERVERS]: [other], [NETWORKS]: [], [LEASES]: [] };

  it.each([{ authoritative: 'yes' }, { disabled: 'true' }, { 'address-pool': 'guests' }])(
    'answers no otherwise where the controller comes in: %o',
    (fields) => {
      expect(reasons({ held, menu: SERVERS, rows: [{ ...other, ...fields }] })).toMatch(
        /of a DHCP server on bridge, by which the controller comes/,
      );
    },
  );
});

describe('not refused', () => {
  it.each<[string, Try]>([
    ['the server of another interface goes', { menu: SERVERS, dropped: [second(SERVERS)] }],
    ['it is authoritative no more', { menu: SERVERS, rows: [{ ...second(SERVERS), authoritative: 'no' }] }],
    ['its lease time changes', { menu: SERVERS, rows: [{ ...second(SERVERS), 'lease-time': '5m' }] }],
    ['another pool changes', { menu: POOLS, rows: [{ name: 'guests', ranges: '172.16.0.20-172.16.0.30' }] }],
    [
      'another network tells another gateway',
      { menu: NETWORKS, rows: [{ ...second(NETWORKS), gateway: '172.16.0.2' }] },
    ],
    [
      'an option that no network of ours names changes',
      { menu: OPTIONS, rows: [{ ...second(OPTIONS), value: "'b'" }] },
    ],
    [
      'a client of the same server gets a free address',
      { menu: LEASES, rows: [{ server: 'office', 'mac-address': '00:00:5E:00:53:09', address: '192.168.88.60' }] },
    ],
    ['the lease of another client goes', { menu: LEASES, dropped: [second(LEASES)] }],
    [
      'a client of another server gets an address that the controller has here',
      {
        held: { [LEASES]: [] },
        menu: LEASES,
        rows: [{ server: 'guests', 'mac-address': '00:00:5E:00:53:09', address: '192.168.88.50' }],
      },
    ],
    ['the comment of our server changes', { menu: SERVERS, rows: [{ ...first(SERVERS), comment: 'x' }] }],
    [
      'a server comes that is disabled',
      { held: { [SERVERS]: [] }, menu: SERVERS, rows: [{ name: 'new', interface: 'bridge', disabled: 'true' }] },
    ],
    [
      'our server goes, and the controller comes through ether1',
      { path: GATEWAY, menu: SERVERS, dropped: [first(SERVERS)] },
    ],
    [
      'the network of our server goes, and the controller comes through ether1',
      { path: GATEWAY, menu: NETWORKS, dropped: [first(NETWORKS)] },
    ],
    [
      'a server with a script goes',
      { held: { [SERVERS]: [{ ...second(SERVERS), 'lease-script': 'x' }] }, menu: SERVERS, dropped: [second(SERVERS)] },
    ],
  ])('%s', (_, tried) => {
    expect(reasons(tried)).toBe('');
  });
});

it('knows who has a lease by what the router tells of it besides configuration', () => {
  const lease: Row = {
    server: 'office',
    'mac-address': '00:00:5E:00:53:01',
    'active-address': '192.168.88.50',
    'active-mac-address': '00:00:5E:00:53:01',
    status: 'bound',
  };
  const told = ['status', 'active-address', 'active-mac-address'];
  const read = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !told.includes(name)));
  const path = pathOf({ ...HELD, [LEASES]: [lease] });
  const wanted = { server: 'office', 'mac-address': '00:00:5E:00:53:01', 'block-access': 'true' };
  for (const live of [printed([lease]), printed([lease]).map(read)])
    expect(reasonsFor(LEASES, live, [wanted], [], path)).toMatch(/the controller \(192\.168\.88\.50\)/);
});
