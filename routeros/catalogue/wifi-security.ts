import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';
import { SECURITY_FIELDS, WIFI_PACKAGE, WIFI_SOURCE } from './wifi-fields.ts';

/** Who may join a wireless network, and with which key. */
export const WIFI_SECURITY = {
  path: '/interface/wifi/security',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
    ...SECURITY_FIELDS,
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: WIFI_SOURCE },
  },
  comesWith: WIFI_PACKAGE,
  keepsSecrets: true,
  copiesSecrets: true,
  writeOrder: 5.2,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['radios'],
  historyWords: ['wifi'],
  source: WIFI_SOURCE,
} as const satisfies Menu;
