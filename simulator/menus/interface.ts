import { isRunning } from '../engine/network.ts';
import { followRename } from '../engine/references.ts';
import { dropRow, insertRow, replaceValues, tableOf } from '../engine/table.ts';
import { mac } from '../kinds/address.ts';
import { bool, either, nonEmptyText, number, oneOf, reference, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { comment, disabled, fieldsOf, flag, rareFlag, state } from './fields.ts';

const zero = { ...state, default: '0' };
const mtu = either(oneOf('auto'), number(68, 65_535));

/** /interface: fixed rows, also those of bridges (routeros-rest.md §5.14). */
export const interfaces: MenuSpec = {
  path: '/interface',
  shape: 'list',
  noun: 'interface',
  source: 'routeros-rest.md §5.14',
  rows: 'fixed',
  key: ['name'],
  resetCounters: true,
  fields: {
    name: { kind: nonEmptyText },
    'default-name': state,
    type: { ...state, show: 'always' },
    mtu: { kind: mtu, default: '1500' },
    'actual-mtu': { ...state, default: '1500' },
    l2mtu: { kind: number(0, 65_535) },
    'max-l2mtu': state,
    'mac-address': state,
    running: flag,
    disabled,
    dynamic: rareFlag,
    slave: rareFlag,
    inactive: rareFlag,
    'last-link-up-time': state,
    'last-link-down-time': state,
    'link-downs': zero,
    ...fieldsOf(
      zero,
      'rx-byte',
      'tx-byte',
      'rx-packet',
      'tx-packet',
      'rx-drop',
      'tx-drop',
      'rx-error',
      'tx-error',
      'tx-queue-drop',
    ),
    ...fieldsOf(zero, 'fp-rx-byte', 'fp-tx-byte', 'fp-rx-packet', 'fp-tx-packet'),
    vrf: { ...state, since: '7.16' },
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  initial: (router) => [...[1, 2, 3, 4, 5].map((port) => ethernet(router, port)), ...bridgeRows(router)],
  computed: (router, row) => ({ running: String(isRunning(router, row.values['name'] ?? '')) }),
};

function ethernet(router: RouterState, port: number): Record<string, string> {
  const name = `ether${port}`;
  return {
    name,
    'default-name': name,
    type: 'ether',
    'mac-address': macOf(router, port),
    l2mtu: '1596',
    running: String(port <= 2),
    ...(port > 1 ? { slave: 'true' } : {}),
  };
}

function bridgeRows(router: RouterState): readonly Record<string, string>[] {
  const seeds = router.facts.menus['/interface/bridge'] ?? [];
  return ['bridge', ...seeds.map((seed) => seed['name'] ?? '').filter((name) => name !== 'bridge')].map((name) =>
    bridgeInterface(router, name),
  );
}

function bridgeInterface(router: RouterState, name: string): Record<string, string> {
  return { name, type: 'bridge', 'mac-address': macOf(router, 2), l2mtu: '1596', running: 'true' };
}

/** A locally made MAC that differs between routers and ports. */
function macOf(router: RouterState, port: number): string {
  let sum = 0;
  for (const character of router.facts.serial + router.facts.name) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0xff_ff_ff;
  }
  return mac.canonical(`48a98a${(((sum + port) % 0xff_ff_ff) + 0x1_00_00_00).toString(16).slice(-6)}`, 'mac-address');
}

/** /interface/bridge: its rows are interfaces too (routeros-rest.md §5.11). */
export const bridges: MenuSpec = {
  path: '/interface/bridge',
  shape: 'list',
  noun: 'bridge',
  source: 'routeros-rest.md §5.11',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText },
    'protocol-mode': { kind: oneOf('none', 'stp', 'rstp', 'mstp'), default: 'rstp' },
    priority: { kind: text, default: '0x8000' },
    'vlan-filtering': { kind: bool, default: 'false' },
    pvid: { kind: number(1, 4094), show: 'set' },
    'igmp-snooping': { kind: bool, default: 'false' },
    'dhcp-snooping': { kind: bool, default: 'false' },
    'fast-forward': { kind: bool, default: 'true' },
    'auto-mac': { kind: bool, default: 'true' },
    'admin-mac': { kind: mac },
    'ageing-time': { kind: time(), default: '5m' },
    'forward-delay': { kind: time(), default: '15s' },
    'max-message-age': { kind: time(), default: '20s' },
    'transmit-hold-count': { kind: number(1, 10), default: '6' },
    arp: { kind: oneOf('enabled', 'disabled', 'proxy-arp', 'reply-only', 'local-proxy-arp'), default: 'enabled' },
    'arp-timeout': { kind: time('auto'), default: 'auto' },
    mtu: { kind: mtu, default: 'auto' },
    'port-cost-mode': { kind: oneOf('long', 'short'), default: 'long', since: '7.13' },
    mvrp: { kind: bool, default: 'false', since: '7.15' },
    'actual-mtu': { ...state, default: '1500' },
    l2mtu: { ...state, default: '1596' },
    'mac-address': state,
    running: flag,
    dynamic: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveBridge' },
  initial: () => [{ name: 'bridge', comment: 'defconf' }],
  prepare: (router, next) =>
    next['name'] === undefined ? { ...next, name: `bridge${tableOf(router, '/interface/bridge').rows.length}` } : next,
  computed: (router, row) => ({ running: String(isRunning(router, row.values['name'] ?? '')) }),
  changed(router, { verb, row, before }) {
    const menu = router.profile.menus.get('/interface');
    if (menu === undefined) {
      return;
    }
    const table = tableOf(router, '/interface');
    const name = row.values['name'] ?? '';
    const twin = table.rows.find((candidate) => candidate.values['name'] === (before?.['name'] ?? name));
    if (verb === 'remove' && twin !== undefined) {
      dropRow(menu, table, twin);
      followRename(router, menu.path, name, twin.id);
    } else if (verb === 'add' && twin === undefined) {
      insertRow(router, menu, table, bridgeInterface(router, name), null);
    } else if (twin !== undefined) {
      replaceValues(menu, table, twin, { ...twin.values, name, disabled: row.values['disabled'] ?? 'false' });
      followRename(router, menu.path, before?.['name'], name);
    }
  },
};

/** /interface/list. */
export const interfaceLists: MenuSpec = {
  path: '/interface/list',
  shape: 'list',
  noun: 'interface list',
  source: 'routeros-rest.md §5.14',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    include: { kind: text, default: '' },
    exclude: { kind: text, default: '' },
    builtin: flag,
    dynamic: flag,
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveList' },
  initial: () => [
    ...['all', 'none', 'dynamic', 'static'].map((name) => ({ name, builtin: 'true' })),
    { name: 'WAN', comment: 'defconf' },
    { name: 'LAN', comment: 'defconf' },
  ],
};

/** /interface/list/member. */
export const interfaceListMembers: MenuSpec = {
  path: '/interface/list/member',
  shape: 'list',
  noun: 'interface list member',
  source: 'routeros-rest.md §5.14',
  key: ['list', 'interface'],
  fields: {
    list: { kind: reference('/interface/list'), required: true },
    interface: { kind: reference('/interface'), required: true },
    dynamic: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => `${values['list']} ${values['interface']}`, refusal: 'haveMember' },
  initial: () => [
    { list: 'LAN', interface: 'bridge', comment: 'defconf' },
    { list: 'WAN', interface: 'ether1', comment: 'defconf' },
  ],
};
