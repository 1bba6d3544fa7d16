import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.9 (as others name them)';

/** Several DHCP options under one name. */
export const DHCP_OPTION_SET = {
  path: '/ip/dhcp-server/option/sets',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    options: {
      codec: setOf(nonEmptyTextCodec),
      default: '',
      reference: '/ip/dhcp-server/option',
      source: `${SOURCE}; command trees`,
    },
    comment: { ...COMMENT, since: [7, 23, 0], source: `${COMMENT.source}; command trees: not in 7.22.3, in 7.23` },
  },
  writeOrder: 14,
  addWith: {},
  skipWhen: [],
  pathEffects: ['leases'],
  historyWords: ['dhcp option set', 'dhcp'],
  source: SOURCE,
} as const satisfies Menu;

/** A field that names such a set, or none. */
export function namedOptionSet(source: string): Field {
  return {
    codec: wordOr(['none'], nonEmptyTextCodec),
    default: 'none',
    reference: DHCP_OPTION_SET.path,
    source,
  };
}
