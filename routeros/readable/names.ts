import { DNS_ADLIST } from '../catalogue/dns-adlist.ts';
import { DNS_FORWARDER } from '../catalogue/dns-forwarder.ts';
import { DNS_STATIC } from '../catalogue/dns-static.ts';
import { DNS } from '../catalogue/dns.ts';
import { duration, flag, list, number, numberIn, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** DNS: what the router asks, answers and remembers. */
export const NAMES: readonly ReadableMenu[] = [
  managed(DNS, {
    title: 'DNS client and cache',
    words: ['resolver', 'nameserver', 'doh'],
    freshness: 'configuration',
    types: { ...list('dynamic-servers'), ...numberIn('KiB', 'cache-size', 'cache-used') },
  }),
  managed(DNS_STATIC, {
    title: 'Static DNS records',
    words: ['record', 'zone', 'hosts', 'a record', 'cname', 'srv', 'txt'],
    freshness: 'configuration',
    manyRows: { filters: ['name', 'address', 'cname', 'forward-to', 'regexp', 'address-list'] },
  }),
  {
    path: '/ip/dns/cache',
    shape: 'list',
    title: 'Names that the router has resolved',
    words: ['resolver', 'lookup', 'record'],
    columns: { ...state(text('name', 'type', 'data')), ...state(duration('ttl')), ...state(flag('static')) },
    match: ['name', 'type', 'data'],
    skipWhen: [],
    freshness: 'state',
    manyRows: { filters: ['name', 'type', 'data', 'static'] },
    source: 'routeros-rest.md §5.1; command tree of 7.22.3',
  },
  managed(DNS_ADLIST, {
    title: 'Lists of names that are not resolved',
    words: ['block', 'ads', 'filter'],
    freshness: 'configuration',
    types: number('match-count', 'name-count'),
  }),
  managed(DNS_FORWARDER, {
    title: 'DNS forwarders',
    words: ['upstream', 'conditional', 'doh'],
    freshness: 'configuration',
  }),
];
