import { drawn } from '../engine/drawn.ts';
import { resolveName } from '../engine/network.ts';
import { clientsOf } from '../engine/surroundings.ts';
import { server } from '../kinds/address.ts';
import { bool, listOf, number, text } from '../kinds/kind.ts';
import { durationText, time } from '../kinds/time.ts';
import type { Properties } from '../model/console.ts';
import type { CommandSpec, MenuSpec, RouterState } from '../model/state.ts';
import { rareFlag, state } from './fields.ts';
import { numbered } from './read-only.ts';

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

/** What one client looks up. */
const LOOKED_UP = ['www', 'mail', 'api'] as const;
/** When somebody emptied the cache; before that the router had all night to fill it. */
const flushedAt = new WeakMap<RouterState, number>();

/** What the clients around the router have looked up; after a flush it fills by a name in two seconds. */
function cachedNames(router: RouterState): readonly Properties[] {
  const flushed = flushedAt.get(router);
  const since = flushed === undefined ? Infinity : Math.floor((router.clock.now() - flushed) / 2000);
  const names = clientsOf(router).flatMap((client) => LOOKED_UP.map((word) => `${word}.${client.hostName}.example`));
  return numbered(
    names.slice(0, Math.min(names.length, since)).map((name) => {
      const left = (drawn(router, 3600, 'ttl', name) + 3600 - (Math.floor(router.clock.now() / 1000) % 3600)) % 3600;
      const data = resolveName(router, name)[0] ?? '203.0.113.1';
      return { data, name, ttl: durationText((left + 1) * 1000), type: 'A' };
    }),
  );
}

/** /ip/dns/cache: what the clients around the router asked for (routeros-rest.md §5.1). */
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
    static: rareFlag,
  },
  live: cachedNames,
};

/** /ip/dns/cache/flush (routeros-rest.md §2.6). */
export const flushDnsCache: CommandSpec = {
  path: '/ip/dns/cache/flush',
  args: [],
  policies: ['write'],
  run(router) {
    flushedAt.set(router, router.clock.now());
    return [];
  },
};
