import type { MenuPath, Row } from '#routeros';
import { expect } from 'vitest';
import { type DesiredState, type LiveState, makePlan } from '#differ';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';
import { proveManagementPath } from '../../controller/policy/management-path.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';
import { OWNERS } from './path-plans.ts';

const ON = { disabled: 'false', dynamic: 'false' };

function link(name: string, type: string, mac: string, running = 'true'): Row {
  return { name, type, running, disabled: 'false', 'mac-address': `02:00:00:00:00:${mac}` };
}

function port(name: string, bridge: string): Row {
  return { interface: name, bridge, ...ON };
}

/**
 * What a router at a site holds. bridge1 is the LAN (ether2 to ether5, of which the first three run), bridge2 is for
 * guests (ether6), vlan10 stands on bridge1, bond1 has the two uplinks ether7 and ether8, ether1 leads out.
 */
export const ROUTER: Readonly<Record<MenuPath, readonly Row[]>> = Object.fromEntries(
  Object.entries({
    '/interface': [
      link('ether1', 'ether', '01'),
      link('ether2', 'ether', '02'),
      link('ether3', 'ether', '03'),
      link('ether4', 'ether', '04'),
      link('ether5', 'ether', '05', 'false'),
      link('ether6', 'ether', '06'),
      link('ether7', 'ether', '07'),
      link('ether8', 'ether', '08'),
      link('ether9', 'ether', '09'),
      { ...link('ether10', 'ether', '0A', 'false'), disabled: 'true' },
      link('bridge1', 'bridge', '04'),
      link('bridge2', 'bridge', '06'),
      link('vlan10', 'vlan', '04'),
      link('bond1', 'bond', '07'),
    ],
    '/interface/bridge': [
      { name: 'bridge1', 'auto-mac': 'true', 'mac-address': '02:00:00:00:00:04', 'protocol-mode': 'rstp', ...ON },
      { name: 'bridge2', 'auto-mac': 'true', 'mac-address': '02:00:00:00:00:06', 'protocol-mode': 'rstp', ...ON },
    ],
    '/interface/bridge/port': [
      port('ether4', 'bridge1'),
      port('ether2', 'bridge1'),
      port('ether3', 'bridge1'),
      port('ether5', 'bridge1'),
      port('ether6', 'bridge2'),
    ],
    '/interface/vlan': [{ name: 'vlan10', interface: 'bridge1', 'vlan-id': '10', ...ON }],
    '/interface/bonding': [{ name: 'bond1', slaves: 'ether7,ether8', ...ON }],
    '/interface/list': [
      { name: 'LAN', ...ON, builtin: 'false' },
      { name: 'WAN', ...ON, builtin: 'false' },
      { name: 'TRUSTED', include: 'LAN', ...ON, builtin: 'false' },
      { name: 'PRINTERS', ...ON, builtin: 'false' },
    ],
    '/interface/list/member': [
      { list: 'LAN', interface: 'bridge1', ...ON },
      { list: 'WAN', interface: 'ether1', ...ON },
      { list: 'PRINTERS', interface: 'ether9', ...ON },
    ],
    '/ip/address': [
      { address: '192.0.2.1/24', network: '192.0.2.0', interface: 'bridge1', ...ON },
      { address: '10.10.10.1/24', network: '10.10.10.0', interface: 'vlan10', ...ON },
      { address: '172.16.0.1/24', network: '172.16.0.0', interface: 'bridge2', ...ON },
      { address: '198.51.100.2/30', network: '198.51.100.0', interface: 'ether1', ...ON },
      { address: '10.20.0.1/24', network: '10.20.0.0', interface: 'bond1', ...ON },
    ],
    '/ip/arp': [{ address: '192.0.2.10', interface: 'bridge1', 'mac-address': '02:00:5E:00:00:10', complete: 'true' }],
    '/interface/bridge/host': [
      { bridge: 'bridge1', 'mac-address': '02:00:5E:00:00:10', 'on-interface': 'ether2', local: 'false' },
    ],
    '/tool/mac-server': [{ 'allowed-interface-list': 'LAN' }],
    '/tool/mac-server/mac-winbox': [{ 'allowed-interface-list': 'TRUSTED' }],
    '/ip/neighbor/discovery-settings': [{ 'discover-interface-list': '!WAN' }],
  }).map(([menu, rows]) => [menu, rows.map((row, at) => ({ '.id': `*${at + 1}`, ...row }))]),
);

/** The controller sits in the LAN, behind ether2 of bridge1 as the bridge has learnt it. */
export const LAN: ManagementPath = {
  controllers: ['192.0.2.10'],
  declared: null,
  dialled: '192.0.2.1',
  routes: [{ 'dst-address': '0.0.0.0/0', gateway: '198.51.100.1', active: 'true', static: 'true' }],
  addresses: ROUTER['/ip/address'] ?? [],
  interfaces: ROUTER['/interface'] ?? [],
  carriers: [],
  rules: [
    { table: 'filter', chain: 'input', action: 'accept', 'connection-state': 'established,related' },
    { table: 'filter', chain: 'input', action: 'drop', 'in-interface-list': '!LAN', comment: 'all but LAN' },
    { table: 'filter', chain: 'forward', action: 'drop', 'in-interface-list': 'PRINTERS' },
    { table: 'nat', chain: 'srcnat', action: 'masquerade', 'out-interface-list': 'WAN' },
    { table: 'raw', chain: 'prerouting', action: 'drop', 'in-interface-list': 'WAN', 'src-address-list': 'bogons' },
  ],
  otherTables: [],
  routingFilters: [],
  addressUsers: [],
  rows: ROUTER,
  unread: [],
};

/** The bridge has not learnt where the controller is: every port that runs may be it. */
export const UNLEARNT: ManagementPath = { ...LAN, rows: { ...ROUTER, '/interface/bridge/host': [] } };
/** It comes through a gateway in vlan10. */
export const TAGGED: ManagementPath = {
  ...LAN,
  controllers: ['10.9.0.5'],
  dialled: '10.10.10.1',
  routes: [...LAN.routes, { 'dst-address': '10.9.0.0/24', gateway: '10.10.10.254', active: 'true', static: 'true' }],
  rules: [{ table: 'filter', chain: 'input', action: 'accept', 'in-interface-list': 'MGMT' }],
};
/** It comes over two cables that are one link. */
export const BONDED: ManagementPath = { ...LAN, controllers: ['10.20.0.9'], dialled: '10.20.0.1' };
/** It comes from outside. */
export const OUTSIDE: ManagementPath = { ...LAN, controllers: ['203.0.113.7'], dialled: '198.51.100.2' };

/** What a plan is made from: for each menu the rows that are declared, and those that were and are no more. */
export interface Wish {
  readonly rows?: Readonly<Record<MenuPath, readonly Row[]>>;
  readonly dropped?: Readonly<Record<MenuPath, readonly Row[]>>;
}

/** Why the plan is refused that brings the router there; empty: it is not. @throws when there is nothing to change. */
export function refusedFor({ rows = {}, dropped = {} }: Wish, path: ManagementPath): string {
  const menus = [...new Set([...Object.keys(rows), ...Object.keys(dropped)])] as MenuPath[];
  const stateOf = (of: (menu: MenuPath) => readonly Row[]): DesiredState => ({
    menus: Object.fromEntries(
      menus.map((menu) => [
        menu,
        {
          shape: 'list' as const,
          declaredBy: OWNERS,
          unlisted: 'tolerate' as const,
          rows: of(menu).map((fields) => ({ fields, owners: OWNERS })),
        },
      ]),
    ),
  });
  const live: LiveState = {
    menus: Object.fromEntries(
      menus.map((menu) => [menu, menu === '/interface' ? path.interfaces : (path.rows[menu] ?? [])]),
    ),
  };
  const plan = makePlan({
    desired: stateOf((menu) => rows[menu] ?? []),
    base: stateOf((menu) => [...(rows[menu] ?? []), ...(dropped[menu] ?? [])]),
    live,
  });
  expect(plan.heldBack ?? []).toEqual([]);
  expect(plan.changes.length).toBeGreaterThan(0);
  const gate = proveManagementPath(plan, live, path);
  return gate.open ? '' : reasonsText(gate.reasons);
}
