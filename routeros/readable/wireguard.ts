import {
  bytes,
  COMMENT_DISABLED,
  duration,
  fact,
  flag,
  list,
  number,
  secret,
  since,
  state,
  text,
  until,
} from './column.ts';
import type { ReadableMenu } from './readable-menu.ts';

const SOURCE = 'command trees of 7.12.2 to 7.24';

/** WireGuard tunnels. */
export const WIREGUARD: readonly ReadableMenu[] = [
  {
    path: '/interface/wireguard',
    shape: 'list',
    title: 'WireGuard interfaces',
    words: ['vpn', 'tunnel', 'wg'],
    columns: {
      ...text('name', 'mtu'),
      ...number('listen-port'),
      ...since([7, 21, 0], text('vrf')),
      ...COMMENT_DISABLED,
      ...secret('private-key'),
      ...fact(text('public-key')),
      ...state(flag('running')),
    },
    match: ['name'],
    skipWhen: [],
    freshness: 'state',
    source: SOURCE,
  },
  {
    path: '/interface/wireguard/peers',
    shape: 'list',
    title: 'WireGuard peers and their last handshakes',
    words: ['vpn', 'tunnel', 'wg', 'handshake', 'roadwarrior'],
    columns: {
      ...text('interface', 'public-key', 'endpoint-address'),
      ...list('allowed-address'),
      ...number('endpoint-port', 'client-listen-port'),
      ...duration('persistent-keepalive', 'client-keepalive'),
      ...text('client-address', 'client-dns', 'client-endpoint'),
      ...since([7, 15, 0], text('name')),
      ...since([7, 15, 0], until([7, 17, 0], flag('is-responder'))),
      ...since([7, 17, 0], flag('responder')),
      ...since([7, 21, 0], list('client-allowed-address')),
      ...COMMENT_DISABLED,
      ...secret('private-key', 'preshared-key'),
      ...state(flag('dynamic')),
      ...state(text('current-endpoint-address')),
      ...state(number('current-endpoint-port')),
      ...state(duration('last-handshake')),
      ...state(bytes('rx', 'tx')),
    },
    match: ['interface', 'public-key'],
    skipWhen: ['dynamic'],
    freshness: 'state',
    source: SOURCE,
  },
];
