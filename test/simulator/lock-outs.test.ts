import { describe, expect, it } from 'vitest';
import { type Change, type DesiredState, makePlan } from '#differ';
import { connectRouter } from '#routeros/rest';
import type { MenuPath, Row } from '#routeros';
import { list, declared } from '#test/planning.ts';
import { readListUsers, readManagementPath } from '../../controller/device/path-facts.ts';
import { proveManagementPath, readsOf } from '../../controller/policy/management-path.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';
import { call, oneRouter, type OneRouter } from './rest.ts';

const FILTER = [
  { chain: 'input', action: 'accept', 'connection-state': 'untracked' },
  { chain: 'input', action: 'drop', 'in-interface-list': '!LAN' },
];
const RAW = [{ chain: 'prerouting', action: 'drop', 'in-interface-list': 'WAN' }];

/** The client in the LAN, behind a port of the default bridge, of which only ether2 runs. */
const IN_LAN = {
  seenFrom: '192.168.88.9',
  menus: {
    '/ip/firewall/filter': FILTER,
    '/ip/firewall/raw': RAW,
    '/interface/bridge': [{ name: 'guests' }],
    '/interface/bridge/port': [2, 3, 4, 5].map((at) => ({ interface: `ether${at}`, bridge: 'bridge' })),
  },
};
/** The client in a VLAN on that bridge. */
const IN_VLAN = {
  seenFrom: '10.10.10.9',
  menus: {
    ...IN_LAN.menus,
    '/interface/vlan': [{ name: 'vlan10', interface: 'bridge', 'vlan-id': '10' }],
    '/ip/address': [{ address: '10.10.10.1/24', interface: 'vlan10' }],
    '/interface/list/member': [{ list: 'LAN', interface: 'vlan10' }],
  },
};
/** The client on a cable of its own, where the firewall lets it in. */
const ON_CABLE = {
  seenFrom: '10.255.0.2',
  menus: {
    ...IN_LAN.menus,
    '/ip/firewall/filter': [{ chain: 'input', action: 'drop', 'in-interface-list': '!WAN' }],
    '/ip/firewall/raw': [],
  },
};

type Place = typeof IN_LAN | typeof IN_VLAN | typeof ON_CABLE;

const off = (name: string): readonly [MenuPath, readonly Row[]] => ['/interface', [{ name, disabled: 'true' }]];
const port = (name: string, bridge: string, more: Row = {}): readonly [MenuPath, readonly Row[]] => [
  '/interface/bridge/port',
  [{ interface: name, bridge, ...more }],
];
const member = (of: string, name: string, disabled = 'false'): readonly [MenuPath, readonly Row[]] => [
  '/interface/list/member',
  [{ list: of, interface: name, disabled }],
];

const CASES: readonly (readonly [string, Place, readonly [MenuPath, readonly Row[]], 'cut' | 'open'])[] = [
  ['the port switched off', IN_LAN, off('ether2'), 'cut'],
  ['the bridge switched off', IN_LAN, off('bridge'), 'cut'],
  [
    'the bridge switched off by its own menu',
    IN_LAN,
    ['/interface/bridge', [{ name: 'bridge', disabled: 'true' }]],
    'cut',
  ],
  ['ARP switched off', IN_LAN, ['/interface/bridge', [{ name: 'bridge', arp: 'disabled' }]], 'cut'],
  ['the port moved to another bridge', IN_LAN, port('ether2', 'guests'), 'cut'],
  ['the port row switched off', IN_LAN, port('ether2', 'bridge', { disabled: 'true' }), 'cut'],
  ['the bridge off the list that the firewall lets in', IN_LAN, member('LAN', 'bridge', 'true'), 'cut'],
  ['the bridge on the list that raw drops', IN_LAN, member('WAN', 'bridge'), 'cut'],
  ['the VLAN switched off', IN_VLAN, off('vlan10'), 'cut'],
  ['the port below the VLAN moved away', IN_VLAN, port('ether2', 'guests'), 'cut'],
  ['the VLAN off the list', IN_VLAN, member('LAN', 'vlan10', 'true'), 'cut'],
  ['the cable switched off', ON_CABLE, off('ether1'), 'cut'],
  ['the cable made a port', ON_CABLE, port('ether1', 'bridge'), 'cut'],
  ['the cable off the list', ON_CABLE, member('WAN', 'ether1', 'true'), 'cut'],
  ['a port that does not run moved away', IN_LAN, port('ether3', 'guests'), 'open'],
  ['the uplink switched off', IN_LAN, off('ether1'), 'open'],
  ['the uplink made a port', IN_LAN, port('ether1', 'guests'), 'open'],
  ['the other bridge switched off', IN_LAN, off('guests'), 'open'],
  ['the other bridge on the list', IN_LAN, member('LAN', 'guests'), 'open'],
  ['the uplink off the list that raw drops', IN_LAN, member('WAN', 'ether1', 'true'), 'open'],
  ['multicast on the bridge', IN_LAN, ['/interface/bridge', [{ name: 'bridge', 'igmp-snooping': 'true' }]], 'open'],
  ['the bridge of the LAN switched off', ON_CABLE, off('bridge'), 'open'],
  ['a port of the LAN moved away', ON_CABLE, port('ether2', 'guests'), 'open'],
];

/** What the proof says of the plan, read of the router itself. */
async function proofOf(one: OneRouter, place: Place, wish: readonly [MenuPath, readonly Row[]]): Promise<Proven> {
  const [menu, rows] = wish;
  const session = connectRouter({ url: one.router.url, username: 'ctl', password: 'pw' });
  try {
    const live = { menus: { [menu]: await session.print(menu) } };
    const desired: DesiredState = { menus: { [menu]: list(declared(rows)) } };
    const plan = makePlan({ desired, base: null, live });
    expect(plan.heldBack ?? []).toEqual([]);
    const reached = { declared: null, dialled: place.seenFrom.replace(/\d+$/, '1') };
    const path = await readManagementPath(session, 'ctl', reached, await readListUsers(session), readsOf(plan));
    const gate = proveManagementPath(plan, live, path);
    return { changes: plan.changes, refused: gate.open ? '' : reasonsText(gate.reasons) };
  } finally {
    await session.close();
  }
}

interface Proven {
  readonly changes: readonly Change[];
  readonly refused: string;
}

function byHand(one: OneRouter, change: Change): void {
  const { menu, kind } = change;
  const verb = { create: 'add', set: 'set', remove: 'remove', move: 'move' }[kind];
  const where = kind === 'create' ? {} : { where: { ...change.match } };
  const args = kind === 'create' || kind === 'set' ? { args: { ...change.fields } } : {};
  one.router.human.change({ user: 'anna', menu, verb, ...where, ...args });
}

describe('what the proof says of a change, the router shows', () => {
  it.each(CASES)('%s', async (_, place, wish, expected) => {
    const one = await oneRouter(place, 2000);
    try {
      expect((await call(one.router, 'GET', '/system/identity')).status).toBe(200);
      const { changes, refused } = await proofOf(one, place, wish);
      expect(changes.length).toBeGreaterThan(0);
      for (const change of changes) byHand(one, change);
      const reached = await call(one.router, 'GET', '/system/identity').then(
        ({ status }) => status === 200,
        () => false,
      );
      expect([refused === '' ? 'not refused' : refused, reached ? 'open' : 'cut']).toEqual([
        expected === 'cut' ? expect.stringContaining(`controller ${place.seenFrom} → `) : 'not refused',
        expected,
      ]);
    } finally {
      await one.fleet.close();
    }
  });
});
