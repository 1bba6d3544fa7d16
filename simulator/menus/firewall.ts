import { countedAt } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { addressMatcher } from '../kinds/address.ts';
import { bool, nonEmptyText, oneOf, text } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { FieldSpec, MenuSpec } from '../model/state.ts';
import { comment, fieldsOf, flag, state, wordsOf } from './fields.ts';

const matchers = wordsOf(`
  connection-bytes connection-limit connection-mark connection-rate connection-type content dscp
  dst-address-list dst-address-type dst-limit dst-port fragment hotspot icmp-options in-bridge-port
  in-bridge-port-list in-interface in-interface-list ingress-priority ipsec-policy ipv4-options
  layer7-protocol limit nth out-bridge-port out-bridge-port-list out-interface out-interface-list packet-mark
  packet-size per-connection-classifier port priority protocol psd random routing-mark src-address-list
  src-address-type src-mac-address src-port tcp-flags tcp-mss time ttl address-list address-list-timeout
  jump-target
`);
const stateful = ['connection-state', 'connection-nat-state'];

/** Matchers that one of the tables lacks. */
const lacking: Readonly<Record<string, readonly string[]>> = {
  nat: [...stateful, 'tcp-flags'],
  raw: [
    ...stateful,
    ...wordsOf(
      `connection-bytes connection-limit connection-mark connection-rate connection-type layer7-protocol routing-mark`,
    ),
  ],
};

function tableSpec(
  table: string,
  actions: readonly string[],
  more: Record<string, FieldSpec>,
  initial: readonly Properties[],
): MenuSpec {
  const names = [...matchers, ...stateful].filter((name) => lacking[table]?.includes(name) !== true);
  return {
    path: `/ip/firewall/${table}`,
    shape: 'orderedList',
    noun: `${table} rule`,
    source: 'routeros-rest.md §5.26',
    unsetSince: '7.12',
    resetCounters: true,
    fields: {
      chain: { kind: nonEmptyText, required: true },
      action: { kind: oneOf(...actions), default: 'accept' },
      ...fieldsOf({ kind: text }, ...names),
      ...fieldsOf({ kind: addressMatcher }, 'src-address', 'dst-address'),
      log: { kind: bool },
      'log-prefix': { kind: text },
      disabled: { kind: bool },
      comment,
      bytes: { ...state, default: '0' },
      packets: { ...state, default: '0' },
      dynamic: flag,
      invalid: flag,
      ...more,
    },
    initial: () => initial,
    counters: {
      names: new Set(['bytes', 'packets']),
      at(router, row) {
        const bytes = row.values['disabled'] === 'true' ? 0 : countedAt(router, 30_000, table, row.id);
        return { bytes: String(bytes), packets: String(Math.floor(bytes / 500)) };
      },
    },
    prepare(router, next, _before, args) {
      refuseUnknown(router, '/interface', args, 'in-interface', 'out-interface');
      refuseUnknown(router, '/interface/list', args, 'in-interface-list', 'out-interface-list');
      const port = ['dst-port', 'src-port', 'port'].find((name) => next[name] !== undefined);
      if (port !== undefined && !/^!?(tcp|udp|udp-lite|sctp|dccp|6|17)$/.test(next['protocol'] ?? '')) {
        throw refusal('portsNeedProtocol');
      }
      return next;
    },
  };
}

type Router = Parameters<NonNullable<MenuSpec['prepare']>>[0];

/** Interface and interface-list references are hard, with an optional leading `!` (routeros-rest.md §5.26). */
function refuseUnknown(router: Router, menu: string, args: Properties, ...fields: readonly string[]): void {
  for (const field of fields) {
    const name = (args[field] ?? '').replace(/^!/, '');
    if (name !== '' && !tableOf(router, menu).rows.some((row) => row.values['name'] === name)) {
      throw refusal('noMatch', field);
    }
  }
}

const common = [
  'accept',
  'add-dst-to-address-list',
  'add-src-to-address-list',
  'drop',
  'jump',
  'log',
  'passthrough',
  'return',
];

/**
 * /ip/firewall/filter: the input chain lets the uplink network in and drops the rest from outside (routeros-rest.md
 * §5.26).
 */
export const filter = tableSpec(
  'filter',
  [...common, 'fasttrack-connection', 'reject', 'tarpit'],
  {
    'reject-with': { kind: text },
    'tls-host': { kind: text },
    realm: { kind: text },
    'hw-offload': { kind: bool, until: '7.21' },
  },
  [
    {
      chain: 'input',
      action: 'accept',
      'connection-state': 'established,related,untracked',
      comment: 'defconf: accept established,related,untracked',
    },
    { chain: 'input', action: 'drop', 'connection-state': 'invalid', comment: 'defconf: drop invalid' },
    { chain: 'input', action: 'accept', protocol: 'icmp', comment: 'defconf: accept ICMP' },
    { chain: 'input', action: 'accept', 'src-address': '10.255.0.0/24', comment: 'management network' },
    { chain: 'input', action: 'drop', 'in-interface-list': '!LAN', comment: 'defconf: drop all not coming from LAN' },
    {
      chain: 'forward',
      action: 'accept',
      'connection-state': 'established,related,untracked',
      comment: 'defconf: accept established,related,untracked',
    },
    { chain: 'forward', action: 'drop', 'connection-state': 'invalid', comment: 'defconf: drop invalid' },
  ],
);

/** /ip/firewall/nat. */
export const nat = tableSpec(
  'nat',
  [
    ...common.filter((action) => action !== 'drop'),
    'dst-nat',
    'masquerade',
    'netmap',
    'redirect',
    'same',
    'src-nat',
    'endpoint-independent-nat',
  ],
  {
    ...fieldsOf({ kind: text }, 'to-addresses', 'to-ports'),
    'randomise-ports': { kind: bool },
    'same-not-by-dst': { kind: bool },
    realm: { kind: text },
  },
  [{ chain: 'srcnat', action: 'masquerade', 'out-interface-list': 'WAN', comment: 'defconf: masquerade' }],
);

/** /ip/firewall/mangle. */
export const mangle = tableSpec(
  'mangle',
  [
    ...common.filter((action) => action !== 'drop'),
    'change-dscp',
    'change-mss',
    'change-ttl',
    'clear-df',
    'fasttrack-connection',
    'mark-connection',
    'mark-packet',
    'mark-routing',
    'route',
    'set-priority',
    'sniff-pc',
    'sniff-tzsp',
    'strip-ipv4-options',
  ],
  {
    ...fieldsOf(
      { kind: text },
      'new-connection-mark',
      'new-packet-mark',
      'new-routing-mark',
      'new-dscp',
      'new-mss',
      'new-ttl',
      'new-priority',
      'route-dst',
      'realm',
      'tls-host',
    ),
    passthrough: { kind: bool },
  },
  [],
);

/** /ip/firewall/raw. */
export const raw = tableSpec('raw', [...common, 'notrack'], { 'tls-host': { kind: text } }, []);
