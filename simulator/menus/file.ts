import { nonEmptyText, text } from '../kinds/kind.ts';
import { timestampText } from '../kinds/time.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import { comment, state } from './fields.ts';

/** /file (routeros-rest.md §4). Contents above 60 kB are left out. */
export const file: MenuSpec = {
  path: '/file',
  shape: 'list',
  noun: 'file',
  source: 'routeros-rest.md §4',
  key: ['name'],
  copyFromUntil: '7.20',
  writePolicies: ['write', 'ftp'],
  fields: {
    name: { kind: nonEmptyText, required: true, setSince: '7.16' },
    contents: { kind: text },
    type: { kind: text, default: 'file', since: '7.16' },
    size: { ...state, show: 'always' },
    'last-modified': { ...state, show: 'always', since: '7.16' },
    'creation-time': { ...state, show: 'always', until: '7.16' },
    comment: { ...comment, readOnly: true },
  },
  unique: { key: (values) => values['name'], refusal: 'haveFile' },
  initial: () => [{ name: 'flash', type: 'disk' }],
  prepare(router, next) {
    if (Buffer.byteLength(next['contents'] ?? '') > (isAtLeast(router.facts.version, '7.14') ? 61_250 : 4095)) {
      throw refusal('contentsTooLong');
    }
    return next;
  },
  computed(router, row) {
    const at = timestampText(row.bornAt + router.clockOffset);
    const contents = row.values['contents'] ?? '';
    return { size: String(Buffer.byteLength(contents)), 'last-modified': at, 'creation-time': at };
  },
};
