import { server } from '../kinds/address.ts';
import { bool, listOf, number, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { CommandSpec, MenuSpec } from '../model/state.ts';
import { comment, state } from './fields.ts';

/** /ip/dns (routeros-rest.md §5.1). */
export const dns: MenuSpec = {
  path: '/ip/dns',
  shape: 'settings',
  noun: 'DNS settings',
  source: 'routeros-rest.md §5.1',
  fields: {
    servers: { kind: listOf(server), default: '' },
    'dynamic-servers': { kind: text, default: '', readOnly: true },
    'use-doh-server': { kind: text, default: '' },
    'verify-doh-cert': { kind: bool, default: 'false' },
    'doh-max-server-connections': { kind: number(1, 65_535), default: '5' },
    'doh-max-concurrent-queries': { kind: number(1, 65_535), default: '50' },
    'doh-timeout': { kind: time(), default: '5s' },
    'allow-remote-requests': { kind: bool, default: 'false' },
    'max-udp-packet-size': { kind: number(50, 65_507), default: '4096' },
    'query-server-timeout': { kind: time(), default: '2s' },
    'query-total-timeout': { kind: time(), default: '10s' },
    'max-concurrent-queries': { kind: number(1, 65_535), default: '100' },
    'max-concurrent-tcp-sessions': { kind: number(1, 65_535), default: '20' },
    'cache-size': { kind: number(64, 4_294_967_295), default: '2048' },
    'cache-max-ttl': { kind: time(), default: '1w' },
    'cache-used': { kind: text, default: '43', readOnly: true },
    'address-list-extra-time': { kind: time(), default: '0s' },
    vrf: { kind: text, default: 'main', since: '7.15' },
    'mdns-repeat-ifaces': { kind: listOf(text), default: '', since: '7.16' },
  },
  initial: () => [{ servers: '' }],
};

/** /ip/dns/cache: read-only, always empty here. */
export const dnsCache: MenuSpec = {
  path: '/ip/dns/cache',
  shape: 'list',
  noun: 'DNS cache entry',
  source: 'routeros-rest.md §5.1',
  rows: 'readOnly',
  fields: {
    name: { ...state },
    type: { ...state },
    data: { ...state },
    ttl: { ...state },
    comment: { ...comment, readOnly: true },
  },
};

/** /ip/dns/cache/flush (routeros-rest.md §2.6). */
export const flushDnsCache: CommandSpec = {
  path: '/ip/dns/cache/flush',
  args: [],
  policies: ['write'],
  run: () => [],
};
