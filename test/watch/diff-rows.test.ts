import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '#routeros';
import { READABLE, type ReadableMenu } from '#routeros/readable';
import { runs } from '#test/sample.ts';
import { diffRows, isSame } from '../../controller/watch/diff-rows.ts';

function menuAt(path: '/ip/dns/static' | '/ip/firewall/filter' | '/system/identity' | '/ip/pool'): ReadableMenu {
  const menu = READABLE.get(path);
  if (menu === undefined) throw new Error(path);
  return menu;
}

const VERSION = [7, 20, 8] as const;
const NOTHING = { added: [], removed: [], changed: [], moved: [] };

describe('what differs', () => {
  it('is found by the columns that identify a row, field by field', () => {
    const before = [
      { name: 'a', ranges: '1' },
      { name: 'b', ranges: '2' },
    ];
    const after = [{ name: 'b', ranges: '3', comment: 'new' }, { name: 'c' }];
    expect(diffRows(menuAt('/ip/pool'), VERSION, before, after)).toEqual({
      added: [{ name: 'c' }],
      removed: [{ name: 'a', ranges: '1' }],
      changed: [
        {
          match: { name: 'b' },
          fields: { comment: { before: '', after: 'new' }, ranges: { before: '2', after: '3' } },
        },
      ],
      moved: [],
    });
  });

  it('of settings is their fields', () => {
    expect(diffRows(menuAt('/system/identity'), VERSION, [{ name: 'a' }], [{ name: 'b' }])).toEqual({
      ...NOTHING,
      changed: [{ match: {}, fields: { name: { before: 'a', after: 'b' } } }],
    });
  });

  it('is the order too, where it counts, told by the fewest rows that moved', () => {
    const rule = (comment: string): Row => ({ chain: 'forward', action: 'drop', comment });
    const before = ['a', 'b', 'c', 'd', 'e'].map(rule);
    const after = ['b', 'c', 'd', 'a', 'e'].map(rule);
    const diff = diffRows(menuAt('/ip/firewall/filter'), VERSION, before, after);
    expect(diff).toMatchObject({ added: [], removed: [], changed: [], moved: [{ from: 1, to: 4 }] });
    expect(
      diffRows(menuAt('/ip/pool'), VERSION, [{ name: 'a' }, { name: 'b' }], [{ name: 'b' }, { name: 'a' }]),
    ).toEqual(NOTHING);
  });
});

describe('for any two configurations', () => {
  const cell = fc.constantFrom('x', 'y', 'z');
  const rule = fc.record({ chain: fc.constantFrom('input', 'forward'), action: cell, comment: cell });
  const rows = fc.array(rule, { maxLength: 9 });
  const menu = menuAt('/ip/firewall/filter');

  it('nothing differs from itself, and the other way round is the same the other way round', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        expect(isSame(diffRows(menu, VERSION, before, before))).toBe(true);
        const there = diffRows(menu, VERSION, before, after);
        const back = diffRows(menu, VERSION, after, before);
        const sorted = (list: readonly Row[]): readonly string[] => list.map((row) => JSON.stringify(row)).toSorted();
        expect(sorted(back.added)).toEqual(sorted(there.removed));
        expect(sorted(back.removed)).toEqual(sorted(there.added));
        expect(back.moved.length).toBe(there.moved.length);
        expect(isSame(there)).toBe(JSON.stringify(before) === JSON.stringify(after));
      }),
      runs(300),
    );
  });
});
