import { freeTextCodec } from '../values/text.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.13';

/** The router's name. */
export const IDENTITY = {
  path: '/system/identity',
  shape: 'settings',
  match: [],
  fields: { name: { codec: freeTextCodec, default: 'MikroTik', source: SOURCE } },
  writeOrder: 60,
  addWith: {},
  skipWhen: [],
  pathEffects: ['names'],
  historyWords: ['identity'],
  source: SOURCE,
} as const satisfies Menu;
