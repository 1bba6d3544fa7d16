import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { macCodec } from '../values/mac.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';
import { CONFIGURATION_FIELDS, inline, PROFILE_FIELDS, WIFI_PACKAGE, WIFI_SOURCE } from './wifi-fields.ts';

const MLD = {
  codec: textCodec,
  unset: true,
  since: [7, 22, 3],
  source: `${WIFI_SOURCE}; command trees: not in 7.20.8, in 7.22.3`,
} as const;

/**
 * Radios, which are there for good, and virtual access points on them, which name one in `master-interface`. What a
 * row says itself goes before its profiles; only that reads back.
 */
export const WIFI_INTERFACE = {
  path: '/interface/wifi',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
    'master-interface': { codec: nonEmptyTextCodec, reference: '/interface/wifi', source: WIFI_SOURCE },
    configuration: {
      codec: nonEmptyTextCodec,
      unset: true,
      keptWhenDropped: true,
      reference: '/interface/wifi/configuration',
      source: WIFI_SOURCE,
    },
    ...inline('configuration', CONFIGURATION_FIELDS),
    ...PROFILE_FIELDS,
    arp: { codec: textCodec, default: 'enabled', source: WIFI_SOURCE },
    'arp-timeout': { codec: wordOr(['auto'], durationCodec), unset: true, source: WIFI_SOURCE },
    'disable-running-check': { codec: booleanCodec, unset: true, source: WIFI_SOURCE },
    l2mtu: { codec: textCodec, neverCleared: true, source: WIFI_SOURCE },
    'mac-address': { codec: macCodec, neverCleared: true, source: WIFI_SOURCE },
    'mld-interface': MLD,
    'mld-name': MLD,
    mtu: { codec: textCodec, neverCleared: true, source: WIFI_SOURCE },
    'radio-mac': { codec: macCodec, neverCleared: true, source: WIFI_SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', keptWhenDropped: true, source: WIFI_SOURCE },
    bound: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    cap: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    'default-name': { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    dynamic: { codec: booleanCodec, readOnly: true, source: WIFI_SOURCE },
    inactive: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    master: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    network: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
    running: { codec: textCodec, readOnly: true, source: WIFI_SOURCE },
  },
  listedIn: '/interface',
  comesWith: WIFI_PACKAGE,
  keepsSecrets: true,
  fixedWithout: 'master-interface',
  writeOrder: 5.5,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['radios'],
  historyWords: ['wifi'],
  source: WIFI_SOURCE,
} as const satisfies Menu;
