import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.1';

const SINCE = [7, 15, 0] as const;

/** Lists of names that the DNS cache answers with nothing: from a URL that it fetches again and again, or from a file. */
export const DNS_ADLIST = {
  path: '/ip/dns/adlist',
  shape: 'list',
  since: SINCE,
  match: ['url', 'file'],
  oneOf: ['url', 'file'],
  fields: {
    url: { codec: nonEmptyTextCodec, since: SINCE, source: `${SOURCE}, §8 (7.16); public reports: from 7.15` },
    file: { codec: nonEmptyTextCodec, since: SINCE, source: SOURCE },
    'ssl-verify': {
      codec: booleanCodec,
      default: 'true',
      since: SINCE,
      source: `${SOURCE}; public exports print ssl-verify=no alone`,
    },
    comment: { ...COMMENT, since: SINCE },
    disabled: { codec: booleanCodec, default: 'false', since: SINCE, source: `${SOURCE}; command trees` },
    'match-count': { codec: textCodec, readOnly: true, since: SINCE, source: SOURCE },
    'name-count': { codec: textCodec, readOnly: true, since: SINCE, source: SOURCE },
  },
  writeOrder: 37,
  addWith: { disabled: 'false' },
  skipWhen: [],
  pathEffects: ['names'],
  historyWords: ['dns', 'adlist'],
  source: `${SOURCE}; command trees`,
} as const satisfies Menu;
