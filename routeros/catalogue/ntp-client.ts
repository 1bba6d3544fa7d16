import { booleanCodec } from '../values/boolean.ts';
import { enumCodec } from '../values/enum.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { ntpServerCodec, vrfsIn } from '../values/with-vrf.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.3';

const STATE = { codec: textCodec, readOnly: true, source: SOURCE } as const;

/** The NTP client. Its servers are a set; /system/ntp/client/servers is a second view of them and is not managed. */
export const NTP_CLIENT = {
  path: '/system/ntp/client',
  shape: 'settings',
  match: [],
  fields: {
    enabled: { codec: booleanCodec, default: 'false', source: SOURCE },
    mode: {
      codec: enumCodec(['unicast', 'broadcast', 'multicast', 'manycast']),
      default: 'unicast',
      source: SOURCE,
    },
    servers: {
      codec: setOf(ntpServerCodec),
      default: '',
      reference: '/ip/vrf',
      namesIn: vrfsIn,
      exportedIn: { menu: '/system/ntp/client/servers', property: 'address' },
      source: `${SOURCE}, §6`,
    },
    vrf: { codec: nonEmptyTextCodec, default: 'main', reference: '/ip/vrf', source: SOURCE },
    'freq-drift': STATE,
    status: STATE,
    'synced-server': STATE,
    'synced-stratum': STATE,
    'system-offset': STATE,
  },
  writeOrder: 50,
  addWith: {},
  skipWhen: [],
  pathEffects: ['names'],
  setsClock: true,
  historyWords: ['ntp client', 'ntp'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
