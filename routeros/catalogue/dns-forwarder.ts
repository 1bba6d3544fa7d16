import { booleanCodec } from '../values/boolean.ts';
import { ipCodec } from '../values/ip.ts';
import { listOf } from '../values/list.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.1';

const SINCE = [7, 17, 0] as const;

/** Servers that FWD records name together: by address, or over HTTPS. */
export const DNS_FORWARDER = {
  path: '/ip/dns/forwarders',
  shape: 'list',
  since: SINCE,
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, since: SINCE, source: `${SOURCE}, §8 (7.18); command trees: not in 7.16.2` },
    'dns-servers': { codec: listOf(ipCodec), default: '', since: SINCE, source: SOURCE },
    'doh-servers': { codec: listOf(nonEmptyTextCodec), default: '', since: SINCE, source: SOURCE },
    'verify-doh-cert': {
      codec: booleanCodec,
      default: 'true',
      since: SINCE,
      source: `${SOURCE}; public exports print verify-doh-cert=no alone`,
    },
    comment: { ...COMMENT, since: SINCE },
    disabled: { codec: booleanCodec, default: 'false', since: SINCE, source: `${SOURCE}; command trees` },
  },
  writeOrder: 35,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['names'],
  historyWords: ['dns', 'forwarder'],
  source: `${SOURCE}; command trees`,
} as const satisfies Menu;
