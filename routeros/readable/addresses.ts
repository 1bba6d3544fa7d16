import { ADDRESS } from '../catalogue/address.ts';
import { POOL } from '../catalogue/pool.ts';
import { COMMENT_DISABLED, duration, flag, list, mac, number, since, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** Addresses of the router, and who is next to it. */
export const ADDRESSES: readonly ReadableMenu[] = [
  managed(ADDRESS, {
    title: 'IPv4 addresses of the router',
    words: ['ip', 'subnet', 'network'],
    freshness: 'configuration',
  }),
  managed(POOL, {
    title: 'Pools of addresses and how full they are',
    words: ['dhcp', 'range', 'exhausted'],
    freshness: 'state',
    types: number('total', 'used', 'available'),
  }),
  {
    path: '/ip/arp',
    shape: 'list',
    title: 'ARP table: which MAC address has which IPv4 address',
    words: ['neighbour', 'who has', 'mac'],
    columns: {
      ...text('address', 'interface'),
      ...mac('mac-address'),
      ...flag('published'),
      ...COMMENT_DISABLED,
      ...state(flag('dynamic')),
      ...state(flag('complete', 'invalid', 'dhcp')),
      ...since([7, 16, 0], state(text('status', 'vrf'))),
    },
    match: ['address', 'interface'],
    skipWhen: ['dynamic'],
    freshness: 'state',
    manyRows: { filters: ['address', 'mac-address', 'interface', 'status', 'vrf'] },
    source: 'routeros-rest.md §5.24',
  },
  {
    path: '/ip/neighbor',
    shape: 'list',
    title: 'Neighbours seen by MNDP, CDP and LLDP',
    words: ['discovery', 'lldp', 'cdp', 'topology', 'neighbour'],
    columns: {
      ...state(text('identity', 'interface', 'interface-name', 'address', 'address4', 'address6', 'board')),
      ...state(text('platform', 'version', 'system-description', 'software-id', 'unpack')),
      ...state(mac('mac-address')),
      ...state(list('discovered-by', 'system-caps', 'system-caps-enabled')),
      ...state(duration('age', 'uptime')),
      ...state(flag('ipv6', 'running')),
    },
    match: ['interface', 'mac-address', 'interface-name'],
    skipWhen: [],
    freshness: 'state',
    source: 'routeros-rest.md §5.23',
  },
];
