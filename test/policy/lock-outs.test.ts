import { describe, expect, it } from 'vitest';
import type { Row } from '#routeros';
import { BONDED, LAN, OUTSIDE, refusedFor, ROUTER, TAGGED, UNLEARNT, type Wish } from '#test/path-router.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';

const off = (name: string): Wish => ({ rows: { '/interface': [{ name, disabled: 'true' }] } });
const on = (name: string): Wish => ({ rows: { '/interface': [{ name, disabled: 'false' }] } });
const bridge = (fields: Row): Wish => ({ rows: { '/interface/bridge': [fields] } });
const ports = (...rows: readonly Row[]): Wish => ({ rows: { '/interface/bridge/port': rows } });
const noPort = (name: string, of = 'bridge1'): Wish => ({
  dropped: { '/interface/bridge/port': [{ interface: name, bridge: of }] },
});
const member = (list: string, name: string): Wish => ({
  rows: { '/interface/list/member': [{ list, interface: name, disabled: 'false' }] },
});
const noMember = (list: string, name: string): Wish => ({
  dropped: { '/interface/list/member': [{ list, interface: name }] },
});
const list = (fields: Row): Wish => ({ rows: { '/interface/list': [fields] } });

/** The path with rows of some menus, or the rules, replaced. */
function having(path: ManagementPath, rows: ManagementPath['rows'], rules = path.rules): ManagementPath {
  return { ...path, rules, rows: { ...path.rows, ...rows }, addresses: rows['/ip/address'] ?? path.addresses };
}

function bridgesWith(fields: Row): ManagementPath['rows'] {
  const [first, ...others] = ROUTER['/interface/bridge'] ?? [];
  return { '/interface/bridge': [{ ...first, ...fields }, ...others] };
}

const PORTS = ROUTER['/interface/bridge/port'] ?? [];
const LISTS = ROUTER['/interface/list'] ?? [];
const MEMBERS = ROUTER['/interface/list/member'] ?? [];
const LIST_PORT: ManagementPath['rows'] = {
  '/interface/bridge/port': [...PORTS, { '.id': '*20', interface: 'PRINTERS', bridge: 'bridge2', disabled: 'false' }],
};
const LISTED = having(LAN, LIST_PORT);
const EXCLUDING = having(LAN, {
  '/interface/list': [...LISTS, { '.id': '*9', name: 'TRUSTED2' }],
  '/interface/list/member': [...MEMBERS, { '.id': '*9', list: 'TRUSTED2', interface: 'bridge1' }],
});
const BACKBONE = having(LAN, {
  '/interface/list': [...LISTS, { '.id': '*9', name: 'BACKBONE' }],
  '/interface/list/member': [
    ...MEMBERS,
    { '.id': '*9', list: 'BACKBONE', interface: 'vlan10', disabled: 'false' },
    { '.id': '*10', list: 'BACKBONE', interface: 'ether2', disabled: 'false' },
  ],
});
/** Our address stands on a port: the router lends it to the bridge. */
const ON_PORT = having(LAN, {
  '/ip/address': LAN.addresses.map((row): Row =>
    row['address'] === '192.0.2.1/24'
      ? { ...row, interface: 'ether3', 'actual-interface': 'bridge1', slave: 'true' }
      : { ...row, 'actual-interface': row['interface'] ?? '' },
  ),
});
const ON_ETHER8: readonly Row[] = [
  ...LAN.addresses,
  { '.id': '*9', address: '172.31.0.1/24', network: '172.31.0.0', interface: 'ether8', disabled: 'false' },
];
const FROM_ETHER8: readonly Row[] = [
  ...LAN.routes,
  { 'dst-address': '10.99.0.0/16', gateway: '198.51.100.1', 'pref-src': '172.31.0.1' },
];
const SLEEPING = having(LAN, {
  '/ip/address': [
    ...LAN.addresses,
    {
      '.id': '*9',
      address: '192.0.2.9/28',
      network: '192.0.2.0',
      interface: 'ether10',
      disabled: 'false',
      invalid: 'true',
    },
  ],
});
const JUMPING = having(LAN, {}, [
  { table: 'filter', chain: 'input', action: 'jump', 'jump-target': 'site' },
  { table: 'filter', chain: 'site', action: 'drop', 'in-interface-list': '!TRUSTED' },
]);
const DSTNAT = having(LAN, {}, [
  { table: 'nat', chain: 'dstnat', action: 'dst-nat', 'in-interface-list': 'PRINTERS', 'to-addresses': '192.0.2.99' },
]);
const PORT_RULE = having(LAN, {}, [
  { table: 'filter', chain: 'input', action: 'drop', 'in-bridge-port-list': 'PRINTERS' },
]);
const TUNNELLED: ManagementPath = {
  ...OUTSIDE,
  routes: [{ 'dst-address': '203.0.113.0/24', gateway: 'wg1', active: 'true' }],
  interfaces: [...OUTSIDE.interfaces, { name: 'wg1', type: 'wg', running: 'true', disabled: 'false' }],
};
/** The address that we talk to is that of the tunnel. */
const BENEATH: ManagementPath = { ...TUNNELLED, dialled: '10.8.0.1' };
const MGMT = having(TAGGED, {
  '/interface/list': [...(ROUTER['/interface/list'] ?? []), { '.id': '*8', name: 'MGMT' }],
  '/interface/list/member': [
    ...(ROUTER['/interface/list/member'] ?? []),
    { '.id': '*8', list: 'MGMT', interface: 'vlan10', disabled: 'false' },
  ],
});
const SOURCED: ManagementPath = {
  ...LAN,
  routes: [...LAN.routes, { 'dst-address': '10.99.0.0/16', gateway: '198.51.100.1', 'pref-src': '172.16.0.1' }],
};

/** What is refused: the plan, the way, and the rows or words that have to prove it. */
const LOCK_OUTS: readonly (readonly [string, Wish, ManagementPath, RegExp])[] = [
  [
    'the port behind which the controller is',
    off('ether2'),
    LAN,
    /controller 192\.0\.2\.10 → route 192\.0\.2\.0\/24 → bridge1 → port ether2\./,
  ],
  ['the bridge that has our address', off('bridge1'), LAN, /route 192\.0\.2\.0\/24 → bridge1\./],
  [
    'the same by its own menu',
    bridge({ name: 'bridge1', disabled: 'true' }),
    LAN,
    /Switching off bridge bridge1.*→ bridge1\./,
  ],
  ['any port that runs, where nothing was learnt', off('ether3'), UNLEARNT, /→ port ether3\./],
  [
    'the interface below a VLAN and its bridge',
    off('ether4'),
    TAGGED,
    /controller 10\.9\.0\.5 → route 10\.9\.0\.0\/24 via 10\.10\.10\.254 → vlan10 → bridge1 → port ether4\./,
  ],
  ['the VLAN', off('vlan10'), TAGGED, /→ vlan10\./],
  ['one cable of a bond', off('ether8'), BONDED, /→ bond1 → slave ether8\./],
  ['the bond', off('bond1'), BONDED, /route 10\.20\.0\.0\/24 → bond1\./],
  ['the way out, from outside', off('ether1'), OUTSIDE, /route 0\.0\.0\.0\/0 via 198\.51\.100\.1 → ether1\./],
  [
    'the port that goes to another bridge',
    ports({ interface: 'ether2', bridge: 'bridge2' }),
    LAN,
    /Moving port ether2 from bridge1 to bridge2.*→ port ether2\./,
  ],
  ['the port that is a port no more', noPort('ether2'), LAN, /Removing port ether2/],
  [
    'the port row switched off',
    ports({ interface: 'ether2', bridge: 'bridge1', disabled: 'true' }),
    LAN,
    /Switching off port ether2/,
  ],
  [
    'the port that asks nobody any more',
    ports({ interface: 'ether2', bridge: 'bridge1', 'broadcast-flood': 'false' }),
    LAN,
    /Changing broadcast-flood of port ether2/,
  ],
  [
    'an uplink that becomes a port',
    ports({ interface: 'ether1', bridge: 'bridge2' }),
    OUTSIDE,
    /Making ether1 a port of bridge2.*→ ether1\./,
  ],
  [
    'one cable of a bond that becomes a port',
    ports({ interface: 'ether7', bridge: 'bridge2' }),
    BONDED,
    /slave ether7/,
  ],
  [
    'a list that makes ports of what carries us',
    ports({ interface: 'WAN', bridge: 'bridge2' }),
    OUTSIDE,
    /Making ether1 a port of bridge2/,
  ],
  [
    'a member that becomes a port by its list',
    member('PRINTERS', 'ether1'),
    { ...LISTED, controllers: ['203.0.113.7'], dialled: '198.51.100.2' },
    /joins bridge2 by the list PRINTERS.*→ ether1\./,
  ],
  ['the port that lends the bridge its MAC', noPort('ether4'), LAN, /from which bridge1 may take its MAC/],
  [
    'a loop around a bridge without spanning tree',
    ports({ interface: 'ether9', bridge: 'bridge1' }),
    having(LAN, bridgesWith({ 'protocol-mode': 'none' })),
    /no spanning tree against a loop/,
  ],
  ['ARP that nobody answers', bridge({ name: 'bridge1', arp: 'reply-only' }), LAN, /Changing arp of bridge bridge1/],
  [
    'another MAC for the bridge',
    bridge({ name: 'bridge1', 'auto-mac': 'false', 'admin-mac': '02:00:00:00:00:77' }),
    LAN,
    /Changing auto-mac, admin-mac of bridge bridge1/,
  ],
  ['another MTU for the bridge', bridge({ name: 'bridge1', mtu: '9000' }), LAN, /Changing mtu of bridge bridge1/],
  ['DHCP snooping on the bridge', bridge({ name: 'bridge1', 'dhcp-snooping': 'true' }), LAN, /Changing dhcp-snooping/],
  [
    'the bridge that leaves the list which the firewall lets in',
    noMember('LAN', 'bridge1'),
    LAN,
    /bridge1: it leaves "LAN", which a filter rule \(input, drop\) "all but LAN" uses/,
  ],
  [
    'the member switched off',
    { rows: { '/interface/list/member': [{ list: 'LAN', interface: 'bridge1', disabled: 'true' }] } },
    LAN,
    /it leaves "LAN"/,
  ],
  [
    'a list that no longer includes the other',
    list({ name: 'TRUSTED', include: '' }),
    JUMPING,
    /it leaves "TRUSTED", which a filter rule \(site, drop\) uses/,
  ],
  [
    'a list that excludes us again',
    list({ name: 'TRUSTED', include: 'LAN', exclude: 'TRUSTED2' }),
    having(EXCLUDING, {}, JUMPING.rules),
    /it leaves "TRUSTED"/,
  ],
  [
    'a member of its own that leaves a list which excludes it too',
    noMember('LAN', 'bridge1'),
    having(LAN, {
      '/interface/list': LISTS.map((row): Row => (row['name'] === 'LAN' ? { ...row, exclude: 'PRINTERS' } : row)),
      '/interface/list/member': [...MEMBERS, { '.id': '*9', list: 'PRINTERS', interface: 'bridge1' }],
    }),
    /it leaves "LAN"/,
  ],
  [
    'what a tunnel may rest on, as a port by its list',
    member('PRINTERS', 'ether1'),
    having(BENEATH, LIST_PORT),
    /changes of the list PRINTERS, which is a port of bridge2, cannot be proven harmless/,
  ],
  [
    'an interface with the preferred source of a route, as a port by its list',
    member('PRINTERS', 'ether8'),
    { ...having(LISTED, { '/ip/address': ON_ETHER8 }), routes: FROM_ETHER8 },
    /172\.31\.0\.1\/24 takes away the preferred source address/,
  ],
  [
    'the bridge on a list by which bridges stop frames',
    member('PRINTERS', 'bridge1'),
    having(LAN, { '/interface/bridge/filter': [{ chain: 'input', action: 'drop', 'in-bridge-list': 'PRINTERS' }] }),
    /A row of \/interface\/bridge\/filter \(input, drop\) uses an interface list/,
  ],
  [
    'our port on a list that such a list includes',
    member('PRINTERS', 'ether2'),
    having(LAN, {
      '/interface/list': [...LISTS, { '.id': '*9', name: 'DEVICES', include: 'PRINTERS' }],
      '/interface/bridge/nat': [{ chain: 'dstnat', action: 'drop', 'in-interface-list': '!DEVICES' }],
    }),
    /A row of \/interface\/bridge\/nat/,
  ],
  [
    'a list on whose interfaces OSPF speaks',
    noMember('BACKBONE', 'vlan10'),
    having(BACKBONE, { '/routing/ospf/interface-template': [{ interfaces: 'BACKBONE', disabled: 'false' }] }),
    /A row of \/routing\/ospf\/interface-template/,
  ],
  [
    'a list on which DHCP clients are made',
    member('PRINTERS', 'ether3'),
    having(LAN, { '/interface/detect-internet': [{ 'detect-interface-list': 'PRINTERS' }] }),
    /A row of \/interface\/detect-internet/,
  ],
  [
    'a list where access points find a manager',
    member('PRINTERS', 'ether3'),
    having(LAN, { '/interface/wifi/capsman': [{ enabled: 'true', interfaces: 'PRINTERS' }] }),
    /A row of \/interface\/wifi\/capsman/,
  ],
  [
    'a list whose interfaces a VRF takes',
    member('PRINTERS', 'bridge1'),
    { ...LAN, otherTables: [{ menu: '/ip/vrf', name: 'guests', interfaces: 'ether9,PRINTERS' }] },
    /A row of \/ip\/vrf/,
  ],
  [
    'a list of ports on which a VLAN is tagged',
    noMember('BACKBONE', 'ether2'),
    having(BACKBONE, {
      '/interface/bridge/vlan': [{ bridge: 'bridge1', 'vlan-ids': '10', tagged: 'bridge1,BACKBONE' }],
    }),
    /A row of \/interface\/bridge\/vlan/,
  ],
  [
    'a list on which 802.1X is asked for',
    member('PRINTERS', 'ether2'),
    having(LAN, { '/interface/dot1x/server': [{ interface: 'PRINTERS', disabled: 'false' }] }),
    /A row of \/interface\/dot1x\/server/,
  ],
  [
    'a member of a list in rules, while it is not known what the way rests on',
    member('WAN', 'ether9'),
    TUNNELLED,
    /^What wg1 \(wg\) rests on is not modelled, so the controller may come over ether9, and rules use the list WAN\./,
  ],
  [
    'the same while the way is not known',
    member('WAN', 'ether9'),
    { ...OUTSIDE, routes: [] },
    /^The way back to the controller \(203\.0\.113\.7\) is not clear .* over ether9/,
  ],
  [
    'a port that has our address, taken out of the bridge',
    noPort('ether3'),
    ON_PORT,
    /Taking ether3 from bridge1 with 192\.0\.2\.1\/24.*→ bridge1\./,
  ],
  [
    'a port that has our address, switched off',
    off('ether3'),
    ON_PORT,
    /Switching off interface ether3 with 192\.0\.2\.1\/24.*→ bridge1\./,
  ],
  [
    'a port that has our address, moved',
    ports({ interface: 'ether3', bridge: 'bridge2' }),
    ON_PORT,
    /Taking ether3 from bridge1 with 192\.0\.2\.1\/24/,
  ],
  [
    'an interface that comes up with a DHCP client',
    on('ether10'),
    having(OUTSIDE, { '/ip/dhcp-client': [{ interface: 'ether10', disabled: 'false' }] }),
    /which routes \/ip\/dhcp-client then brings on ether10 is not known/,
  ],
  [
    'a port for a bridge with a PPPoE client',
    ports({ interface: 'ether9', bridge: 'bridge2' }),
    having(OUTSIDE, { '/interface/pppoe-client': [{ interface: 'bridge2', disabled: 'false' }] }),
    /which routes \/interface\/pppoe-client then brings on bridge2 is not known/,
  ],
  [
    'a port by its list for a bridge with a DHCP client',
    member('PRINTERS', 'ether10'),
    having(LISTED, { '/ip/dhcp-client': [{ interface: 'bridge2', disabled: 'false' }] }),
    /which routes \/ip\/dhcp-client then brings on bridge2 is not known/,
  ],
  [
    'the list itself',
    { dropped: { '/interface/list': [{ name: 'LAN' }] } },
    having(LAN, { '/interface/list': [{ '.id': '*1', name: 'LAN' }], '/interface/list/member': [] }),
    /Removing the list LAN breaks a filter rule/,
  ],
  ['the bridge on a list that raw drops', member('WAN', 'bridge1'), LAN, /it enters "WAN", which a raw rule/],
  ['the bridge on a list that is redirected', member('PRINTERS', 'bridge1'), DSTNAT, /a nat rule \(dstnat, dst-nat\)/],
  [
    'the port on a list that stops frames of it',
    member('PRINTERS', 'ether2'),
    PORT_RULE,
    /it enters "PRINTERS".*→ port ether2/,
  ],
  [
    'the VLAN that leaves the list which lets it in',
    noMember('MGMT', 'vlan10'),
    MGMT,
    /it leaves "MGMT", which a filter rule \(input, accept\)/,
  ],
  [
    'the bridge out of sight of MAC-Winbox',
    list({ name: 'TRUSTED', include: '' }),
    having(LAN, {}, []),
    /it leaves "TRUSTED", which \/tool\/mac-server\/mac-winbox uses/,
  ],
  [
    'the bridge on the list that discovery leaves out',
    member('WAN', 'bridge1'),
    having(LAN, {}, []),
    /\/ip\/neighbor\/discovery-settings uses/,
  ],
  [
    'an interface that wakes a nearer way',
    on('ether10'),
    SLEEPING,
    /Switching on ether10 with 192\.0\.2\.9\/28 changes, or may change, the way back/,
  ],
  [
    'an interface whose address is the source of a route',
    off('bridge2'),
    SOURCED,
    /172\.16\.0\.1\/24 takes away the preferred source address/,
  ],
  [
    'anything beneath a tunnel',
    off('ether9'),
    TUNNELLED,
    /runs over wg1 \(wg\), and what that rests on is not modelled/,
  ],
  [
    'anything while the way is not known',
    off('ether9'),
    { ...OUTSIDE, routes: [] },
    /way back to the controller \(203\.0\.113\.7\) is not clear/,
  ],
];

/** What comes close and is not refused. */
const NEAR_MISSES: readonly (readonly [string, Wish, ManagementPath])[] = [
  ['another port of the same bridge, where it was learnt who is behind which', off('ether3'), LAN],
  ['a port that does not run, where nothing was learnt', off('ether5'), UNLEARNT],
  ['the port of another bridge', off('ether6'), LAN],
  ['another bridge', off('bridge2'), LAN],
  ['another bridge by its own menu', bridge({ name: 'bridge2', disabled: 'true' }), LAN],
  ['the uplink, from inside', off('ether1'), LAN],
  ['the bond, from inside', off('bond1'), LAN],
  ['a cable of the bond, from inside', off('ether7'), LAN],
  ['the VLAN beside us', off('vlan10'), LAN],
  ['a spare interface, from outside', off('ether9'), OUTSIDE],
  ['a spare interface switched on', on('ether10'), LAN],
  ['a port that carries nothing of us to the guests', ports({ interface: 'ether3', bridge: 'bridge2' }), LAN],
  ['a port of the guests into our bridge', ports({ interface: 'ether6', bridge: 'bridge1' }), LAN],
  ['a port that carries nothing of us and is a port no more', noPort('ether3'), LAN],
  ['a port that does not run and is a port no more', noPort('ether5'), UNLEARNT],
  ['a new port for our bridge', ports({ interface: 'ether9', bridge: 'bridge1' }), LAN],
  ['a new port for the guests', ports({ interface: 'ether9', bridge: 'bridge2' }), LAN],
  [
    'a printer that is not shouted at any more',
    ports({ interface: 'ether3', bridge: 'bridge1', 'broadcast-flood': 'false' }),
    LAN,
  ],
  ['the uplink as a port, from inside', ports({ interface: 'ether1', bridge: 'bridge2' }), LAN],
  ['a cable of the bond as a port, from inside', ports({ interface: 'ether7', bridge: 'bridge2' }), LAN],
  ['a list of others that becomes ports', ports({ interface: 'PRINTERS', bridge: 'bridge2' }), LAN],
  ['another member of a list that is a port', member('PRINTERS', 'ether10'), LISTED],
  [
    'the port that lends the MAC, once the bridge has its own',
    noPort('ether4'),
    having(LAN, bridgesWith({ 'auto-mac': 'false', 'admin-mac': '02:00:00:00:00:04' })),
  ],
  ['a port from which the bridge has no MAC', noPort('ether6', 'bridge2'), LAN],
  [
    'the MAC that the bridge has, pinned',
    bridge({ name: 'bridge1', 'auto-mac': 'false', 'admin-mac': '02:00:00:00:00:04' }),
    LAN,
  ],
  ['multicast on our bridge', bridge({ name: 'bridge1', 'igmp-snooping': 'true', 'igmp-version': '3' }), LAN],
  ['our bridge that answers for others', bridge({ name: 'bridge1', arp: 'proxy-arp' }), LAN],
  ['ARP on the bridge of the guests', bridge({ name: 'bridge2', arp: 'reply-only' }), LAN],
  ['a new bridge', bridge({ name: 'bridge3' }), LAN],
  [
    'a comment on the port behind which the controller is',
    ports({ interface: 'ether2', bridge: 'bridge1', comment: 'x' }),
    LAN,
  ],
  ['another interface on the list that the firewall lets in', member('LAN', 'bridge2'), LAN],
  ['another interface that leaves the list which raw drops', noMember('WAN', 'ether1'), LAN],
  ['our bridge on a list that only forwarding looks at', member('PRINTERS', 'bridge1'), LAN],
  [
    'our bridge on a list that nothing uses',
    member('SPARE', 'bridge1'),
    having(LAN, { '/interface/list': [...(ROUTER['/interface/list'] ?? []), { '.id': '*9', name: 'SPARE' }] }),
  ],
  [
    'our bridge on the list, before the list that includes it lets go',
    {
      rows: {
        '/interface/list': [{ name: 'TRUSTED', include: '' }],
        '/interface/list/member': [{ list: 'TRUSTED', interface: 'bridge1' }],
      },
    },
    JUMPING,
  ],
  ['a list that excludes us, who are on it by ourselves', list({ name: 'LAN', exclude: 'TRUSTED2' }), EXCLUDING],
  [
    'another interface on a list on which 802.1X is asked for',
    member('PRINTERS', 'ether3'),
    having(LAN, { '/interface/dot1x/server': [{ interface: 'PRINTERS', disabled: 'false' }] }),
  ],
  [
    'an interface on a list of a CAP that is off',
    member('PRINTERS', 'ether3'),
    having(LAN, { '/interface/wifi/cap': [{ enabled: 'false', 'discovery-interfaces': 'PRINTERS' }] }),
  ],
  ['another port than that which has our address', noPort('ether5'), ON_PORT],
  [
    'an interface that comes up beside one with a DHCP client',
    on('ether10'),
    having(LAN, { '/ip/dhcp-client': [{ interface: 'ether1', disabled: 'false' }] }),
  ],
  ['our port on a list of interfaces with addresses', member('PRINTERS', 'ether2'), DSTNAT],
  ['an interface whose address nobody uses', off('bridge2'), LAN],
  [
    'a rule of a chain that nothing jumps to',
    noMember('LAN', 'bridge1'),
    having(LAN, { '/tool/mac-server': [], '/tool/mac-server/mac-winbox': [] }, [
      { table: 'filter', chain: 'unused', action: 'drop', 'in-interface-list': '!LAN' },
    ]),
  ],
];

describe('a lock-out is refused with the rows that prove it', () => {
  it('in 30 cases and more', () => {
    expect(LOCK_OUTS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(LOCK_OUTS)('%s', (_, wish, path, proof) => {
    expect(refusedFor(wish, path)).toMatch(proof);
  });
});

describe('a near miss is not refused', () => {
  it('in 30 cases and more', () => {
    expect(NEAR_MISSES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(NEAR_MISSES)('%s', (_, wish, path) => {
    expect(refusedFor(wish, path)).toBe('');
  });
});
