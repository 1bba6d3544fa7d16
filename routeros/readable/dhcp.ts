import { DHCP_LEASE } from '../catalogue/dhcp-lease.ts';
import { DHCP_NETWORK } from '../catalogue/dhcp-network.ts';
import { DHCP_OPTION_SET } from '../catalogue/dhcp-option-set.ts';
import { DHCP_OPTION } from '../catalogue/dhcp-option.ts';
import { DHCP_SERVER } from '../catalogue/dhcp-server.ts';
import { COMMENT_DISABLED, duration, flag, list, mac, number, secret, since, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** DHCP: what the router hands out, and what it is given. */
export const DHCP: readonly ReadableMenu[] = [
  managed(DHCP_SERVER, {
    title: 'DHCP servers',
    words: ['addresses', 'scope'],
    freshness: 'configuration',
    types: flag('invalid'),
    withheld: ['lease-script'],
  }),
  managed(DHCP_NETWORK, {
    title: 'What DHCP servers tell clients of a network',
    words: ['gateway', 'dns', 'scope', 'domain'],
    freshness: 'configuration',
  }),
  managed(DHCP_LEASE, {
    title: 'DHCP leases: who has which address',
    words: ['clients', 'devices', 'hostname', 'mac', 'reservation', 'who'],
    freshness: 'state',
    types: {
      ...mac('active-mac-address', 'src-mac-address'),
      ...duration('expires-after', 'last-seen', 'age'),
      ...flag('radius', 'blocked'),
    },
    withheld: ['reconfigure-key'],
    manyRows: {
      filters: ['mac-address', 'address', 'status', 'server', 'host-name', 'active-address', 'active-mac-address'],
    },
  }),
  managed(DHCP_OPTION, { title: 'DHCP options', words: ['option 43', 'code'], freshness: 'configuration' }),
  managed(DHCP_OPTION_SET, { title: 'Sets of DHCP options', words: ['options'], freshness: 'configuration' }),
  {
    path: '/ip/dhcp-client',
    shape: 'list',
    title: 'DHCP clients: what upstream has given the router',
    words: ['wan', 'uplink', 'isp', 'lease', 'internet'],
    columns: {
      ...text('interface', 'add-default-route', 'dhcp-options'),
      ...number('default-route-distance'),
      ...flag('use-peer-dns', 'use-peer-ntp'),
      ...since([7, 18, 0], text('default-route-tables')),
      ...since([7, 19, 0], flag('allow-reconfigure')),
      ...since([7, 19, 0], text('check-gateway')),
      ...since([7, 20, 0], text('use-broadcast', 'vlan-priority', 'dscp')),
      ...since([7, 22, 0], text('name')),
      ...COMMENT_DISABLED,
      ...secret('script'),
      ...state(secret('reconfigure-key')),
      ...state(text('status', 'address', 'gateway', 'netmask', 'dhcp-server')),
      ...state(text('primary-dns', 'secondary-dns', 'primary-ntp', 'secondary-ntp')),
      ...state(list('caps-managers')),
      ...state(duration('expires-after')),
      ...state(number('reconfigure-last-counter')),
      ...state(text('custom-hostname-suffix', 'custom-source-mac-address')),
      ...state(flag('dynamic', 'invalid')),
    },
    match: ['interface'],
    skipWhen: ['dynamic'],
    freshness: 'state',
    source: 'command trees of 7.12.2 to 7.24',
  },
];
