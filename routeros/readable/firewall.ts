import { ADDRESS_LIST } from '../catalogue/address-list.ts';
import type { MenuPath } from '../catalogue/menu.ts';
import { bytes, duration, flag, instant, leftOutWhen, list, number, since, state, text, until } from './column.ts';
import { managed } from './managed.ts';
import type { Columns, ReadableMenu } from './readable-menu.ts';

/** What rules of all four tables have. A matcher that is not there matches everything. */
const RULE: Columns = {
  ...text('chain', 'action', 'comment'),
  ...leftOutWhen('false', flag('disabled')),
  ...text('protocol', 'src-address', 'dst-address', 'src-port', 'dst-port', 'port'),
  ...text('in-interface', 'out-interface', 'in-interface-list', 'out-interface-list'),
  ...text('src-address-list', 'dst-address-list', 'src-address-type', 'dst-address-type', 'src-mac-address'),
  ...text('address-list', 'address-list-timeout', 'jump-target'),
  ...leftOutWhen('false', flag('log')),
  ...leftOutWhen('', text('log-prefix')),
  ...text('limit', 'dst-limit', 'icmp-options', 'time', 'ttl', 'tcp-mss', 'dscp', 'priority', 'ingress-priority'),
  ...text('in-bridge-port', 'out-bridge-port', 'in-bridge-port-list', 'out-bridge-port-list'),
  ...text('packet-mark', 'packet-size', 'content', 'hotspot', 'ipsec-policy', 'ipv4-options', 'fragment'),
  ...text('nth', 'random', 'per-connection-classifier', 'psd'),
  ...since([7, 21, 0], text('tos')),
  ...state(bytes('bytes')),
  ...state(number('packets')),
  ...state(flag('dynamic', 'invalid')),
};

/** What rules have that see connections: all but those of `raw`. */
const CONNECTION: Columns = {
  ...text('connection-bytes', 'connection-limit', 'connection-mark', 'connection-rate', 'connection-type'),
  ...text('layer7-protocol', 'routing-mark', 'realm'),
};

const TLS_HOST = text('tls-host');

function ruleTable(path: MenuPath, title: string, words: readonly string[], columns: Columns): ReadableMenu {
  return {
    path,
    shape: 'orderedList',
    title,
    words: ['firewall', 'rules', ...words],
    columns: { ...RULE, ...columns },
    match: [],
    skipWhen: ['dynamic'],
    freshness: 'configuration',
    manyRows: { filters: ['chain', 'action', 'comment', 'src-address-list', 'dst-address-list', 'protocol'] },
    source: 'routeros-rest.md §5.26; command trees of 7.12.2 to 7.24',
  };
}

/** The IPv4 firewall and its address lists. */
export const FIREWALL: readonly ReadableMenu[] = [
  ruleTable('/ip/firewall/filter', 'Filter rules: what is let through', ['block', 'drop', 'accept'], {
    ...CONNECTION,
    ...TLS_HOST,
    ...list('connection-state', 'connection-nat-state', 'tcp-flags'),
    ...text('p2p', 'reject-with'),
    ...until([7, 21, 0], flag('hw-offload')),
  }),
  ruleTable('/ip/firewall/nat', 'NAT rules: which addresses are translated', ['masquerade', 'port forward', 'dnat'], {
    ...CONNECTION,
    ...until([7, 16, 0], TLS_HOST),
    ...text('to-addresses', 'to-ports'),
    ...flag('randomise-ports', 'same-not-by-dst'),
    ...since([7, 20, 0], text('socks5-server', 'socks5-port', 'socksify-service')),
  }),
  ruleTable('/ip/firewall/mangle', 'Mangle rules: marks and changed headers', ['mark', 'qos', 'mss', 'pbr'], {
    ...CONNECTION,
    ...TLS_HOST,
    ...list('connection-state', 'connection-nat-state', 'tcp-flags'),
    ...text('new-connection-mark', 'new-packet-mark', 'new-routing-mark', 'new-dscp', 'new-mss', 'new-priority'),
    ...text('new-ttl', 'p2p', 'route-dst', 'sniff-id', 'sniff-target', 'sniff-target-port'),
    ...flag('passthrough'),
  }),
  ruleTable('/ip/firewall/raw', 'Raw rules: before connections are tracked', ['notrack', 'ddos', 'drop'], {
    ...TLS_HOST,
    ...list('tcp-flags'),
  }),
  managed(ADDRESS_LIST, {
    title: 'Entries of IPv4 address lists',
    words: ['firewall', 'blocklist', 'whitelist', 'banned', 'ipset'],
    freshness: 'configuration',
    types: { ...duration('timeout'), ...instant('creation-time') },
    manyRows: { filters: ['list', 'address', 'comment', 'dynamic'] },
  }),
];
