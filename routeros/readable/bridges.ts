import { BRIDGE } from '../catalogue/bridge.ts';
import { BRIDGE_PORT } from '../catalogue/bridge-port.ts';
import { COMMENT_DISABLED, duration, flag, list, mac, number, since, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** Bridges: ports, VLANs, and who is behind which port. */
export const BRIDGES: readonly ReadableMenu[] = [
  managed(BRIDGE, {
    title: 'Bridges',
    words: ['switch', 'stp', 'rstp', 'vlan-filtering'],
    freshness: 'state',
    types: { ...number('actual-mtu', 'l2mtu'), ...mac('mac-address'), ...flag('running', 'managed') },
  }),
  managed(BRIDGE_PORT, {
    title: 'Ports of bridges and their spanning-tree state',
    words: ['switch', 'stp', 'rstp', 'loop', 'pvid'],
    freshness: 'state',
    types: {
      ...flag('forwarding', 'learning', 'edge-port', 'point-to-point-port', 'sending-rstp', 'hw-offload', 'inactive'),
      ...number('rx-bpdu', 'tx-bpdu', 'rx-tc', 'tx-tc', 'topology-changes', 'discard-transitions'),
      ...number('forward-transitions', 'root-path-cost', 'internal-root-path-cost', 'actual-path-cost'),
      ...list('declared-vlan-ids', 'registered-vlan-ids'),
    },
  }),
  {
    path: '/interface/bridge/vlan',
    shape: 'list',
    title: 'VLANs of bridges, with tagged and untagged ports',
    words: ['switch', '802.1q', 'trunk', 'access port'],
    columns: {
      ...text('bridge'),
      ...list('vlan-ids', 'tagged', 'untagged'),
      ...since([7, 15, 0], list('mvrp-forbidden')),
      ...COMMENT_DISABLED,
      ...state(flag('dynamic')),
      ...state(flag('managed')),
      ...state(list('current-tagged', 'current-untagged')),
    },
    match: ['bridge', 'vlan-ids'],
    skipWhen: ['dynamic'],
    freshness: 'state',
    source: 'routeros-rest.md §5.14',
  },
  {
    path: '/interface/bridge/host',
    shape: 'list',
    title: 'MAC addresses and the bridge ports behind which they are',
    words: ['fdb', 'mac table', 'cam', 'where'],
    columns: {
      ...mac('mac-address'),
      ...text('bridge', 'interface'),
      ...number('vid'),
      ...COMMENT_DISABLED,
      ...state(text('on-interface', 'remote-ip')),
      ...state(duration('aged', 'aged-peer')),
      ...state(flag('dynamic', 'local')),
      ...state(flag('external', 'invalid')),
    },
    match: ['bridge', 'mac-address', 'vid'],
    skipWhen: ['dynamic', 'local'],
    freshness: 'state',
    manyRows: { filters: ['mac-address', 'bridge', 'interface', 'on-interface', 'vid'] },
    source: 'command trees of 7.12.2 to 7.24',
  },
];
