import { describe, expect, it } from 'vitest';
import type { Change } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { LAN, ROUTER } from '#test/path-router.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';
import { proveManagementPath, readsOf } from '../../controller/policy/management-path.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';

const RADIO = '/interface/wifi';
const SECURITY = '/interface/wifi/security';
const CHANNEL = '/interface/wifi/channel';
const DATAPATH = '/interface/wifi/datapath';
const CONFIGURATION = '/interface/wifi/configuration';
const WIRELESS = '/interface/wireless';
const PROFILES = '/interface/wireless/security-profiles';

const link = (name: string, type: string, running = 'true'): Row => ({
  name,
  type,
  running,
  disabled: 'false',
  'mac-address': `02:00:00:00:01:0${name.slice(-1)}`,
});
const port = (name: string, bridge: string): Row => ({ interface: name, bridge, disabled: 'false', dynamic: 'true' });

/**
 * wifi1 and wifi2 are radios, the one for the office (bridge1), the other for guests (bridge2), where the access point
 * wifi4 is on it, too. wifi5 is a radio without a use, wlan1 and its access point wlan2 are radios of the older drivers.
 */
const WIFI: Readonly<Record<MenuPath, readonly Row[]>> = {
  ...ROUTER,
  '/interface': [
    ...(ROUTER['/interface'] ?? []),
    link('wifi1', 'wifi'),
    link('wifi2', 'wifi'),
    link('wifi4', 'wifi'),
    link('wifi5', 'wifi', 'false'),
    link('wlan1', 'wlan'),
    link('wlan2', 'wlan'),
  ],
  '/interface/bridge/port': [
    ...(ROUTER['/interface/bridge/port'] ?? []),
    port('wifi1', 'bridge1'),
    port('wifi2', 'bridge2'),
    port('wifi4', 'bridge2'),
    port('wlan2', 'bridge2'),
  ],
  [RADIO]: [
    { name: 'wifi1', configuration: 'office' },
    { name: 'wifi2', configuration: 'guests', 'channel.frequency': '2412' },
    { name: 'wifi4', 'master-interface': 'wifi2', configuration: 'guests', security: 'visitors' },
    { name: 'wifi5' },
  ],
  [CONFIGURATION]: [
    { name: 'office', ssid: 'Office', security: 'office', channel: '5ghz', datapath: 'lan' },
    { name: 'guests', ssid: 'Guests', security: 'guests', channel: '2ghz', datapath: 'guests' },
    { name: 'spare', security: 'office' },
  ],
  [SECURITY]: [{ name: 'office' }, { name: 'guests' }, { name: 'visitors' }],
  [CHANNEL]: [{ name: '5ghz' }, { name: '2ghz' }],
  [DATAPATH]: [
    { name: 'lan', bridge: 'bridge1' },
    { name: 'guests', bridge: 'bridge2' },
  ],
  [WIRELESS]: [
    { name: 'wlan1', 'security-profile': 'office', mode: 'ap-bridge' },
    { name: 'wlan2', 'master-interface': 'wlan1' },
  ],
  [PROFILES]: [{ name: 'default' }, { name: 'office' }, { name: 'spare' }],
};

/** The router with rows of some menus replaced, and with what else is known of the way. */
function having(rows: Readonly<Record<MenuPath, readonly Row[]>>, more: Partial<ManagementPath> = {}): ManagementPath {
  const all = { ...WIFI, ...rows };
  return {
    ...LAN,
    rules: [],
    addresses: all['/ip/address'] ?? [],
    interfaces: all['/interface'] ?? [],
    rows: all,
    ...more,
  };
}

function learntOn(name: string, bridge = 'bridge1'): Readonly<Record<MenuPath, readonly Row[]>> {
  return {
    '/interface/bridge/host': [{ bridge, 'mac-address': '02:00:5E:00:00:10', 'on-interface': name, local: 'false' }],
  };
}

/** The first row of a menu with other fields, the others as they are. */
function first(menu: MenuPath, fields: Row): Readonly<Record<MenuPath, readonly Row[]>> {
  const [head, ...others] = WIFI[menu] ?? [];
  return { [menu]: [{ ...head, ...fields }, ...others] };
}

/** The controller is wired, behind ether2 of bridge1. */
const WIRED = having({});
/** It is a client of wifi1. */
const AIR = having(learntOn('wifi1'));
/** The bridge does not tell where it is. */
const UNLEARNT = having({ '/interface/bridge/host': [] });
/** It comes by the uplink wifi5, a station. */
const STATION = having({
  '/interface': [...(WIFI['/interface'] ?? []).filter(({ name }) => name !== 'wifi5'), link('wifi5', 'wifi')],
  '/ip/address': [{ address: '192.0.2.1/24', network: '192.0.2.0', interface: 'wifi5', disabled: 'false' }],
});
/** It is a guest, a client of wifi4. */
const GUEST = having(learntOn('wifi4', 'bridge2'), { controllers: ['172.16.0.9'], dialled: '172.16.0.1' });
const GUEST_ARP = { '/ip/arp': [{ address: '172.16.0.9', interface: 'bridge2', 'mac-address': '02:00:5E:00:00:10' }] };
const ON_WIFI4: ManagementPath = { ...GUEST, rows: { ...GUEST.rows, ...GUEST_ARP } };
const ON_WLAN2: ManagementPath = {
  ...GUEST,
  rows: { ...GUEST.rows, ...GUEST_ARP, ...learntOn('wlan2', 'bridge2') },
};
const PINNED = having({
  '/interface/bridge': (ROUTER['/interface/bridge'] ?? []).map((row) => ({ ...row, 'auto-mac': 'false' })),
});

const set = (menu: MenuPath, name: string, fields: Row): Change => ({
  kind: 'set',
  menu,
  match: { name },
  nth: 0,
  fields,
  before: {},
  reason: 'declared',
});
const add = (menu: MenuPath, name: string, fields: Row): Change => ({
  kind: 'create',
  menu,
  match: { name },
  fields: { name, ...fields },
  reason: 'declared',
});
const remove = (menu: MenuPath, name: string): Change => ({
  kind: 'remove',
  menu,
  match: { name },
  nth: 0,
  before: { name },
  reason: 'dropped',
});

/** What a change replaces is what the router holds. */
function asRead(change: Change, path: ManagementPath): Change {
  if (change.kind !== 'set' && change.kind !== 'remove') return change;
  const rows = change.menu === '/interface' ? path.interfaces : (path.rows[change.menu] ?? []);
  const held = rows.find((row) => row['name'] === change.match?.['name']) ?? {};
  if (change.kind === 'remove') return { ...change, before: held };
  const before = Object.keys(change.fields).flatMap((name) => (held[name] === undefined ? [] : [[name, held[name]]]));
  return { ...change, before: Object.fromEntries(before) };
}

/** Why a plan of these changes is refused; empty: it is not. */
function refused(wanted: readonly Change[], path: ManagementPath): string {
  const changes = wanted.map((change) => asRead(change, path));
  const plan = { changes, inverse: [], touched: [], extras: [], released: [], frozen: [], conflicts: [] };
  const menus = changes.map(({ menu }) => [menu, menu === '/interface' ? path.interfaces : (path.rows[menu] ?? [])]);
  const gate = proveManagementPath(plan, { menus: Object.fromEntries(menus) }, path);
  return gate.open ? '' : reasonsText(gate.reasons);
}

/** A list that a datapath puts its interfaces on, and what speaks on whoever is there. */
const onList = (menu: MenuPath, fields: Row): ManagementPath => having({ [menu]: [{ disabled: 'false', ...fields }] });
const TO_PRINTERS = [set(DATAPATH, 'guests', { 'interface-list': 'PRINTERS' })];
const IN_VRF = having({}, { otherTables: [{ menu: '/ip/vrf', name: 'guests', interfaces: 'PRINTERS' }] });

const MANAGER = '/interface/wifi/capsman';
const CAP_MAC = '02:00:5E:00:00:CA';
/** The router leads an access point as its CAPsMAN; `port`: where its bridge has learnt that one. */
function leading(port: string | null, more: Readonly<Record<MenuPath, readonly Row[]>> = {}): ManagementPath {
  const learnt = learntOn('ether2')['/interface/bridge/host'] ?? [];
  const cap = { bridge: 'bridge1', 'mac-address': CAP_MAC, 'on-interface': port ?? '', local: 'false' };
  return having({
    '/interface/bridge/host': port === null ? learnt : [...learnt, cap],
    [MANAGER]: [{ enabled: 'true', interfaces: 'bridge1' }],
    [`${MANAGER}/remote-cap`]: [{ identity: 'ap', 'base-mac': CAP_MAC, state: 'Ok' }],
    '/interface/wifi/provisioning': [
      { action: 'create-dynamic-enabled', 'master-configuration': 'spare', 'slave-configurations': 'guests' },
    ],
    [RADIO]: (WIFI[RADIO] ?? []).map((row) =>
      row['master-interface'] === undefined ? { ...row, 'default-name': row['name'] ?? '' } : row,
    ),
    ...more,
  });
}
const NO_CAP = { [`${MANAGER}/remote-cap`]: [] };
const NO_RULE = { '/interface/wifi/provisioning': [] };
/** The radio of an access point. */
const FAR = {
  '/interface': [...(WIFI['/interface'] ?? []), link('cap-wifi1', 'wifi')],
  [RADIO]: [
    ...(WIFI[RADIO] ?? []).map((row) => ({ ...row, 'default-name': row['name'] ?? '' })),
    { name: 'cap-wifi1', configuration: 'spare' },
  ],
};
const FAR_DYNAMIC = {
  ...FAR,
  [RADIO]: FAR[RADIO].map((row) => ('default-name' in row ? row : { ...row, dynamic: 'true' })),
};

const CAPSMAN = having({
  ...learntOn('wifi1'),
  ...first(RADIO, { configuration: '', 'configuration.manager': 'capsman-or-local' }),
});
const DYNAMIC = having({ ...learntOn('wifi1'), ...first(RADIO, { configuration: '', dynamic: 'true' }) });
const UNLISTED = having({ ...learntOn('wifi1'), [RADIO]: (WIFI[RADIO] ?? []).slice(1) });

describe('refused, with the rows that prove it', () => {
  it.each<[string, readonly Change[], ManagementPath, RegExp]>([
    [
      'the channel of the radio that the controller is a client of',
      [set(CHANNEL, '5ghz', { frequency: '5180' })],
      AIR,
      /Changing \/interface\/wifi\/channel name=5ghz could cut .* route 192\.0\.2\.0\/24 → bridge1 → port wifi1 → configuration office → channel 5ghz\./,
    ],
    [
      'its security',
      [set(SECURITY, 'office', { wps: 'disable' })],
      AIR,
      /port wifi1 → configuration office → security office/,
    ],
    ['its configuration', [set(CONFIGURATION, 'office', { ssid: 'New' })], AIR, /port wifi1 → configuration office\./],
    ['the bridge of its datapath', [set(DATAPATH, 'lan', { bridge: 'bridge2' })], AIR, /→ datapath lan\./],
    ['the radio itself', [set(RADIO, 'wifi1', { 'channel.width': '20mhz' })], AIR, /port wifi1\./],
    [
      'any radio that runs, where nothing was learnt',
      [set(CHANNEL, '5ghz', { width: '20mhz' })],
      UNLEARNT,
      /port wifi1/,
    ],
    ['the uplink of a station', [set(RADIO, 'wifi5', { 'configuration.ssid': 'Other' })], STATION, /wifi5\./],
    [
      'the uplink that is to name another configuration',
      [set(RADIO, 'wifi5', { configuration: 'spare' })],
      STATION,
      /wifi5\./,
    ],
    [
      'a profile that is named without a configuration',
      [set(SECURITY, 'visitors', { wps: 'disable' })],
      ON_WIFI4,
      /wifi4 → security visitors/,
    ],
    [
      'the radio beneath an access point',
      [set(RADIO, 'wifi2', { disabled: 'true' })],
      ON_WIFI4,
      /port wifi4 → radio wifi2/,
    ],
    [
      'the same by the menu of all interfaces',
      [set('/interface', 'wifi2', { disabled: 'true' })],
      ON_WIFI4,
      /Switching off interface wifi2 .*port wifi4 → radio wifi2/,
    ],
    ['an access point that goes', [remove(RADIO, 'wifi4')], ON_WIFI4, /Removing .*wifi4/],
    [
      'another access point on the same radio',
      [add(RADIO, 'wifi9', { 'master-interface': 'wifi2', configuration: 'guests' })],
      ON_WIFI4,
      /wifi4 → the radio that it shares with/,
    ],
    [
      'a channel that a CAPsMAN may have chosen',
      [set(CHANNEL, '2ghz', { width: '20mhz' })],
      CAPSMAN,
      /wifi1 → profiles that provisioning/,
    ],
    [
      'one of an interface that provisioning made',
      [set(SECURITY, 'guests', { wps: 'disable' })],
      DYNAMIC,
      /wifi1 → profiles that/,
    ],
    [
      'one of an interface that is in no list of radios',
      [set(SECURITY, 'guests', { wps: 'disable' })],
      UNLISTED,
      /wifi1 → profiles that/,
    ],
    [
      'the security profile of an older radio',
      [set(PROFILES, 'default', { mode: 'none' })],
      ON_WLAN2,
      /port wlan2 → security-profile default/,
    ],
    [
      'an older radio beneath an access point',
      [set(WIRELESS, 'wlan1', { mode: 'station' })],
      ON_WLAN2,
      /wlan2 → radio wlan1/,
    ],
    [
      'a datapath that puts guests on the bridge of the controller, which may take a MAC from them',
      [set(DATAPATH, 'guests', { bridge: 'bridge1' })],
      having(first('/interface/bridge', { 'mac-address': '02:00:00:00:01:02' })),
      /Making wifi2 a port of bridge1, from which bridge1 may take its MAC/,
    ],
    [
      'one that does so around a bridge without spanning tree',
      [set(DATAPATH, 'guests', { bridge: 'bridge1' })],
      having(first('/interface/bridge', { 'auto-mac': 'false', 'protocol-mode': 'none' })),
      /no spanning tree against a loop/,
    ],
    [
      'a new access point for that bridge, of which nobody knows the MAC address',
      [add(RADIO, 'wifi9', { 'master-interface': 'wifi2', 'datapath.bridge': 'bridge1' })],
      WIRED,
      /Making wifi9 a port of bridge1, from which/,
    ],
    [
      'another MTU of a port of that bridge',
      [set(RADIO, 'wifi1', { mtu: '1400' })],
      WIRED,
      /from which bridge1 may take its MTU/,
    ],
    [
      'another MAC address of the port from which that bridge has its own',
      [set(RADIO, 'wifi1', { 'mac-address': '02:00:00:00:09:09' })],
      having(first('/interface/bridge', { 'mac-address': '02:00:00:00:01:01' })),
      /Removing port wifi1, from which bridge1 may take its MAC/,
    ],
    [
      'a list that makes ports of that bridge',
      [set(DATAPATH, 'guests', { 'interface-list': 'PRINTERS' })],
      having({
        '/interface/bridge/port': [
          ...(WIFI['/interface/bridge/port'] ?? []),
          { interface: 'PRINTERS', bridge: 'bridge1' },
        ],
      }),
      /wifi2 joins or leaves the list PRINTERS by its datapath: it joins bridge1 by the list PRINTERS, which could/,
    ],
    [
      'a list whose interfaces a VRF takes',
      TO_PRINTERS,
      IN_VRF,
      /wifi2 joins or leaves the list PRINTERS by its datapath: A row of \/ip\/vrf uses an interface list/,
    ],
    [
      'the same, left again',
      [set(DATAPATH, 'guests', { 'interface-list': '' })],
      { ...IN_VRF, rows: { ...IN_VRF.rows, [DATAPATH]: [{ name: 'guests', 'interface-list': 'PRINTERS' }] } },
      /wifi2 joins or leaves the list PRINTERS by its datapath: A row of \/ip\/vrf/,
    ],
    [
      'a list on whose interfaces OSPF speaks',
      TO_PRINTERS,
      onList('/routing/ospf/interface-template', { interfaces: 'PRINTERS' }),
      /A row of \/routing\/ospf\/interface-template/,
    ],
    [
      'a list by which a bridge stops frames, for a new access point',
      [add(RADIO, 'wifi9', { 'master-interface': 'wifi5', 'datapath.interface-list': 'PRINTERS' })],
      onList('/interface/bridge/filter', { chain: 'input', action: 'drop', 'in-interface-list': 'PRINTERS' }),
      /A row of \/interface\/bridge\/filter \(input, drop\)/,
    ],
    [
      'a list on which DHCP clients are made',
      TO_PRINTERS,
      onList('/interface/detect-internet', { 'detect-interface-list': 'PRINTERS' }),
      /A row of \/interface\/detect-internet/,
    ],
    [
      'the security that provisioning hands to an access point which the bridge has learnt where the controller is',
      [set(SECURITY, 'guests', { wps: 'disable' })],
      leading('ether2'),
      /which CAPsMAN hands to access points .* → bridge1 → an access point that may be on this way → provisioning → configuration guests → security guests\./,
    ],
    [
      'the configuration itself, of an access point that no bridge has learnt',
      [set(CONFIGURATION, 'spare', { ssid: 'x' })],
      leading(null),
      /→ provisioning → configuration spare\./,
    ],
    [
      'one that provisioning hands to access points that may come',
      [set(CONFIGURATION, 'spare', { ssid: 'x' })],
      leading('ether3', NO_CAP),
      /→ provisioning → configuration spare\./,
    ],
    [
      'the channel of an access point, while it is not known behind which port the controller is',
      [set(CHANNEL, '2ghz', { width: '20mhz' })],
      leading(null, { '/interface/bridge/host': [{ bridge: 'bridge1', 'mac-address': CAP_MAC, interface: 'ether3' }] }),
      /→ provisioning → configuration guests → channel 2ghz\./,
    ],
    [
      'the radio of an access point',
      [set(RADIO, 'cap-wifi1', { 'channel.width': '20mhz' })],
      leading(null, { ...NO_RULE, ...FAR }),
      /that may be on this way → cap-wifi1\./,
    ],
    [
      'a profile that such a radio may have',
      [set(SECURITY, 'visitors', { wps: 'disable' })],
      leading(null, { ...NO_RULE, ...FAR_DYNAMIC }),
      /→ cap-wifi1 → profiles that provisioning or a CAPsMAN chose/,
    ],
    [
      'a station that may begin to have a default route',
      [set(RADIO, 'wifi5', { 'configuration.ssid': 'Other' })],
      having({ '/ip/dhcp-client': [{ interface: 'wifi5', disabled: 'false' }] }),
      /\/ip\/dhcp-client then brings on wifi5/,
    ],
    [
      'one that wakes a nearer way',
      [set(RADIO, 'wifi5', { 'configuration.ssid': 'Other' })],
      having({
        '/ip/address': [
          ...(ROUTER['/ip/address'] ?? []),
          { address: '192.0.2.9/28', network: '192.0.2.0', interface: 'wifi5', disabled: 'false', invalid: 'true' },
        ],
      }),
      /changes, or may change, the way back/,
    ],
    [
      'anything while the way is not known',
      [set(CHANNEL, '2ghz', { width: '20mhz' })],
      having({ '/ip/address': [] }, { routes: [] }),
      /way back to the controller .* is not clear .*wireless interfaces/,
    ],
  ])('%s', (_, changes, path, says) => {
    expect(refused(changes, path)).toMatch(says);
  });
});

describe('not refused', () => {
  it.each<[string, readonly Change[], ManagementPath]>([
    ['the channel of guests, while the controller is in the office', [set(CHANNEL, '2ghz', { width: '20mhz' })], AIR],
    ['their security', [set(SECURITY, 'guests', { wps: 'disable' })], AIR],
    ['a security profile of their own', [set(SECURITY, 'visitors', { wps: 'disable' })], AIR],
    ['the channel of the office, where the controller is wired', [set(CHANNEL, '5ghz', { width: '20mhz' })], WIRED],
    ['the radio of the office, where it is wired', [set(RADIO, 'wifi1', { disabled: 'true' })], WIRED],
    [
      'a radio that does not run, where nothing was learnt',
      [set(RADIO, 'wifi5', { 'channel.width': '20mhz' })],
      UNLEARNT,
    ],
    ['guests, where nothing was learnt', [set(CONFIGURATION, 'guests', { ssid: 'x' })], UNLEARNT],
    ['a configuration that nobody names', [set(CONFIGURATION, 'spare', { ssid: 'x' })], AIR],
    ['a comment on the radio of the controller', [set(RADIO, 'wifi1', { comment: 'x' })], AIR],
    ['a profile that is new', [add(SECURITY, 'new', { wps: 'disable' })], AIR],
    ['a profile that is new, beside a CAPsMAN', [add(CHANNEL, 'new', { width: '20mhz' })], CAPSMAN],
    [
      'an access point for guests, with all that it needs',
      [
        add(SECURITY, 'new', {}),
        add(CONFIGURATION, 'new', { security: 'new', datapath: 'guests' }),
        add(RADIO, 'wifi9', { 'master-interface': 'wifi2', configuration: 'new' }),
      ],
      AIR,
    ],
    ['an access point for guests that goes', [remove(RADIO, 'wifi4')], AIR],
    ['guests who move to the bridge of the controller', [set(DATAPATH, 'guests', { bridge: 'bridge1' })], PINNED],
    [
      'an access point for the bridge of the controller, which has a MAC address of its own',
      [add(RADIO, 'wifi9', { 'master-interface': 'wifi2', 'datapath.bridge': 'bridge1' })],
      PINNED,
    ],
    [
      'the office that moves to the bridge of guests, seen from a wire',
      [set(DATAPATH, 'lan', { bridge: 'bridge2' })],
      PINNED,
    ],
    ['a list that nothing uses but a DHCP client of nobody', TO_PRINTERS, onList('/interface/detect-internet', {})],
    [
      'a list that nothing but a CAP which is off looks at',
      TO_PRINTERS,
      onList('/interface/wifi/cap', { enabled: 'false', 'discovery-interfaces': 'PRINTERS' }),
    ],
    [
      'what provisioning hands to an access point behind another port',
      [set(SECURITY, 'guests', { wps: 'disable' })],
      leading('ether3'),
    ],
    ['the same without a CAPsMAN', [set(SECURITY, 'guests', { wps: 'disable' })], leading(null, { [MANAGER]: [] })],
    [
      'the same while that is off',
      [set(SECURITY, 'guests', { wps: 'disable' })],
      leading(null, { [MANAGER]: [{ enabled: 'false' }] }),
    ],
    [
      'a channel of own radios alone, where nobody knows the access point',
      [set(CHANNEL, '5ghz', { width: '20mhz' })],
      leading(null),
    ],
    [
      'an access point on an own radio, beside a CAPsMAN',
      [add(RADIO, 'wifi9', { 'master-interface': 'wifi5' })],
      leading(null),
    ],
    [
      'a rule that hands out nothing',
      [set(CONFIGURATION, 'spare', { ssid: 'x' })],
      leading(null, { '/interface/wifi/provisioning': [{ action: 'none', 'master-configuration': 'spare' }] }),
    ],
    ['a security profile of older radios', [set(PROFILES, 'office', { mode: 'none' })], WIRED],
    ['one that nobody names', [set(PROFILES, 'spare', { mode: 'none' })], ON_WLAN2],
    ['an older radio, seen from a wire', [set(WIRELESS, 'wlan1', { mode: 'station' })], WIRED],
    [
      'a channel of guests of the newer drivers, seen from an older radio',
      [set(CHANNEL, '5ghz', { width: '20mhz' })],
      ON_WLAN2,
    ],
  ])('%s', (_, changes, path) => {
    expect(refused(changes, path)).toBe('');
  });

  it('reads what it needs for such a plan alone', () => {
    const plan = { inverse: [], touched: [], extras: [], released: [], frozen: [], conflicts: [] };
    const reads = readsOf({ ...plan, changes: [set(CHANNEL, '2ghz', { width: '20mhz' })] });
    expect(reads).toEqual(expect.arrayContaining([RADIO, CONFIGURATION, WIRELESS, PROFILES, '/ip/dhcp-client']));
    expect(readsOf({ ...plan, changes: [set(RADIO, 'wifi1', { comment: 'x' })] })).toEqual([]);
  });
});
