import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { enumCodec } from '../values/enum.ts';
import { hexIntegerCodec } from '../values/hex-integer.ts';
import { integerCodec } from '../values/integer.ts';
import { macCodec } from '../values/mac.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.11';
const VENDOR = `${SOURCE}; vendor's page Bridging and Switching`;
const TREES = `${SOURCE}; command trees`;

const STATE = { codec: textCodec, readOnly: true, source: `${SOURCE}; command tree of 7.22.3` } as const;

function flag(usual: 'true' | 'false', source: string): Pick<Field, 'codec' | 'default' | 'source'> {
  return { codec: booleanCodec, default: usual, source };
}

function time(usual: string): Pick<Field, 'codec' | 'default' | 'source'> {
  return { codec: durationCodec, default: usual, source: VENDOR };
}

/**
 * Bridges. Their rows are interfaces as well. Spanning tree and VLAN filtering are here so that a bridge that goes comes
 * back whole; the section leaves them alone.
 */
export const BRIDGE = {
  path: '/interface/bridge',
  shape: 'list',
  match: ['name'],
  listedIn: '/interface',
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    'protocol-mode': { codec: enumCodec(['none', 'stp', 'rstp', 'mstp']), default: 'rstp', source: SOURCE },
    priority: { codec: hexIntegerCodec, default: '0x8000', source: SOURCE },
    'vlan-filtering': flag('false', SOURCE),
    pvid: { codec: integerCodec(1, 4094), default: '1', source: SOURCE },
    'frame-types': {
      codec: enumCodec(['admit-all', 'admit-only-untagged-and-priority-tagged', 'admit-only-vlan-tagged']),
      default: 'admit-all',
      source: SOURCE,
    },
    'ingress-filtering': flag('true', SOURCE),
    'ether-type': { codec: enumCodec(['0x8100', '0x88a8', '0x9100']), default: '0x8100', source: SOURCE },
    'igmp-snooping': flag('false', SOURCE),
    'multicast-querier': flag('false', SOURCE),
    'multicast-router': {
      codec: enumCodec(['disabled', 'permanent', 'temporary-query']),
      default: 'temporary-query',
      source: SOURCE,
    },
    'igmp-version': { codec: enumCodec(['2', '3']), default: '2', source: SOURCE },
    'mld-version': { codec: enumCodec(['1', '2']), default: '1', source: SOURCE },
    'last-member-interval': time('1s'),
    'last-member-query-count': { codec: integerCodec(0, 4_294_967_295), default: '2', source: VENDOR },
    'membership-interval': time('4m20s'),
    'querier-interval': time('4m15s'),
    'query-interval': time('2m5s'),
    'query-response-interval': time('10s'),
    'startup-query-count': { codec: integerCodec(0, 4_294_967_295), default: '2', source: VENDOR },
    'startup-query-interval': time('31s250ms'),
    'querier-uses-bridge-address': { ...flag('false', SOURCE), since: [7, 24, 0] },
    'dhcp-snooping': flag('false', SOURCE),
    'add-dhcp-option82': { ...flag('false', SOURCE), until: [7, 24, 0] },
    'dhcp-agent-circuit-id': { codec: textCodec, default: '', since: [7, 24, 0], source: SOURCE },
    'dhcp-agent-remote-id': { codec: textCodec, default: '', since: [7, 24, 0], source: SOURCE },
    'dhcpv6-snooping': { ...flag('false', SOURCE), since: [7, 24, 0] },
    'dhcpv6-agent-circuit-id': { codec: textCodec, default: '', since: [7, 24, 0], source: SOURCE },
    'dhcpv6-agent-remote-id': { codec: textCodec, default: '', since: [7, 24, 0], source: SOURCE },
    'ra-guard': { ...flag('false', SOURCE), since: [7, 22, 0] },
    'fast-forward': flag('true', SOURCE),
    'forward-reserved-addresses': { ...flag('false', TREES), since: [7, 16, 0] },
    'max-learned-entries': {
      codec: wordOr(['auto', 'unlimited'], integerCodec(0, 4_294_967_295)),
      default: 'auto',
      since: [7, 16, 0],
      source: TREES,
    },
    'auto-mac': flag('true', SOURCE),
    'admin-mac': { codec: macCodec, source: SOURCE },
    'ageing-time': { codec: durationCodec, default: '5m', source: SOURCE },
    'forward-delay': { codec: durationCodec, default: '15s', source: SOURCE },
    'max-message-age': { codec: durationCodec, default: '20s', source: SOURCE },
    'transmit-hold-count': { codec: integerCodec(1, 10), default: '6', source: SOURCE },
    'max-hops': { codec: integerCodec(6, 40), default: '20', source: VENDOR },
    'region-name': { codec: textCodec, default: '', source: VENDOR },
    'region-revision': { codec: integerCodec(0, 65_535), default: '0', source: VENDOR },
    'port-cost-mode': { codec: enumCodec(['long', 'short']), default: 'long', since: [7, 13, 0], source: SOURCE },
    mvrp: { ...flag('false', SOURCE), since: [7, 16, 0] },
    'mlag-peer-port': { codec: nonEmptyTextCodec, default: 'none', since: [7, 22, 0], source: TREES },
    'mlag-heartbeat': { codec: wordOr(['none'], durationCodec), since: [7, 22, 0], source: TREES },
    'mlag-priority': { codec: integerCodec(0, 255), since: [7, 22, 0], source: TREES },
    arp: {
      codec: enumCodec(['disabled', 'enabled', 'local-proxy-arp', 'proxy-arp', 'reply-only']),
      default: 'enabled',
      source: SOURCE,
    },
    'arp-timeout': { codec: wordOr(['auto'], durationCodec), default: 'auto', source: SOURCE },
    mtu: { codec: wordOr(['auto'], integerCodec(68, 65_535)), default: 'auto', source: SOURCE },
    comment: COMMENT,
    disabled: flag('false', SOURCE),
    'actual-mtu': STATE,
    l2mtu: STATE,
    'mac-address': STATE,
    running: STATE,
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    managed: STATE,
  },
  writeOrder: 3,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['links'],
  historyWords: ['bridge'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
