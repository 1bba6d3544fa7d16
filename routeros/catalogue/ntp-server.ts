import { booleanCodec } from '../values/boolean.ts';
import { integerCodec } from '../values/integer.ts';
import { ipv4Codec } from '../values/ipv4.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.4';

/** The NTP server: what time the router tells others. A key that it signs with must be among those of /system/ntp/key. */
export const NTP_SERVER = {
  path: '/system/ntp/server',
  shape: 'settings',
  match: [],
  fields: {
    enabled: { codec: booleanCodec, default: 'false', source: SOURCE },
    broadcast: { codec: booleanCodec, default: 'false', source: SOURCE },
    'broadcast-addresses': { codec: setOf(ipv4Codec), default: '', source: `${SOURCE}; command trees: A.B.C.D` },
    multicast: { codec: booleanCodec, default: 'false', source: SOURCE },
    manycast: { codec: booleanCodec, default: 'false', source: SOURCE },
    'use-local-clock': { codec: booleanCodec, default: 'false', source: SOURCE },
    'local-clock-stratum': { codec: integerCodec(1, 15), default: '5', source: SOURCE },
    'auth-key': { codec: wordOr(['none'], integerCodec(0, 65_535)), default: 'none', source: SOURCE },
    vrf: { codec: nonEmptyTextCodec, default: 'main', reference: '/ip/vrf', source: SOURCE },
  },
  writeOrder: 52,
  addWith: {},
  skipWhen: [],
  pathEffects: ['names'],
  historyWords: ['ntp server', 'ntp'],
  source: SOURCE,
} as const satisfies Menu;
