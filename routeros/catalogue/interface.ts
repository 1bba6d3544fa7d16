import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.14';

const STATE = { codec: textCodec, readOnly: true, source: SOURCE } as const satisfies Field;

/**
 * Every interface, whatever menu makes it: those of the hardware, and bridges, VLANs and the like, which are made and
 * removed in menus of their own. So rows are neither added nor removed here.
 */
export const INTERFACE = {
  path: '/interface',
  shape: 'list',
  fixedRows: true,
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    mtu: { codec: textCodec, source: SOURCE },
    l2mtu: { codec: textCodec, source: SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: SOURCE },
    type: STATE,
    'default-name': STATE,
    'actual-mtu': STATE,
    'max-l2mtu': STATE,
    'mac-address': STATE,
    running: STATE,
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    slave: STATE,
    inactive: STATE,
    passthrough: { ...STATE, source: `${SOURCE}; command tree of 7.22.3` },
    'last-link-up-time': STATE,
    'last-link-down-time': STATE,
    'link-downs': STATE,
    'rx-byte': STATE,
    'tx-byte': STATE,
    'rx-packet': STATE,
    'tx-packet': STATE,
    'rx-drop': STATE,
    'tx-drop': STATE,
    'rx-error': STATE,
    'tx-error': STATE,
    'tx-queue-drop': STATE,
    'fp-rx-byte': STATE,
    'fp-tx-byte': STATE,
    'fp-rx-packet': STATE,
    'fp-tx-packet': STATE,
    'fp-rps-drop': { ...STATE, source: `${SOURCE}; command tree of 7.22.3` },
    vrf: STATE,
  },
  writeOrder: 6,
  addWith: {},
  skipWhen: ['dynamic'],
  pathEffects: ['links'],
  historyWords: ['interface', 'device'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
