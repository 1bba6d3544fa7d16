import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { integerCodec } from '../values/integer.ts';
import { kibibytesCodec } from '../values/kibibytes.ts';
import { listOf, setOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { dnsServerCodec, vrfsIn } from '../values/with-vrf.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.1';

/** Queries and connections are counted in 16 bits; a router may set narrower limits and says so. */
const COUNT = integerCodec(1, 65_535);

/**
 * The DNS client and cache. `servers` are asked in order; `dynamic-servers` come from DHCP or PPP and are nobody's to
 * declare.
 */
export const DNS = {
  path: '/ip/dns',
  shape: 'settings',
  match: [],
  fields: {
    servers: { codec: listOf(dnsServerCodec), default: '', reference: '/ip/vrf', namesIn: vrfsIn, source: SOURCE },
    'allow-remote-requests': { codec: booleanCodec, default: 'false', source: SOURCE },
    'use-doh-server': { codec: textCodec, default: '', source: SOURCE },
    'verify-doh-cert': { codec: booleanCodec, default: 'false', source: SOURCE },
    'max-udp-packet-size': { codec: integerCodec(50, 65_507), default: '4096', source: SOURCE },
    'query-server-timeout': { codec: durationCodec, default: '2s', source: SOURCE },
    'query-total-timeout': { codec: durationCodec, default: '10s', source: SOURCE },
    'max-concurrent-queries': { codec: COUNT, default: '100', source: SOURCE },
    'max-concurrent-tcp-sessions': { codec: COUNT, default: '20', source: SOURCE },
    'cache-size': { codec: kibibytesCodec(64), default: '2048', source: SOURCE },
    'cache-max-ttl': { codec: durationCodec, default: '1w', source: SOURCE },
    'doh-max-server-connections': { codec: COUNT, default: '5', since: [7, 8, 0], source: SOURCE },
    'doh-max-concurrent-queries': { codec: COUNT, default: '50', since: [7, 8, 0], source: SOURCE },
    'doh-timeout': { codec: durationCodec, default: '5s', since: [7, 8, 0], source: SOURCE },
    'address-list-extra-time': { codec: durationCodec, default: '0s', since: [7, 10, 0], source: SOURCE },
    vrf: {
      codec: nonEmptyTextCodec,
      default: 'main',
      reference: '/ip/vrf',
      since: [7, 15, 0],
      source: `${SOURCE}; command trees: not in 7.14.3, in 7.15`,
    },
    'mdns-repeat-ifaces': {
      codec: setOf(nonEmptyTextCodec),
      reference: '/interface',
      default: '',
      since: [7, 16, 0],
      source: `${SOURCE}, §8 (7.16); command trees: not in 7.15.3, in 7.16`,
    },
    'dynamic-servers': { codec: textCodec, readOnly: true, source: SOURCE },
    'cache-used': { codec: textCodec, readOnly: true, source: SOURCE },
  },
  writeOrder: 30,
  addWith: {},
  skipWhen: [],
  pathEffects: ['names'],
  historyWords: ['dns'],
  source: SOURCE,
} as const satisfies Menu;
