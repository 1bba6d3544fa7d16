import { connectedRoutes } from '../engine/network.ts';
import { uplinkOf } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { covers, ip4, ip4Of, prefix } from '../kinds/address.ts';
import { bool, nonEmptyText, number, oneOf, presence, reference } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { comment, fieldsOf, rareFlag, state, wordsOf } from './fields.ts';
import { learntBy, learntNetwork } from './routing.ts';

/** Connected routes count from here, static ones from `*80000001` (routeros-rest.md §3.1). */
const connectedIds = 0x20_18_0a_00;

/** /ip/route (routeros-rest.md §5.20, presence rules §3.2). */
export const route: MenuSpec = {
  path: '/ip/route',
  shape: 'list',
  noun: 'route',
  source: 'routeros-rest.md §5.20',
  firstId: 0x80_00_00_01,
  unsetSince: '7.12',
  key: ['dst-address', 'gateway'],
  fields: {
    'dst-address': { kind: prefix, default: '0.0.0.0/0' },
    gateway: { kind: nonEmptyText },
    distance: { kind: number(1, 255), default: '1' },
    'routing-table': { kind: nonEmptyText, default: 'main' },
    scope: { kind: number(0, 255), default: '30' },
    'target-scope': { kind: number(0, 255), default: '10' },
    'pref-src': { kind: ip4 },
    'check-gateway': { kind: oneOf('none', 'arp', 'ping', 'bfd') },
    blackhole: { kind: presence },
    'vrf-interface': { kind: reference('/interface') },
    disabled: { kind: bool, show: 'true' },
    comment,
    dynamic: { ...state, default: 'false' },
    static: { ...state, default: 'true' },
    active: rareFlag,
    inactive: { ...state, default: 'false' },
    'immediate-gw': { ...state, show: 'always' },
    'local-address': state,
    ecmp: rareFlag,
    ...fieldsOf(rareFlag, ...wordsOf('connect dhcp bgp ospf rip vpn modem hw-offloaded')),
  },
  initial: () => [{ 'dst-address': '0.0.0.0/0', gateway: '10.255.0.254', comment: 'uplink' }],
  prepare(router, next, _before, args) {
    for (const gateway of (args['gateway'] ?? '').split(',').filter((part) => part !== '')) {
      const name = gateway.split('%').at(-1) ?? '';
      if (ip4Of(name) === undefined && !isInterface(router, name)) {
        throw refusal('badGateway');
      }
    }
    return next;
  },
  computed(router, row) {
    const gateway = row.values['gateway'] ?? '';
    const through = connectedRoutes(router).find(
      (connected) => connected.interface === gateway || covers(connected.destination, gateway),
    );
    return through === undefined
      ? { inactive: 'true', 'immediate-gw': '' }
      : { active: 'true', 'immediate-gw': `${gateway}%${through.interface}` };
  },
  finish: (printed) => (printed['disabled'] === 'true' ? disabledRoute(printed) : printed),
  live: (router) => [
    ...connectedRoutes(router).map((connected, index) => ({
      '.id': `*${(connectedIds + index).toString(16).toUpperCase()}`,
      active: 'true',
      connect: 'true',
      distance: '0',
      'dst-address': connected.destination,
      dynamic: 'true',
      gateway: connected.interface,
      'immediate-gw': connected.interface,
      inactive: 'false',
      'local-address': `${connected.address}%${connected.interface}`,
      'routing-table': 'main',
      scope: '10',
      'target-scope': '5',
    })),
    ...(router.facts.surroundings === undefined ? [] : learntRoutes(router)),
  ],
};

/** Those of protocols count from here: nobody has shown where. */
const learntIds = { dhcp: 0x80_00_f0_00, bgp: 0x40_18_00_00, ospf: 0x60_18_00_00 };

/** What the uplink tells by DHCP, which a static route beats, by OSPF and by BGP. */
function learntRoutes(router: RouterState): readonly Properties[] {
  const uplink = uplinkOf(router);
  if (uplink === undefined) {
    return [];
  }
  const through = { gateway: uplink.gateway, 'immediate-gw': `${uplink.gateway}%${uplink.interface}` };
  const row = (kind: keyof typeof learntIds, index: number, values: Properties): Properties => ({
    '.id': `*${(learntIds[kind] + index).toString(16).toUpperCase()}`,
    ...Object.fromEntries(
      Object.entries({
        ...through,
        [kind]: 'true',
        dynamic: 'true',
        inactive: 'false',
        'routing-table': 'main',
        scope: '40',
        'target-scope': '10',
        ...values,
      }).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  });
  const learnt = (kind: 'bgp' | 'ospf', distance: string): readonly Properties[] =>
    Array.from({ length: learntBy(router, kind) }, (_, index) =>
      row(kind, index, { active: 'true', distance, 'dst-address': learntNetwork(router, kind, index) }),
    );
  return [
    row('dhcp', 0, { distance: '5', 'dst-address': '0.0.0.0/0' }),
    ...learnt('ospf', '110'),
    ...learnt('bgp', '20'),
  ];
}

function isInterface(router: RouterState, name: string): boolean {
  return tableOf(router, '/interface').rows.some((row) => row.values['name'] === name);
}

function disabledRoute(printed: Properties): Properties {
  const shown = ['.id', 'comment', 'disabled', 'dst-address', 'gateway', 'inactive', 'static'];
  return Object.fromEntries(Object.entries({ ...printed, inactive: 'false' }).filter(([name]) => shown.includes(name)));
}
