import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';
import { CHANNEL_FIELDS, WIFI_PACKAGE, WIFI_SOURCE } from './wifi-fields.ts';

/** Frequencies and widths of radios. */
export const WIFI_CHANNEL = {
  path: '/interface/wifi/channel',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
    ...CHANNEL_FIELDS,
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: WIFI_SOURCE },
  },
  comesWith: WIFI_PACKAGE,
  writeOrder: 5.1,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['radios'],
  historyWords: ['wifi'],
  source: WIFI_SOURCE,
} as const satisfies Menu;
