import { ipRangeCodec } from '../values/ip-range.ts';
import { listOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.7';

const COUNTER = { codec: textCodec, readOnly: true, since: [7, 18, 0], source: `${SOURCE}, §8 (7.18)` } as const;

/**
 * Pools of IPv4 addresses. One that is full goes on with `next-pool`. The router lets a pool go that others still name
 * and leaves its dead id there.
 */
export const POOL = {
  path: '/ip/pool',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    ranges: { codec: listOf(ipRangeCodec), source: SOURCE },
    'next-pool': {
      codec: wordOr(['none'], nonEmptyTextCodec),
      default: 'none',
      reference: '/ip/pool',
      source: SOURCE,
    },
    comment: COMMENT,
    total: COUNTER,
    used: COUNTER,
    available: COUNTER,
  },
  writeOrder: 12,
  addWith: {},
  skipWhen: [],
  pathEffects: ['leases'],
  historyWords: ['ip pool', 'pool'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
