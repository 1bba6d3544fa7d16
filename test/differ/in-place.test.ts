import { expect, it } from 'vitest';
import { makePlan, restoresInPlace } from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf, settings } from '#test/planning.ts';

const LIST = '/ip/firewall/address-list';
const KEPT = { list: 'l', address: '192.0.2.1' };
const GONE = { list: 'l', address: '192.0.2.2' };
const NEW = { list: 'l', address: '192.0.2.3' };
const TWIN = { list: 'l', address: '192.0.2.4' };

it('says of each single row that is only set which fields are, and of no other row', () => {
  const rows = (more: Row): readonly Row[] => [
    { ...KEPT, ...more },
    { ...TWIN, comment: more['comment'] ?? '' },
  ];
  const plan = makePlan({
    desired: desiredOf({
      [LIST]: list(declared([...rows({ comment: 'new' }), NEW]), { unlisted: 'prune' }),
      '/system/identity': settings({ name: 'new' }),
    }),
    base: desiredOf({ [LIST]: list(declared([...rows({ comment: 'old' }), GONE]), { unlisted: 'prune' }) }),
    live: liveOf({
      [LIST]: [
        { ...KEPT, comment: 'old', disabled: 'false' },
        { ...GONE, disabled: 'false' },
        { ...TWIN, comment: 'old', disabled: 'false' },
        { ...TWIN, comment: 'mine', disabled: 'true' },
      ],
      '/system/identity': [{ name: 'old' }],
    }),
  });
  const written = restoresInPlace(plan).map(({ match, written: names }) => [match?.['address'] ?? null, names]);
  expect(Object.fromEntries(written)).toEqual({
    '192.0.2.1': ['comment'],
    '192.0.2.2': undefined,
    '192.0.2.3': undefined,
    '192.0.2.4': undefined,
    null: undefined,
  });
  expect(plan.changes.map(({ kind }) => kind).toSorted()).toEqual(['create', 'remove', 'remove', 'set', 'set', 'set']);
});
