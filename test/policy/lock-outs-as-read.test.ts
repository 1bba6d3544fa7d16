import { expect, it } from 'vitest';
import { type DesiredState, makePlan, type LiveState } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { OWNERS } from '#test/path-plans.ts';
import { LAN, ROUTER } from '#test/path-router.ts';
import { proveManagementPath } from '../../controller/policy/management-path.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';
import type { DeviceSession } from '../../controller/ports.ts';
import { readLive } from '../../controller/device/live.ts';

/** As a pass reads it: configuration alone. */
async function read(menus: readonly MenuPath[], rows: ManagementPath['rows']): Promise<LiveState> {
  const session = {
    print: (menu: MenuPath, properties?: readonly string[]) =>
      Promise.resolve(
        (rows[menu] ?? []).map((row) =>
          Object.fromEntries(Object.entries(row).filter(([name]) => properties?.includes(name) ?? true)),
        ),
      ),
  } as unknown as DeviceSession;
  return await readLive(session, menus);
}

async function refused(wanted: Readonly<Record<MenuPath, readonly Row[]>>, path: ManagementPath): Promise<string> {
  const menus = Object.keys(wanted) as MenuPath[];
  const live = await read(menus, path.rows);
  const desired: DesiredState = {
    menus: Object.fromEntries(
      menus.map((menu) => [
        menu,
        {
          shape: 'list' as const,
          declaredBy: OWNERS,
          unlisted: 'tolerate' as const,
          rows: (wanted[menu] ?? []).map((fields) => ({ fields, owners: OWNERS })),
        },
      ]),
    ),
  };
  const plan = makePlan({ desired, base: null, live });
  expect(plan.heldBack ?? []).toEqual([]);
  expect(plan.changes.length).toBeGreaterThan(0);
  const gate = proveManagementPath(plan, live, path);
  return gate.open ? '' : reasonsText(gate.reasons);
}

it('a far interface may go off', async () => {
  expect(await refused({ '/interface': [{ name: 'ether9', disabled: 'true' }] }, LAN)).toBe('');
});
it('a far bridge may change', async () => {
  expect(
    await refused({ '/interface/bridge': [{ name: 'bridge2', disabled: 'false', 'igmp-snooping': 'true' }] }, LAN),
  ).toBe('');
});
it('the port of the controller does not go off', async () => {
  expect(await refused({ '/interface': [{ name: 'ether2', disabled: 'true' }] }, LAN)).not.toBe('');
});
it('an interface does not wake an address nearer to the controller', async () => {
  const addresses: readonly Row[] = [
    ...(ROUTER['/ip/address'] ?? []),
    {
      '.id': '*9',
      address: '192.0.2.9/28',
      network: '192.0.2.0',
      interface: 'ether10',
      disabled: 'false',
      invalid: 'true',
    },
  ];
  const path = { ...LAN, addresses, rows: { ...LAN.rows, '/ip/address': addresses } };
  const one = await refused(
    {
      '/interface': [{ name: 'ether10', disabled: 'false' }],
      '/ip/address': [{ address: '192.0.2.1/24', interface: 'bridge1', disabled: 'false' }],
    },
    path,
  );
  expect(one).not.toBe('');
});

/** The controller comes over a VLAN on ether9; a list is a port of bridge2. */
const ON_VLAN: ManagementPath = (() => {
  const addresses: readonly Row[] = [
    ...LAN.addresses,
    {
      '.id': '*9',
      address: '10.30.0.1/24',
      network: '10.30.0.0',
      interface: 'vlan30',
      disabled: 'false',
      dynamic: 'false',
    },
  ];
  const interfaces: readonly Row[] = [
    ...LAN.interfaces,
    {
      '.id': '*99',
      name: 'vlan30',
      type: 'vlan',
      running: 'true',
      disabled: 'false',
      'mac-address': '02:00:00:00:00:09',
    },
  ];
  const rows: ManagementPath['rows'] = {
    ...LAN.rows,
    '/ip/address': addresses,
    '/interface': interfaces,
    '/interface/vlan': [
      ...(ROUTER['/interface/vlan'] ?? []),
      { '.id': '*9', name: 'vlan30', interface: 'ether9', 'vlan-id': '30', disabled: 'false' },
    ],
    '/interface/list/member': (ROUTER['/interface/list/member'] ?? []).filter((row) => row['list'] !== 'PRINTERS'),
    '/interface/bridge/port': [
      ...(ROUTER['/interface/bridge/port'] ?? []),
      { '.id': '*20', interface: 'PRINTERS', bridge: 'bridge2', disabled: 'false', dynamic: 'false' },
    ],
  };
  return { ...LAN, controllers: ['10.30.0.9'], dialled: '10.30.0.1', addresses, interfaces, rows };
})();
const joins: Readonly<Record<MenuPath, readonly Row[]>> = {
  '/interface/list/member': [{ list: 'PRINTERS', interface: 'ether9', disabled: 'false' }],
};

it('the wire below our VLAN does not become a port by a list', async () => {
  expect(await refused(joins, ON_VLAN)).not.toBe('');
});
it('nor where interfaces are declared too', async () => {
  expect(await refused({ ...joins, '/interface': [{ name: 'ether9' }] }, ON_VLAN)).not.toBe('');
});
