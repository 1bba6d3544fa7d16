import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#canonical-json';
import { applyChanges, canonicalRow, isSkipped, keyOf, makePlan } from '#differ';
import {
  booleanCodec,
  canonicalLive,
  CATALOGUE,
  type Codec,
  type EmptyBefore,
  fieldAvailable,
  impliedFields,
  matchOf,
  type Menu,
  menuOf,
  type Row,
  setsInPlace,
} from '#routeros';
import { type CatalogueConsole, catalogueConsole } from '#test/catalogue-console.ts';
import { callerWith } from '#test/memory-console.ts';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { runs } from '#test/sample.ts';
import { steppedClock } from '#test/stepped-clock.ts';
import { restoreText, stateOf } from '#test/undo-text.ts';
import { Jobs } from '../../simulator/script/jobs.ts';

const CALLER = callerWith();
/** Of the router that the console and the scripts are for. */
const VERSION = [7, 20, 8] as const;
const MENUS: readonly Menu[] = Object.values(CATALOGUE);
const LISTS = MENUS.filter((menu) => menu.shape === 'list' && !setsInPlace(menu));
const IN_PLACE = MENUS.filter(setsInPlace);

/** Texts of all kinds; each field takes those that its codec reads. */
const SAMPLES = [
  'a b2 ether1 bridge1 host.example c.example 1 2 30 65000 4h 1d 5m 10.0.0.1 10.0.0.2 192.0.2.0/24 10.0.0.1/24',
  '10.0.0.2/24 2001:db8::1 10.0.0.10-10.0.0.20 02:00:00:00:00:01 02:00:00:00:00:02 main none .*\\.ads\\.example',
]
  .flatMap((line) => line.split(' '))
  .concat('a "quoted" $x\\', 'Büro 🔑');

describe.each(LISTS.map((menu) => ({ menu, path: menu.path })))('$path', ({ menu }) => {
  it('is restored by loops from whatever a plan can leave, once or twice, and nobody else is touched', async () => {
    await fc.assert(
      fc.asyncProperty(tuplesOf(menu), fc.nat(7), fc.integer({ min: 1, max: 3 }), async (made, foreign, alikeFrom) => {
        const tuples = distinct(menu, made);
        const own = tuples.filter((_, index) => index !== foreign);
        const others = tuples.filter((_, index) => index === foreign).flatMap(({ before }) => before);
        const router = catalogueConsole();
        fill(router, menu, [...own.flatMap(({ now }) => now), ...others]);
        const restores = own.map(({ match, before }) => ({ menu: menu.path, match, rows: before.map(spelled(menu)) }));
        const script = restoreText({ restores, emptyBefore: [] }, alikeFrom);
        for (const _ of ['once', 'twice']) {
          expect(await printed(router, script)).toBe('0');
          expect(held(router, menu)).toEqual(texts(menu, [...own.flatMap(({ before }) => before), ...others]));
        }
      }),
      runs(timesFor(menu, 60)),
    );
  });

  it('is restored by what a plan sets alone where a row is still there, and else as a whole', async () => {
    await fc.assert(
      fc.asyncProperty(changedOf(menu), fc.integer({ min: 1, max: 3 }), async (made, alikeFrom) => {
        const rows = [...new Map(made.map((row) => [keyOf(menu, row.before), row])).values()];
        const router = catalogueConsole();
        fill(
          router,
          menu,
          rows.flatMap(({ before, changes, gone }) => (gone ? [] : [{ ...before, ...changes }])),
        );
        const restores = rows.map(({ before, changes, gone }) => ({
          menu: menu.path,
          match: matchOf(menu, before),
          rows: [spelled(menu)(before)],
          ...(gone ? {} : { written: Object.keys(changes) }),
        }));
        const setNames = new Set<string>();
        const watched: CatalogueConsole = {
          ...router,
          set(path, id, args, caller) {
            for (const name of Object.keys(args)) setNames.add(name.replace('!', ''));
            router.set(path, id, args, caller);
          },
        };
        expect(await printed(watched, restoreText({ restores, emptyBefore: [] }, alikeFrom))).toBe('0');
        expect(held(router, menu)).toEqual(
          texts(
            menu,
            rows.map(({ before }) => before),
          ),
        );
        const planned = new Set(rows.flatMap(({ changes }) => Object.keys(changes)));
        expect([...setNames].filter((name) => !planned.has(name))).toEqual([]);
      }),
      runs(timesFor(menu, 40)),
    );
  });

  it('is emptied by one condition where it held nothing, unless more stands there than the plan adds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowsOf(menu), { minLength: 1, maxLength: 8 }), fc.nat(9), async (made, less) => {
        const rows = distinct(menu, made).flatMap(({ before, now }) => [...before, ...now].slice(0, 1));
        fc.pre(rows.length > 0);
        const adds = rows.length - (less === 9 ? 1 : 0);
        const part: EmptyBefore = { menu: menu.path, where: {}, adds };
        const router = catalogueConsole();
        fill(router, menu, rows);
        const restores = rows.map((row) => ({ menu: menu.path, match: matchOf(menu, row), rows: [] }));
        const failed = adds < rows.length ? '1' : '0';
        expect(await printed(router, restoreText({ restores, emptyBefore: [part] }))).toBe(failed);
        expect(held(router, menu)).toEqual(failed === '1' ? texts(menu, rows) : []);
      }),
      runs(timesFor(menu, 24)),
    );
  });
});

describe.each(IN_PLACE.map((menu) => ({ menu, path: menu.path })))('$path', ({ menu }) => {
  it('is restored where a row is still there, by what a plan sets alone; what is gone is counted and not made anew', async () => {
    await fc.assert(
      fc.asyncProperty(changedOf(menu), async (made) => {
        const rows = [...new Map(made.map((row) => [keyOf(menu, row.before), row])).values()];
        const router = catalogueConsole();
        const there = rows.filter(({ gone }) => !gone);
        fill(
          router,
          menu,
          there.map(({ before, changes }) => ({ ...before, ...changes })),
        );
        const restores = rows.map(({ before, changes }) => {
          const match = matchOf(menu, before);
          const set = Object.keys(changes).map((name) => [name, before[name] ?? '']);
          return { menu: menu.path, match, rows: [{ ...match, ...Object.fromEntries(set), disabled: 'false' }] };
        });
        for (const _ of ['once', 'twice']) {
          const failed = await printed(router, restoreText({ restores, emptyBefore: [] }));
          expect(failed).toBe(String(rows.length - there.length));
          expect(held(router, menu)).toEqual(
            texts(
              menu,
              there.map(({ before }) => ({ ...before, disabled: 'false' })),
            ),
          );
        }
      }),
      runs(timesFor(menu, 40)),
    );
  });
});

it('an undo of a list that held nothing leaves what somebody put on another list meanwhile', async () => {
  const path = '/ip/firewall/address-list';
  const menu = menuOf(path);
  const rows = Array.from({ length: 10 }, (_, at) => ({
    list: 'feed',
    address: `198.51.100.${at}`,
    disabled: 'false',
  }));
  const live = liveOf({ [path]: [] });
  const plan = makePlan({ desired: desiredOf({ [path]: list(declared(rows)) }), base: null, live });
  const foreign = { list: 'management', address: '203.0.113.9', disabled: 'false' };
  const router = catalogueConsole();
  fill(router, menu, [...(applyChanges(live, plan.changes.slice(0, 5)).menus[path] ?? []), foreign]);
  expect(await printed(router, restoreText(stateOf(plan)))).toBe('0');
  expect(held(router, menu)).toEqual(texts(menu, [foreign]));
});

/** Rows of very many fields cost as much each as many of others, and few of them fill one script of 48 kB. */
function isWide(menu: Menu): boolean {
  return Object.keys(menu.fields).length > 60;
}

function timesFor(menu: Menu, times: number): number {
  return isWide(menu) ? Math.ceil(times / 4) : times;
}

interface Tuple {
  readonly match: Row;
  /** What the snapshot held, and what a part of the plan made of it: none, a row, or a row and its disabled twin. */
  readonly before: readonly Row[];
  readonly now: readonly Row[];
}

type Made = Omit<Tuple, 'match'> & { readonly identity: Row };

function tuplesOf(menu: Menu): fc.Arbitrary<readonly Made[]> {
  return fc.array(rowsOf(menu), { minLength: 2, maxLength: isWide(menu) ? 3 : 12 });
}

function rowsOf(menu: Menu): fc.Arbitrary<Made> {
  return identityOf(menu).chain((identity) =>
    fc.record({ identity: fc.constant(identity), before: twinsOf(menu, identity), now: twinsOf(menu, identity) }),
  );
}

/** Rows, some of which are gone, and of the others what a plan has set; what is never cleared was there before, too. */
function changedOf(
  menu: Menu,
): fc.Arbitrary<readonly { readonly before: Row; readonly changes: Row; readonly gone: boolean }[]> {
  const row = identityOf(menu).chain((identity) =>
    fc.record({
      before: fieldsOf(menu).map((fields) => ({ ...fields, ...identity })),
      changes: fieldsOf(menu).chain((fields) =>
        fc
          .subarray(Object.keys(fields))
          .map((names) => Object.fromEntries(names.map((name) => [name, fields[name] ?? '']))),
      ),
      gone: fc.integer({ min: 0, max: 4 }).map((die) => die === 0),
    }),
  );
  return fc.array(row, { minLength: 1, maxLength: isWide(menu) ? 3 : 8 });
}

function twinsOf(menu: Menu, identity: Row): fc.Arbitrary<readonly Row[]> {
  const twin = menu.fields['disabled']?.codec === booleanCodec;
  return fc
    .tuple(fc.integer({ min: 0, max: twin ? 2 : 1 }), fieldsOf(menu), fieldsOf(menu))
    .map(([count, first, second]) =>
      [
        { ...first, ...identity, ...(twin ? { disabled: String(count === 1 && first['disabled'] === 'true') } : {}) },
        { ...second, ...identity, disabled: 'true' },
      ].slice(0, count),
    );
}

/** Match fields as the menu's variants allow. */
function identityOf(menu: Menu): fc.Arbitrary<Row> {
  const by = menu.variants?.by;
  const kinds = Object.keys(menu.variants?.fields ?? { '': {} });
  return fc.tuple(fc.constantFrom(...kinds), fc.nat()).chain(([kind, chosen]) => {
    const start: Row = by === undefined ? {} : { [by]: kind };
    const implied = impliedFields(menu, start);
    const inVariants = new Set(Object.values(menu.variants?.fields ?? {}).flatMap((fields) => Object.keys(fields)));
    const one = menu.oneOf?.[chosen % (menu.oneOf.length || 1)];
    const names = menu.match.filter(
      (name) =>
        name !== by &&
        (!inVariants.has(name) || (implied !== undefined && name in implied)) &&
        (menu.oneOf?.includes(name) !== true || name === one),
    );
    return (
      fc
        .record(Object.fromEntries(names.map((name) => [name, valueOf(menu, name)])))
        // No router has an A record of an IPv6 address, nor an AAAA record of an IPv4 one.
        .filter(({ address = '' }) => !['A', 'AAAA'].includes(kind) || address.includes(':') === (kind === 'AAAA'))
        .map((row) => matchOf(menu, { ...row, ...start }))
    );
  });
}

function fieldsOf(menu: Menu): fc.Arbitrary<Row> {
  const names = Object.entries(menu.fields).flatMap(([name, field]) =>
    menu.match.includes(name) || field.readOnly === true || field.secret === true || !fieldAvailable(field, VERSION)
      ? []
      : [name],
  );
  const always = names.filter((name) => menu.fields[name]?.neverCleared === true || name === 'disabled');
  return fc.record(Object.fromEntries(names.map((name) => [name, valueOf(menu, name)])), { requiredKeys: always });
}

function valueOf(menu: Menu, name: string): fc.Arbitrary<string> {
  const codec = menu.fields[name]?.codec as Codec;
  if (codec === booleanCodec) return fc.constantFrom('true', 'false');
  const words = codec.expects.match(/[A-Za-z][\w-]*/g) ?? [];
  const taken = [...SAMPLES, ...words].filter((text) => reads(codec, text)).map((text) => canonicalLive(codec, text));
  const usable = [...new Set(taken)].filter((text) => text !== '');
  return fc.constantFrom(...(usable.length === 0 ? ['one', 'two', 'three'] : usable));
}

function reads(codec: Codec, text: string): boolean {
  try {
    codec.parse(text);
    return true;
  } catch {
    return false;
  }
}

function distinct(menu: Menu, made: readonly Made[]): readonly Tuple[] {
  const tuples = made.map(({ identity, ...tuple }) => ({ match: matchOf(menu, identity), ...tuple }));
  return [...new Map(tuples.map((tuple) => [keyOf(menu, tuple.match), tuple])).values()];
}

/** As a plan spells what it restores: a row's own fields, and nothing of those that have their default. */
function spelled(menu: Menu): (row: Row) => Row {
  return (row) => Object.fromEntries(Object.entries(row).filter(([name]) => menu.fields[name] !== undefined));
}

function fill(router: CatalogueConsole, menu: Menu, rows: readonly Row[]): void {
  for (const row of rows) router.add(menu.path, { ...row }, CALLER);
}

async function printed(router: CatalogueConsole, script: string): Promise<string> {
  const jobs = new Jobs(router, steppedClock());
  return (await jobs.execute(`${script}\n:put $rgFailed`, CALLER, 'as-string')).ret;
}

function held(router: CatalogueConsole, menu: Menu): readonly string[] {
  return texts(
    menu,
    (router.tables.get(menu.path) ?? []).filter((row) => !isSkipped(menu, row)),
  );
}

function texts(menu: Menu, rows: readonly Row[]): readonly string[] {
  return rows.map((row) => canonicalJson(canonicalRow(menu, row))).toSorted();
}
