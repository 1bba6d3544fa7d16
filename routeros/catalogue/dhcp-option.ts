import { booleanCodec } from '../values/boolean.ts';
import { integerCodec } from '../values/integer.ts';
import { listOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.9 (as others name them)';
const TREES = `${SOURCE}; command trees`;

/** Options that DHCP servers hand out, by a name that networks, leases and option sets use. */
export const DHCP_OPTION = {
  path: '/ip/dhcp-server/option',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    code: { codec: wordOr(['vendor-specific'], integerCodec(1, 254)), source: `${TREES}; RFC 2132` },
    value: { codec: textCodec, default: '', source: TREES },
    force: { codec: booleanCodec, default: 'false', source: TREES },
    comment: { ...COMMENT, since: [7, 16, 0], source: `${COMMENT.source}; command trees: not in 7.15.3, in 7.16` },
    'raw-value': { codec: textCodec, readOnly: true, source: TREES },
  },
  writeOrder: 13,
  addWith: {},
  skipWhen: [],
  pathEffects: ['leases'],
  historyWords: ['dhcp option', 'dhcp'],
  source: SOURCE,
} as const satisfies Menu;

/** A field that names such options, in the order in which they are handed out. */
export function namedOptions(source: string): Field {
  return { codec: listOf(nonEmptyTextCodec), default: '', reference: DHCP_OPTION.path, source };
}
