import { addressListEntryCodec } from '../values/address-list-entry.ts';
import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.5';

/**
 * Entries of IPv4 firewall address lists. Timed entries and what a name resolves to are dynamic and belong to the
 * router, unless somebody declares them with a timeout. It counts down while an entry stands, so it is never cleared
 * and only read where one is declared.
 */
export const ADDRESS_LIST = {
  path: '/ip/firewall/address-list',
  shape: 'list',
  match: ['list', 'address'],
  fields: {
    list: { codec: nonEmptyTextCodec, source: SOURCE },
    address: { codec: addressListEntryCodec('lenient'), source: SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}, §6` },
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    timeout: { codec: durationCodec, neverCleared: true, source: SOURCE },
    'creation-time': { codec: textCodec, readOnly: true, source: SOURCE },
  },
  timedBy: 'timeout',
  cameOf: { toldBy: 'comment', parent: 'address', within: ['list'] },
  writeOrder: 20,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['lists'],
  historyWords: ['address list', 'address-list'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
