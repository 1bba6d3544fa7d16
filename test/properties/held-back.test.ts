import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '#canonical-json';
import {
  applyChanges,
  applyRestores,
  canonicalMenu,
  checkPlan,
  type DesiredList,
  type DesiredRow,
  type DesiredState,
  describeRow,
  driftOf,
  isSkipped,
  keyOf,
  type LiveState,
  makePlan,
  nextBase,
  type Plan,
  type PlanInput,
  writableRow,
} from '#differ';
import { booleanCodec, type Field, type Menu, type MenuPath, type Row, textCodec } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { planInputs, TEST_CATALOGUE } from '#test/states.ts';
import { runs } from '#test/sample.ts';

const RUNS = runs(300);

const OWNERS = ['fleet', 'site', 'role'];

/** A tuple of its own in each list menu, which no generated row names, mentions or takes the place of. */
const TUPLES: Readonly<Record<MenuPath, Row>> = {
  '/ip/dns/static': { name: 'odd.example', type: 'A', address: '203.0.113.9' },
  '/ip/firewall/address-list': { list: 'odd', address: '203.0.113.9' },
  '/ip/address': { address: '203.0.113.9/24', interface: 'odd' },
  '/test/peers': { name: 'odd' },
};

/** What keeps a row from being changed: each way in which the router holds it, and what is wanted of it. */
const FAULTS: Readonly<Record<string, { readonly live: Row; readonly wanted: readonly ('changed' | 'gone')[] }>> = {
  'a value that is none': { live: { disabled: 'perhaps' }, wanted: ['changed', 'gone'] },
  'a value too long for a script': { live: { comment: 'x'.repeat(50_000) }, wanted: ['changed', 'gone'] },
  'an entry of the router itself': { live: { dynamic: 'true' }, wanted: ['changed'] },
};

interface Bad {
  readonly menu: MenuPath;
  readonly live: Row;
  readonly wanted: 'changed' | 'gone';
}

const bads: fc.Arbitrary<readonly Bad[]> = fc
  .uniqueArray(fc.constantFrom(...(Object.keys(TUPLES) as MenuPath[])), { minLength: 1 })
  .chain((menus) =>
    fc.tuple(
      ...menus.map((menu) =>
        fc.constantFrom(
          ...Object.values(FAULTS).flatMap(({ live, wanted }) =>
            wanted.map((each): Bad => ({ menu, live: { ...TUPLES[menu], ...live }, wanted: each })),
          ),
        ),
      ),
    ),
  );

function menuAt(path: MenuPath): Menu {
  return TEST_CATALOGUE[path] as Menu;
}

function plan(input: PlanInput): Plan {
  return makePlan(input, TEST_CATALOGUE);
}

/** The side with the bad menus declared by everybody, and in them these rows besides. */
function withRows(side: DesiredState, rows: ReadonlyMap<MenuPath, readonly DesiredRow[]>): DesiredState {
  const menus = { ...side.menus };
  for (const [path, more] of rows) {
    const known = menus[path];
    const list: DesiredList =
      known?.shape === 'list' ? known : { shape: 'list', declaredBy: [], unlisted: 'tolerate', rows: [] };
    menus[path] = { ...list, declaredBy: OWNERS, rows: [...more, ...list.rows] };
  }
  return { menus };
}

interface Pair {
  readonly bad: readonly Bad[];
  readonly without: PlanInput;
  readonly with: PlanInput;
}

/** The same three sides without the bad rows, and with them among the others. */
const pairs: fc.Arbitrary<Pair> = fc.tuple(planInputs(), bads, fc.nat()).map(([input, bad, place]) => {
  const none = new Map(bad.map(({ menu }) => [menu, []]));
  const declared = (fields: Row): readonly DesiredRow[] => [{ fields, owners: OWNERS }];
  const wanted = new Map(
    bad.map((each) => [
      each.menu,
      each.wanted === 'gone' ? [] : declared({ ...TUPLES[each.menu], comment: 'wanted', disabled: 'false' }),
    ]),
  );
  const before = new Map(bad.map(({ menu }) => [menu, declared({ ...TUPLES[menu], disabled: 'false' })]));
  const live: Record<MenuPath, readonly Row[]> = { ...input.live.menus };
  for (const { menu, live: row } of bad) {
    const rows = [...(live[menu] ?? [])];
    rows.splice(place % (rows.length + 1), 0, { '.id': '*BAD', dynamic: 'false', ...row });
    live[menu] = rows;
  }
  const base = input.base ?? { menus: {} };
  return {
    bad,
    without: { ...input, desired: withRows(input.desired, none), base: withRows(base, none) },
    with: { desired: withRows(input.desired, wanted), base: withRows(base, before), live: { menus: live } },
  };
});

function configuration(live: LiveState): unknown {
  return Object.entries(live.menus).map(([path, rows]) => {
    const menu = menuAt(path as MenuPath);
    const own = rows.map((row) => (isSkipped(menu, row) ? row : writableRow(menu, row)));
    const texts = canonicalMenu(menu, own).map((row) => canonicalJson(row));
    return [path, menu.shape === 'orderedList' ? texts : texts.toSorted()];
  });
}

function badRows(live: LiveState): readonly Row[] {
  return Object.values(live.menus)
    .flat()
    .filter((row) => row['.id'] === '*BAD');
}

function namesOf(made: Plan): readonly string[] {
  return (made.heldBack ?? []).map(({ menu, match }) => `${menu} ${keyOf(menuAt(menu), match ?? {})}`).toSorted();
}

describe('for any desired, base and live state with rows that can not be changed among the others', () => {
  test('the plan is the one without those rows, and names them with their reasons', () => {
    fc.assert(
      fc.property(pairs, ({ bad, without, with: input }) => {
        const { heldBack: _, ...expected } = plan(without);
        const { heldBack = [], ...made } = plan(input);
        expect(made).toEqual(expected);
        const own = bad.map(({ menu }) => `${menu} ${keyOf(menuAt(menu), TUPLES[menu] as Row)}`);
        expect(namesOf(plan(input))).toEqual([...namesOf(plan(without)), ...own].toSorted());
        for (const { because } of heldBack) expect(because).toMatch(/.{10}/);
      }),
      RUNS,
    );
  });

  test('it passes every check, and its undo restores the rest from every prefix', () => {
    fc.assert(
      fc.property(pairs, ({ with: input }) => {
        const { changes, inverse, ...made } = plan(input);
        expect(checkPlan({ changes, inverse, ...made }, input, WIDE_LIMITS, TEST_CATALOGUE)).toEqual([]);
        const snapshot = configuration(input.live);
        for (let length = 0; length <= changes.length; length++) {
          const now = applyChanges(input.live, changes.slice(0, length), TEST_CATALOGUE);
          expect(badRows(now)).toEqual(badRows(input.live));
          const undone = applyRestores(now, inverse, TEST_CATALOGUE);
          expect(configuration(undone)).toEqual(snapshot);
          expect(badRows(undone)).toEqual(badRows(input.live));
        }
      }),
      RUNS,
    );
  });

  test('once it is confirmed the base has them as before, and the next plan is empty but for them', () => {
    fc.assert(
      fc.property(pairs, ({ bad, with: input }) => {
        const made = plan(input);
        const live = applyChanges(input.live, made.changes, TEST_CATALOGUE);
        const base = nextBase(input.desired, made, input.base, TEST_CATALOGUE);
        for (const { menu } of bad) {
          const key = keyOf(menuAt(menu), TUPLES[menu] as Row);
          const rowsIn = (side: DesiredState | null): readonly DesiredRow[] => {
            const list = side?.menus[menu];
            return list?.shape === 'list' ? list.rows.filter(({ fields }) => keyOf(menuAt(menu), fields) === key) : [];
          };
          expect(rowsIn(base)).toEqual(rowsIn(input.base));
        }
        const { released: _, ...again } = plan({ ...input, base, live });
        expect(again.changes.filter(({ reason }) => reason !== 'unlisted')).toEqual([]);
        expect(namesOf({ ...again, released: [] })).toEqual(expect.arrayContaining([...namesOf(made)]));
        const drift = driftOf(base, live, [], TEST_CATALOGUE, made.heldBack);
        expect(drift.filter((entry) => entry.class !== 'Extra')).toEqual([]);
        expect(nextBase(input.desired, made, base, TEST_CATALOGUE)).toEqual(base);
      }),
      RUNS,
    );
  });
});

const SOURCE = 'a menu made up for tests';
const TEXT: Field = { codec: textCodec, source: SOURCE };

function menuOf(path: MenuPath, writeOrder: number, more: Partial<Menu>): Menu {
  return {
    path,
    shape: 'list',
    match: ['name'],
    writeOrder,
    addWith: {},
    skipWhen: ['dynamic'],
    pathEffects: ['unmodelled'],
    historyWords: [],
    source: SOURCE,
    ...more,
    fields: {
      name: TEXT,
      flag: { codec: booleanCodec, default: 'false', source: SOURCE },
      dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
      ...more.fields,
    },
  };
}

/** Rows that name each other, rows in groups, and rows whose order counts: all the ways to depend on a row. */
const TIED = Object.fromEntries(
  [
    menuOf('/tied/links', 1, { fields: { next: { ...TEXT, reference: '/tied/links' } } }),
    menuOf('/tied/members', 2, {
      match: ['name', 'group'],
      fields: { group: TEXT, link: { ...TEXT, reference: '/tied/links' } },
      replacedBy: [['name']],
    }),
    menuOf('/tied/users', 3, { fields: { uses: { ...TEXT, mentions: { menu: '/tied/members', by: 'group' } } } }),
    menuOf('/tied/rules', 4, { shape: 'orderedList', fields: { link: { ...TEXT, reference: '/tied/links' } } }),
  ].map((menu) => [menu.path, menu]),
) as Readonly<Record<MenuPath, Menu>>;

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const name = fc.constantFrom(...NAMES);
const some = (field: string): fc.Arbitrary<Row> =>
  fc.option(
    name.map((text) => ({ [field]: text })),
    { nil: {} },
  );
const flag = fc.constantFrom({}, { flag: 'true' });

const TIED_ROWS: Readonly<Record<MenuPath, fc.Arbitrary<Row>>> = {
  '/tied/links': some('next'),
  '/tied/members': fc.tuple(name, some('link')).map(([group, link]) => ({ group, ...link })),
  '/tied/users': some('uses'),
  '/tied/rules': some('link'),
};

function tiedRows(menu: MenuPath, spoilt: boolean): fc.Arbitrary<readonly Row[]> {
  const state = spoilt ? fc.constantFrom({}, {}, { flag: 'true' }, { flag: 'perhaps' }) : flag;
  return fc
    .uniqueArray(name)
    .chain((names) =>
      fc.tuple(
        ...names.map((each) =>
          fc
            .tuple(TIED_ROWS[menu] as fc.Arbitrary<Row>, state)
            .map(([row, more]): Row => ({ name: each, ...row, ...more })),
        ),
      ),
    );
}

function tiedSide(spoilt: boolean): fc.Arbitrary<Readonly<Record<MenuPath, readonly Row[]>>> {
  const menus = Object.keys(TIED) as MenuPath[];
  return fc
    .tuple(...menus.map((menu) => tiedRows(menu, spoilt)))
    .map((rows) => Object.fromEntries(menus.map((menu, at) => [menu, rows[at] ?? []])));
}

const tiedInputs: fc.Arbitrary<PlanInput> = fc
  .tuple(tiedSide(false), tiedSide(false), tiedSide(true))
  .map(([wanted, before, live]) => {
    const side = (menus: typeof wanted): DesiredState => ({
      menus: Object.fromEntries(
        Object.entries(menus).map(([path, rows]) => [
          path,
          {
            shape: 'list',
            declaredBy: OWNERS,
            unlisted: 'prune',
            rows: rows.map((fields) => ({ fields, owners: OWNERS })),
          },
        ]),
      ),
    });
    return { desired: side(wanted), base: side(before), live: { menus: live } };
  });

describe('whatever depends on a row that is held back', () => {
  const limits = { ...WIDE_LIMITS, allowedMenus: Object.keys(TIED) as MenuPath[] };
  const linksOf = (row: Row): readonly string[] => [row['next'], row['link']].filter((text) => text !== undefined);

  test('is left alone as well, and nothing that it names goes', () => {
    fc.assert(
      fc.property(tiedInputs, (input) => {
        const made = makePlan(input, TIED);
        expect(checkPlan(made, input, limits, TIED)).toEqual([]);
        const isHeld = (path: MenuPath, row: Row): boolean =>
          (made.heldBack ?? []).some(
            ({ menu, match }) =>
              menu === path && keyOf(TIED[path] as Menu, match ?? {}) === keyOf(TIED[path] as Menu, row),
          );
        const rowsAt = (path: MenuPath): readonly Row[] => [
          ...(input.live.menus[path] ?? []),
          ...[input.desired, input.base].flatMap((side) => {
            const list = side?.menus[path];
            return list?.shape === 'list' ? list.rows.map(({ fields }) => fields) : [];
          }),
        ];
        const heldIn = (path: MenuPath): readonly Row[] => rowsAt(path).filter((row) => isHeld(path, row));
        // What is on the router may be named, and stays there.
        const awaitedIn = (path: MenuPath): readonly Row[] => {
          const there = (input.live.menus[path] ?? []).map((row) => keyOf(TIED[path] as Menu, row));
          return heldIn(path).filter((row) => !there.includes(keyOf(TIED[path] as Menu, row)));
        };
        const names = new Set(awaitedIn('/tied/links').map((row) => row['name']));
        const groups = new Set(awaitedIn('/tied/members').map((row) => row['group']));
        const named = new Set((Object.keys(TIED) as MenuPath[]).flatMap(heldIn).flatMap(linksOf));
        const used = new Set(heldIn('/tied/users').map((row) => row['uses']));
        for (const change of made.changes) {
          expect(isHeld(change.menu, change.match ?? {})).toBe(false);
          const written = change.kind === 'create' || change.kind === 'set' ? change.fields : {};
          for (const link of linksOf(written)) expect(names).not.toContain(link);
          if (written['uses'] !== undefined) expect(groups).not.toContain(written['uses']);
          if (change.kind !== 'remove') continue;
          if (change.menu === '/tied/links') expect(named).not.toContain(change.match['name']);
          if (change.menu === '/tied/members') expect(used).not.toContain(change.match['group']);
        }
        for (const { match } of (made.heldBack ?? []).filter(({ menu }) => menu === '/tied/members')) {
          const own = { name: match?.['name'], group: match?.['group'] };
          const held = (rows: readonly Row[]): boolean =>
            rows.some((row) => row['name'] === own.name && row['group'] === own.group);
          const live = held(input.live.menus['/tied/members'] ?? []);
          const list = input.desired.menus['/tied/members'];
          const wanted = held(list?.shape === 'list' ? list.rows.map(({ fields }) => fields) : []);
          const sameName = made.changes.filter(
            (change) => change.menu === '/tied/members' && change.match?.['name'] === own.name,
          );
          if (live && !wanted) expect(sameName.map(({ kind }) => kind)).not.toContain('create');
          if (wanted && !live) expect(sameName.map(({ kind }) => kind)).not.toContain('remove');
        }
        const rules = input.desired.menus['/tied/rules'];
        const order = rules?.shape === 'list' ? rules.rows.map(({ fields }) => fields['name']) : [];
        const first = order.findIndex((mark) => isHeld('/tied/rules', { name: mark as string }));
        if (first >= 0)
          for (const change of made.changes.filter(({ menu }) => menu === '/tied/rules'))
            expect(order.indexOf(change.match?.['name'] as string)).toBeLessThan(first);
        const now = applyChanges(input.live, made.changes, TIED).menus['/tied/rules'] ?? [];
        const place = (mark: unknown): number => now.findIndex((row) => row['name'] === mark);
        if (first < 0 || place(order[first]) < 0) return;
        for (const mark of order.slice(0, first)) expect(place(mark)).toBeLessThan(place(order[first]));
      }),
      RUNS,
    );
  });

  test('says which row it depends on; none is held back without a reason of its own', () => {
    fc.assert(
      fc.property(tiedInputs, (input) => {
        const { heldBack = [] } = makePlan(input, TIED);
        const named = heldBack.map(({ menu, match }) => describeRow(TIED[menu] as Menu, match));
        for (const { menu, match, because } of heldBack) {
          const own = describeRow(TIED[menu] as Menu, match);
          const bad = (input.live.menus[menu] ?? []).some(
            (row) =>
              row['flag'] === 'perhaps' && describeRow(TIED[menu] as Menu, match).includes(`name=${row['name']}`),
          );
          const dangling = /has no such row|still names it|goes by this plan/.test(because);
          const other = named.some((row) => row !== own && because.includes(row));
          expect({ own, because, reason: bad || dangling || other }).toMatchObject({ reason: true });
        }
      }),
      RUNS,
    );
  });
});
