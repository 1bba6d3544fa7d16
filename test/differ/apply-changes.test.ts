import { describe, expect, test } from 'vitest';
import { applyChanges, type Change, makePlan } from '#differ';
import type { Row } from '#routeros';

const MENU = '/ip/firewall/address-list';

function entry(index: number): Row {
  return { '.id': `*${index}`, list: `list-${index % 3}`, address: `192.0.2.${index}`, comment: `row ${index}` };
}

function matchOf({ list = '', address = '' }: Row): Row {
  return { list, address };
}

describe('changes of a few rows of a list', () => {
  const rows = Array.from({ length: 12 }, (_, index) => entry(index));
  const changes: readonly Change[] = [
    {
      kind: 'create',
      menu: MENU,
      match: { list: 'new', address: '192.0.2.99' },
      fields: { list: 'new', address: '192.0.2.99' },
      reason: 'declared',
    },
    {
      kind: 'set',
      menu: MENU,
      match: matchOf(entry(4)),
      nth: 0,
      fields: { comment: 'seen' },
      before: { comment: 'row 4' },
      reason: 'declared',
    },
    {
      kind: 'remove',
      menu: MENU,
      match: matchOf(entry(7)),
      nth: 0,
      before: { list: 'list-1', address: '192.0.2.7', comment: 'row 7' },
      reason: 'dropped',
    },
    {
      kind: 'remove',
      menu: MENU,
      match: matchOf(entry(11)),
      nth: 0,
      before: { list: 'list-2', address: '192.0.2.11', comment: 'row 11' },
      reason: 'dropped',
    },
  ];

  test('leave all others as they are and where they are', () => {
    const after = applyChanges({ menus: { [MENU]: rows } }, changes).menus[MENU] ?? [];

    expect(after.map((row) => row['comment'] ?? 'new')).toEqual([
      'row 0',
      'row 1',
      'row 2',
      'row 3',
      'seen',
      'row 5',
      'row 6',
      'row 8',
      'row 9',
      'row 10',
      'new',
    ]);
    expect(after.filter((row) => rows.includes(row))).toHaveLength(9);
  });

  test('find a row that the router spells in another way', () => {
    const spelt = rows.map((row, index) => (index === 4 ? { ...row, address: '192.0.2.4/32' } : row));
    const after = applyChanges({ menus: { [MENU]: spelt } }, changes.slice(1, 2)).menus[MENU] ?? [];

    expect(after[4]).toEqual({ ...spelt[4], comment: 'seen' });
  });
});

describe('a long list that is planned again', () => {
  const declared = Array.from({ length: 300 }, (_, index) => ({
    fields: { list: 'feed', address: addressAt(index) },
    owners: ['fleet'],
  }));
  const list = { shape: 'list', declaredBy: ['fleet'], unlisted: 'tolerate', rows: declared } as const;
  const desired = { menus: { [MENU]: list } };
  const live = declared.map(({ fields }, index): Row => ({ '.id': `*${index}`, ...fields, comment: 'old' }));

  function addressAt(index: number): string {
    return `198.51.${100 + (index >> 8)}.${index & 255}`;
  }

  test.each([
    ['and the same was confirmed', desired],
    ['and an equal list was confirmed', { menus: { [MENU]: { ...list, rows: [...declared] } } }],
    ['and nothing was confirmed', null],
  ])('%s has the plan of what the router holds now', (_, base) => {
    const planned = (rows: readonly Row[]): readonly string[] =>
      makePlan({ desired, base, live: { menus: { [MENU]: rows } } }).changes.map(
        ({ kind, match }) => `${kind} ${match?.['address']}`,
      );

    expect(planned(live)).toEqual([]);
    expect(planned(live.filter((_row, index) => index !== 17))).toEqual([`create ${addressAt(17)}`]);
    expect(planned(live.toReversed())).toEqual([]);
    expect(planned([...live.slice(1), { '.id': '*FFF', list: 'feed', address: '203.0.113.1' }])).toEqual([
      `create ${addressAt(0)}`,
    ]);
  });
});
