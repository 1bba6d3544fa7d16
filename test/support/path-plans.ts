import { reasonsText } from '../../controller/policy/reason-text.ts';
import { expect } from 'vitest';
import { makePlan, type DesiredState, type LiveState, type Plan } from '#differ';
import type { MenuPath, Row } from '#routeros';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';
import { proveManagementPath } from '../../controller/policy/management-path.ts';

/** What the router of PATH holds in /ip/address. */
export const ADDRESSES: readonly Row[] = [
  {
    '.id': '*1',
    address: '10.10.0.1/24',
    interface: 'ether1',
    dynamic: 'false',
    disabled: 'false',
    network: '10.10.0.0',
  },
  {
    '.id': '*2',
    address: '192.168.88.1/24',
    interface: 'bridge',
    dynamic: 'false',
    disabled: 'false',
    network: '192.168.88.0',
  },
];

/** The controller (10.255.0.2) comes in through ether1's gateway. */
export const PATH: ManagementPath = {
  controllers: ['10.255.0.2'],
  declared: null,
  dialled: '10.10.0.1',
  addresses: ADDRESSES,
  routes: [
    { 'dst-address': '0.0.0.0/0', gateway: '10.10.0.254', active: 'true', static: 'true' },
    { 'dst-address': '10.10.0.0/24', gateway: 'ether1', active: 'true', connect: 'true' },
  ],
  interfaces: [
    { name: 'ether1', type: 'ether', running: 'true' },
    { name: 'bridge', type: 'bridge', running: 'true' },
  ],
  carriers: [],
  otherTables: [],
  routingFilters: [],
  addressUsers: [],
  rows: {},
  unread: [],
  rules: [
    { table: 'filter', chain: 'input', action: 'accept', 'src-address-list': 'management' },
    { table: 'filter', chain: 'input', action: 'drop', 'src-address-list': 'blocked' },
    { table: 'raw', chain: 'prerouting', action: 'drop', 'src-address-list': 'bogons' },
  ],
};

/** Who declares the rows of these plans. */
export const OWNERS = ['site'];

/** A plan that brings one list menu to exactly these rows. */
function planFor(
  menu: MenuPath,
  live: readonly Row[],
  rows: readonly Row[],
  dropped: readonly Row[] = [],
): { plan: Plan; state: LiveState } {
  const list = (fields: readonly Row[]): DesiredState => ({
    menus: {
      [menu]: {
        shape: 'list',
        declaredBy: OWNERS,
        unlisted: 'tolerate',
        rows: fields.map((row) => ({ fields: row, owners: OWNERS })),
      },
    },
  });
  const state: LiveState = { menus: { [menu]: live } };
  return { plan: makePlan({ desired: list(rows), base: list([...rows, ...dropped]), live: state }), state };
}

/**
 * Why a plan that brings the menu to these rows is refused; empty: it is not. @throws when there is nothing to change.
 */
export function reasonsFor(
  menu: MenuPath,
  live: readonly Row[],
  rows: readonly Row[],
  dropped: readonly Row[] = [],
  path = PATH,
): string {
  const { plan, state } = planFor(menu, live, rows, dropped);
  expect(plan.changes.length).toBeGreaterThan(0);
  const gate = proveManagementPath(plan, state, path);
  return gate.open ? '' : reasonsText(gate.reasons);
}

/** Why a plan that brings PATH's addresses to these rows is refused. */
export function addresses(rows: readonly Row[], dropped: readonly Row[] = [], path = PATH): string {
  return reasonsFor('/ip/address', ADDRESSES, rows, dropped, path);
}

/** One entry of an address list, as declared. */
export function entry(list: string, address: string): Row {
  return { list, address };
}

export const LIST: MenuPath = '/ip/firewall/address-list';

/** Entries as the router prints them. */
export function listed(rows: readonly Row[]): readonly Row[] {
  return rows.map((row, at) => ({ ...row, '.id': `*${at + 1}`, dynamic: 'false', disabled: 'false' }));
}
