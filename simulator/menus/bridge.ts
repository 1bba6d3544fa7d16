import { portsOf } from '../engine/links.ts';
import { isRunning } from '../engine/network.ts';
import { tableOf } from '../engine/table.ts';
import { mac } from '../kinds/address.ts';
import { bool, either, nonEmptyText, number, oneOf, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { Kind } from '../model/console.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, flag, state } from './fields.ts';
import { alsoInterface } from './interface.ts';

/** Read back in hexadecimal (routeros-rest.md §3 "hex ints"). */
export function hex(least: number, most: number): Kind {
  const decimal = number(least, most);
  return {
    clearable: false,
    canonical: (value, name) => `0x${Number(decimal.canonical(value, name)).toString(16).toUpperCase()}`,
  };
}

const off = { kind: bool, default: 'false' };
const on = { kind: bool, default: 'true' };
const count = number(0, 4_294_967_295);
const trees = 'command trees';
const vendor = "vendor's page Bridging and Switching";

/** Which tags a bridge or port takes. */
export const frameTypes = {
  kind: oneOf('admit-all', 'admit-only-untagged-and-priority-tagged', 'admit-only-vlan-tagged'),
  default: 'admit-all',
};

/** When something counts as a multicast router. */
export const multicastRouter = {
  kind: oneOf('disabled', 'permanent', 'temporary-query'),
  default: 'temporary-query',
};

/** /interface/bridge: its rows are interfaces too (routeros-rest.md §5.11). */
export const bridges: MenuSpec = {
  path: '/interface/bridge',
  shape: 'list',
  noun: 'bridge',
  source: 'routeros-rest.md §5.11',
  key: ['name'],
  unsetSince: '7.24',
  fields: {
    name: { kind: nonEmptyText },
    'protocol-mode': { kind: oneOf('none', 'stp', 'rstp', 'mstp'), default: 'rstp' },
    priority: { kind: hex(0, 65_535), default: '0x8000' },
    'vlan-filtering': off,
    pvid: { kind: number(1, 4094), show: 'set' },
    'frame-types': { ...frameTypes, show: 'set' },
    'ingress-filtering': { ...on, show: 'set' },
    'ether-type': { kind: oneOf('0x8100', '0x88a8', '0x9100'), show: 'set' },
    'igmp-snooping': off,
    'multicast-querier': { ...off, show: 'set' },
    'multicast-router': { ...multicastRouter, show: 'set' },
    'igmp-version': { kind: oneOf('2', '3'), show: 'set' },
    'mld-version': { kind: oneOf('1', '2'), show: 'set' },
    'last-member-interval': { kind: time(), show: 'set', source: vendor },
    'last-member-query-count': { kind: count, show: 'set', source: vendor },
    'membership-interval': { kind: time(), show: 'set', source: vendor },
    'querier-interval': { kind: time(), show: 'set', source: vendor },
    'query-interval': { kind: time(), show: 'set', source: vendor },
    'query-response-interval': { kind: time(), show: 'set', source: vendor },
    'startup-query-count': { kind: count, show: 'set', source: vendor },
    'startup-query-interval': { kind: time(), show: 'set', source: vendor },
    'querier-uses-bridge-address': { ...off, since: '7.24' },
    'dhcp-snooping': off,
    'add-dhcp-option82': { ...off, show: 'set', until: '7.24' },
    'dhcp-agent-circuit-id': { kind: text, since: '7.24' },
    'dhcp-agent-remote-id': { kind: text, since: '7.24' },
    'dhcpv6-snooping': { ...off, since: '7.24' },
    'dhcpv6-agent-circuit-id': { kind: text, since: '7.24' },
    'dhcpv6-agent-remote-id': { kind: text, since: '7.24' },
    'ra-guard': { ...off, since: '7.22' },
    'fast-forward': on,
    'forward-reserved-addresses': { ...off, since: '7.16', source: trees },
    'max-learned-entries': {
      kind: either(oneOf('auto', 'unlimited'), count),
      default: 'auto',
      since: '7.16',
      source: trees,
    },
    'auto-mac': on,
    'admin-mac': { kind: mac },
    'ageing-time': { kind: time(), default: '5m' },
    'forward-delay': { kind: time(), default: '15s' },
    'max-message-age': { kind: time(), default: '20s' },
    'transmit-hold-count': { kind: number(1, 10), default: '6' },
    'max-hops': { kind: number(6, 40), show: 'set', source: vendor },
    'region-name': { kind: text, source: vendor },
    'region-revision': { kind: number(0, 65_535), show: 'set', source: vendor },
    arp: { kind: oneOf('enabled', 'disabled', 'proxy-arp', 'reply-only', 'local-proxy-arp'), default: 'enabled' },
    'arp-timeout': { kind: time('auto'), default: 'auto' },
    mtu: { kind: either(oneOf('auto'), number(68, 65_535)), default: 'auto' },
    'port-cost-mode': { kind: oneOf('long', 'short'), default: 'long', since: '7.13' },
    mvrp: { ...off, since: '7.16' },
    'mlag-peer-port': { kind: nonEmptyText, show: 'set', since: '7.22', source: trees },
    'mlag-heartbeat': { kind: time('none'), show: 'set', since: '7.22', source: trees },
    'mlag-priority': { kind: number(0, 255), show: 'set', since: '7.22', source: trees },
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
  computed(router, row) {
    const name = row.values['name'] ?? '';
    const address = row.values['auto-mac'] === 'false' ? row.values['admin-mac'] : macOfPorts(router, name);
    return {
      running: String(isRunning(router, name)),
      ...(address === undefined ? {} : { 'mac-address': address }),
    };
  },
  changed: alsoInterface('bridge'),
};

/** With `auto-mac` that of its first port (vendor's page Bridging and Switching). */
function macOfPorts(router: Parameters<typeof portsOf>[0], bridge: string): string | undefined {
  const [first] = portsOf(router, bridge);
  return tableOf(router, '/interface').rows.find(({ values }) => values['name'] === first)?.values['mac-address'];
}
