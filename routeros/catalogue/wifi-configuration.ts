import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';
import { CONFIGURATION_FIELDS, PROFILE_FIELDS, WIFI_PACKAGE, WIFI_SOURCE } from './wifi-fields.ts';

/** Wireless networks, as radios put them up: a name, and profiles for all the rest. */
export const WIFI_CONFIGURATION = {
  path: '/interface/wifi/configuration',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
    ...CONFIGURATION_FIELDS,
    ...PROFILE_FIELDS,
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: WIFI_SOURCE },
  },
  comesWith: WIFI_PACKAGE,
  keepsSecrets: true,
  copiesSecrets: true,
  writeOrder: 5.4,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['radios'],
  historyWords: ['wifi'],
  source: WIFI_SOURCE,
} as const satisfies Menu;
