import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.15 (legacy)';

/** What comes with the older drivers of radios. */
export const WIRELESS_PACKAGE = 'wireless package';

/**
 * Security profiles of the older drivers. The row `default` is always there. The menu has no `unset`: whatever is not
 * said, the router gives a value.
 */
export const WIRELESS_SECURITY = {
  path: '/interface/wireless/security-profiles',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    'authentication-types': { codec: setOf(nonEmptyTextCodec), neverCleared: true, source: SOURCE },
    'disable-pmkid': { codec: booleanCodec, neverCleared: true, source: SOURCE },
    'eap-methods': { codec: textCodec, neverCleared: true, source: SOURCE },
    'group-ciphers': { codec: setOf(nonEmptyTextCodec), neverCleared: true, source: SOURCE },
    'group-key-update': { codec: durationCodec, neverCleared: true, source: SOURCE },
    'interim-update': { codec: durationCodec, neverCleared: true, source: SOURCE },
    'management-protection': { codec: textCodec, neverCleared: true, source: SOURCE },
    'management-protection-key': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    mode: { codec: textCodec, neverCleared: true, source: SOURCE },
    'mschapv2-password': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'mschapv2-username': { codec: textCodec, neverCleared: true, source: SOURCE },
    'radius-called-format': { codec: textCodec, neverCleared: true, source: SOURCE },
    'radius-eap-accounting': { codec: booleanCodec, neverCleared: true, source: SOURCE },
    'radius-mac-accounting': { codec: booleanCodec, neverCleared: true, source: SOURCE },
    'radius-mac-authentication': { codec: booleanCodec, neverCleared: true, source: SOURCE },
    'radius-mac-caching': { codec: wordOr(['disabled'], durationCodec), neverCleared: true, source: SOURCE },
    'radius-mac-format': { codec: textCodec, neverCleared: true, source: SOURCE },
    'radius-mac-mode': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-algo-0': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-algo-1': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-algo-2': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-algo-3': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-key-0': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'static-key-1': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'static-key-2': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'static-key-3': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'static-sta-private-algo': { codec: textCodec, neverCleared: true, source: SOURCE },
    'static-sta-private-key': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'static-transmit-key': { codec: textCodec, neverCleared: true, source: SOURCE },
    'supplicant-identity': { codec: textCodec, neverCleared: true, source: SOURCE },
    'tls-certificate': { codec: textCodec, neverCleared: true, source: SOURCE },
    'tls-mode': { codec: textCodec, neverCleared: true, source: SOURCE },
    'unicast-ciphers': { codec: setOf(nonEmptyTextCodec), neverCleared: true, source: SOURCE },
    'wpa-pre-shared-key': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    'wpa2-pre-shared-key': { codec: textCodec, secret: true, neverCleared: true, source: SOURCE },
    comment: COMMENT,
    default: { codec: booleanCodec, readOnly: true, source: SOURCE },
  },
  comesWith: WIRELESS_PACKAGE,
  keepsSecrets: true,
  copiesSecrets: true,
  writeOrder: 5.6,
  addWith: {},
  skipWhen: [],
  pathEffects: ['radios'],
  historyWords: ['wireless'],
  source: SOURCE,
} as const satisfies Menu;
