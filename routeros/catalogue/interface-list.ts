import { booleanCodec } from '../values/boolean.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.14';

/** The lists that the router has from the start (`all`, `none`, `dynamic`, `static`) are `builtin`, its own. */
export const INTERFACE_LIST = {
  path: '/interface/list',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    include: {
      codec: setOf(nonEmptyTextCodec),
      default: '',
      reference: '/interface/list',
      source: `${SOURCE}; command trees`,
    },
    exclude: {
      codec: setOf(nonEmptyTextCodec),
      default: '',
      reference: '/interface/list',
      source: `${SOURCE}; command trees`,
    },
    comment: COMMENT,
    builtin: { codec: booleanCodec, readOnly: true, source: `${SOURCE}; command tree of 7.22.3` },
    dynamic: { codec: booleanCodec, readOnly: true, source: `${SOURCE}; command tree of 7.22.3` },
  },
  writeOrder: 2,
  addWith: {},
  skipWhen: ['dynamic', 'builtin'],
  pathEffects: ['membership'],
  historyWords: ['interface list'],
  source: SOURCE,
} as const satisfies Menu;

/** Who is on an interface list; an interface may be on several. */
export const INTERFACE_LIST_MEMBER = {
  path: '/interface/list/member',
  shape: 'list',
  match: ['list', 'interface'],
  fields: {
    list: { codec: nonEmptyTextCodec, reference: '/interface/list', source: SOURCE },
    interface: { codec: nonEmptyTextCodec, reference: '/interface', source: SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}; command trees` },
    dynamic: { codec: booleanCodec, readOnly: true, source: `${SOURCE}; command tree of 7.22.3` },
  },
  writeOrder: 8,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['membership'],
  historyWords: ['interface list member'],
  source: SOURCE,
} as const satisfies Menu;
