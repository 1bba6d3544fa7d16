import { booleanCodec } from '../values/boolean.ts';
import { enumCodec } from '../values/enum.ts';
import { hexIntegerCodec } from '../values/hex-integer.ts';
import { integerCodec } from '../values/integer.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.12';
const TREES = `${SOURCE}; command trees`;

const STATE = { codec: textCodec, readOnly: true, source: `${SOURCE}; command tree of 7.22.3` } as const;
const COST = { codec: integerCodec(1, 200_000_000), source: `${SOURCE} (10 before 7.13, unset since)` } as const;

function flag(usual: 'true' | 'false', source: string): Pick<Field, 'codec' | 'default' | 'source'> {
  return { codec: booleanCodec, default: usual, source };
}

/**
 * Ports of bridges, in their order. An interface is a port of one bridge at most, so a port that goes to another bridge
 * is changed in place. An interface list as `interface` makes dynamic ports, which are the router's own.
 */
export const BRIDGE_PORT = {
  path: '/interface/bridge/port',
  shape: 'orderedList',
  match: ['interface'],
  fields: {
    bridge: { codec: nonEmptyTextCodec, reference: '/interface/bridge', source: SOURCE },
    interface: { codec: nonEmptyTextCodec, reference: '/interface', orReference: '/interface/list', source: SOURCE },
    pvid: { codec: integerCodec(1, 4094), default: '1', source: SOURCE },
    'frame-types': {
      codec: enumCodec(['admit-all', 'admit-only-untagged-and-priority-tagged', 'admit-only-vlan-tagged']),
      default: 'admit-all',
      source: SOURCE,
    },
    'ingress-filtering': flag('true', SOURCE),
    'tag-stacking': flag('false', SOURCE),
    priority: { codec: hexIntegerCodec, default: '0x80', source: SOURCE },
    'path-cost': COST,
    'internal-path-cost': COST,
    edge: { codec: enumCodec(['auto', 'no', 'no-discover', 'yes', 'yes-discover']), default: 'auto', source: SOURCE },
    'point-to-point': { codec: enumCodec(['auto', 'no', 'yes']), default: 'auto', source: SOURCE },
    'bpdu-guard': flag('false', SOURCE),
    'restricted-role': flag('false', SOURCE),
    'restricted-tcn': flag('false', SOURCE),
    learn: { codec: enumCodec(['auto', 'no', 'yes']), default: 'auto', source: SOURCE },
    horizon: { codec: wordOr(['none'], integerCodec(0, 429_496_729)), default: 'none', source: SOURCE },
    hw: flag('true', `${SOURCE} (absent on Wi-Fi)`),
    trusted: flag('false', SOURCE),
    'trusted-ra': { ...flag('false', SOURCE), since: [7, 22, 0] },
    'trusted-dhcpv6': { ...flag('false', SOURCE), since: [7, 24, 0] },
    'auto-isolate': flag('false', SOURCE),
    'fast-leave': flag('false', SOURCE),
    'multicast-router': {
      codec: enumCodec(['disabled', 'permanent', 'temporary-query']),
      default: 'temporary-query',
      source: SOURCE,
    },
    'broadcast-flood': flag('true', SOURCE),
    'unknown-multicast-flood': flag('true', SOURCE),
    'unknown-unicast-flood': flag('true', SOURCE),
    'mvrp-applicant-state': {
      codec: enumCodec(['non-participant', 'normal-participant']),
      default: 'normal-participant',
      since: [7, 16, 0],
      source: TREES,
    },
    'mvrp-registrar-state': {
      codec: enumCodec(['fixed', 'normal']),
      default: 'normal',
      since: [7, 16, 0],
      source: TREES,
    },
    comment: COMMENT,
    disabled: flag('false', SOURCE),
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    status: STATE,
    role: STATE,
    forwarding: STATE,
    learning: STATE,
    'edge-port': STATE,
    'edge-port-discovery': STATE,
    'point-to-point-port': STATE,
    'port-id': STATE,
    'designated-bridge-id': STATE,
    'designated-cost': STATE,
    'designated-port-id': STATE,
    'root-path-cost': STATE,
    'internal-root-path-cost': STATE,
    'actual-path-cost': STATE,
    'rx-bpdu': STATE,
    'tx-bpdu': STATE,
    'rx-tc': STATE,
    'tx-tc': STATE,
    'topology-changes': STATE,
    'last-topology-change': STATE,
    'discard-transitions': STATE,
    'forward-transitions': STATE,
    'sending-rstp': STATE,
    'external-fdb-status': STATE,
    'declared-vlan-ids': STATE,
    'registered-vlan-ids': STATE,
    'debug-info': STATE,
    'hw-offload': STATE,
    'hw-offload-group': STATE,
    inactive: STATE,
    managed: STATE,
    parent: STATE,
  },
  writeOrder: 4,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['links'],
  historyWords: ['bridge port'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
