import { booleanCodec } from '../values/boolean.ts';
import { integerCodec } from '../values/integer.ts';
import { ipv4Codec } from '../values/ipv4.ts';
import { listOf } from '../values/list.ts';
import { prefixCodec } from '../values/prefix.ts';
import { textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import { namedOptionSet } from './dhcp-option-set.ts';
import { namedOptions } from './dhcp-option.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.9';

const SERVERS = { codec: listOf(ipv4Codec), default: '', source: SOURCE } as const;

/**
 * What clients of a network are told by DHCP. A network can't be disabled; of several that hold an address the smallest
 * counts.
 */
export const DHCP_NETWORK = {
  path: '/ip/dhcp-server/network',
  shape: 'list',
  match: ['address'],
  fields: {
    address: { codec: prefixCodec('refuse'), source: SOURCE },
    gateway: SERVERS,
    netmask: { codec: integerCodec(0, 32), default: '0', source: SOURCE },
    'dns-server': SERVERS,
    'dns-none': { codec: booleanCodec, default: 'false', source: SOURCE },
    domain: { codec: textCodec, default: '', source: SOURCE },
    'ntp-server': SERVERS,
    'ntp-none': {
      codec: booleanCodec,
      default: 'false',
      since: [7, 20, 0],
      source: `${SOURCE}, §8 (7.20); command trees: not in 7.19.6, in 7.20`,
    },
    'wins-server': SERVERS,
    'caps-manager': SERVERS,
    'next-server': { codec: ipv4Codec, unset: true, source: `${SOURCE}; command trees (unset); verbose exports` },
    'boot-file-name': { codec: textCodec, default: '', source: SOURCE },
    'dhcp-option': namedOptions(SOURCE),
    'dhcp-option-set': namedOptionSet(SOURCE),
    comment: COMMENT,
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
  },
  writeOrder: 15,
  addWith: {},
  skipWhen: ['dynamic'],
  pathEffects: ['leases'],
  historyWords: ['dhcp network', 'dhcp'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
