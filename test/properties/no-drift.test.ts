import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { driftOf, type DesiredMenu, type DriftEntry } from '#differ';
import { renderDriftText } from '#differ/render';
import type { Menu, Row } from '#routeros';
import { declared, desiredOf, list, liveOf, settings } from '#test/planning.ts';
import { runs } from '#test/sample.ts';
import { TEST_CATALOGUE } from '#test/states.ts';

const MENUS = Object.values(TEST_CATALOGUE);

/** A row that is told from those of other numbers, and of settings one with every default. */
function rowOf(menu: Menu, number: number): Row {
  const row: Record<string, string> = {};
  for (const [name, field] of Object.entries(menu.fields)) {
    if (field.readOnly === true) continue;
    if (menu.match.includes(name)) row[name] = `x${String(number)}`;
    else if (menu.shape === 'settings' || name === 'disabled') row[name] = field.default ?? 'x';
  }
  return row;
}

/** What a router shows beside its configuration: counters and states, and fields that nobody has heard of. */
function noise(menu: Menu): fc.Arbitrary<Row> {
  const state = Object.keys(menu.fields).filter(
    (name) => menu.fields[name]?.readOnly === true && !menu.skipWhen.includes(name),
  );
  return fc.dictionary(
    fc.constantFrom(...state, '.id', '.nextid', '.about', 'bytes', 'packets', 'run-count'),
    fc.string(),
  );
}

interface Case {
  readonly menu: Menu;
  readonly rows: readonly Row[];
  readonly noises: readonly Row[];
  /** Rows of the router itself, each before the row of that place. */
  readonly dynamic: readonly { readonly number: number; readonly flag: string; readonly at: number }[];
}

const cases: fc.Arbitrary<Case> = fc.constantFrom(...MENUS).chain((menu) => {
  const rows = (menu.shape === 'settings' ? [0] : [0, 1, 2]).map((number) => rowOf(menu, number));
  const flag = menu.skipWhen.length === 0 ? fc.constant('') : fc.constantFrom(...menu.skipWhen);
  const one = fc.record({ number: fc.nat(5), flag, at: fc.nat(rows.length) });
  return fc.record({
    menu: fc.constant(menu),
    rows: fc.constant(rows),
    noises: fc.array(noise(menu), { minLength: rows.length, maxLength: rows.length }),
    dynamic:
      menu.shape === 'settings' || menu.skipWhen.length === 0 ? fc.constant([]) : fc.array(one, { maxLength: 4 }),
  });
});

function driftIn({ menu, rows }: Pick<Case, 'menu' | 'rows'>, live: readonly Row[]): readonly DriftEntry[] {
  const base: DesiredMenu =
    menu.shape === 'settings' ? settings(rows[0] ?? {}) : list(declared(rows), { unlisted: 'prune' });
  return driftOf(desiredOf({ [menu.path]: base }), liveOf({ [menu.path]: live }), [], TEST_CATALOGUE);
}

test('counters, states, unknown fields and rows of the router itself are never drift, in any menu', () => {
  fc.assert(
    fc.property(cases, ({ menu, rows, noises, dynamic }) => {
      const live = rows.flatMap((row, at) => [
        ...dynamic
          .filter((each) => each.at === at)
          .map(({ number, flag }) => ({ ...rowOf(menu, number), [flag]: 'true' })),
        { ...noises[at], ...row },
      ]);
      expect(driftIn({ menu, rows }, live)).toEqual([]);
    }),
    runs(1500),
  );
});

test('a row that was changed, is gone, is one too many, or out of its order is drift', () => {
  for (const path of ['/ip/firewall/address-list', '/ip/dns/static', '/test/rules'] as const) {
    const menu = TEST_CATALOGUE[path] as Menu;
    const rows = [0, 1, 2].map((number) => rowOf(menu, number));
    const [first = {}, ...others] = rows;
    const classes = (live: readonly Row[]): readonly string[] =>
      driftIn({ menu, rows }, live).map((each) => each.class);
    expect(classes([{ ...first, disabled: 'true' }, ...others])).toEqual(['Changed']);
    expect(classes(others)).toEqual(['Missing']);
    expect(classes([...rows, rowOf(menu, 7)])).toEqual(['Extra']);
    const moved = driftIn({ menu, rows }, [...others, first]);
    expect(moved).toEqual(
      menu.shape === 'list'
        ? []
        : [{ class: 'Reordered', menu: path, match: { mark: 'x0' }, desired: {}, live: {}, before: { mark: 'x1' } }],
    );
    if (moved.length > 0)
      expect(renderDriftText(moved, TEST_CATALOGUE)).toContain(
        'Reordered  /test/rules mark=x0 should stand before mark=x1\n',
      );
  }
});
