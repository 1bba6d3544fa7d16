import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';
import { DATAPATH_FIELDS, WIFI_PACKAGE, WIFI_SOURCE } from './wifi-fields.ts';

/** Where the traffic of wireless clients goes. */
export const WIFI_DATAPATH = {
  path: '/interface/wifi/datapath',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
    ...DATAPATH_FIELDS,
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: WIFI_SOURCE },
  },
  comesWith: WIFI_PACKAGE,
  writeOrder: 5.3,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['radios'],
  historyWords: ['wifi'],
  source: WIFI_SOURCE,
} as const satisfies Menu;
