import { describe, expect, test } from 'vitest';
import {
  canonicalMenu,
  declaredIn,
  driftOf,
  groupPlans,
  nonConvergingKeyOf,
  makePlan,
  nextBase,
  nextNonConverging,
  type PlanInput,
  rowsOfTuple,
} from '#differ';
import { type Menu, menuOf, type Row } from '#routeros';
import { declared, desiredOf, list, liveOf, settings } from '#test/planning.ts';
import { TEST_CATALOGUE } from '#test/states.ts';

const A: Row = { name: 'a.example', type: 'A', address: '192.0.2.1' };

function dnsInput(fields: Row, row: Row, base: PlanInput['base'] = null): PlanInput {
  return {
    desired: desiredOf({ '/ip/dns/static': list(declared([{ ...A, ...fields }])) }),
    base,
    live: liveOf({ '/ip/dns/static': [{ '.id': '*1', ...A, dynamic: 'false', ...row }] }),
  };
}

describe('a failed read is never an empty state', () => {
  test('a declared menu that was not read is refused', () => {
    const input = { desired: desiredOf({ '/ip/dns/static': list([]) }), base: null, live: liveOf({}) };
    expect(() => makePlan(input)).toThrow('/ip/dns/static was not read');
  });

  test('a settings menu without its row, or with two, is refused', () => {
    for (const rows of [[], [{}, {}]]) {
      const input = { desired: desiredOf({ '/ip/dns': settings({}) }), base: null, live: liveOf({ '/ip/dns': rows }) };
      expect(() => makePlan(input)).toThrow(`holds ${rows.length} rows`);
    }
  });

  test('a menu that nobody declares any more need not be read', () => {
    const base = desiredOf({ '/ip/dns': settings({ servers: '9.9.9.9' }), '/ip/dns/static': list(declared([A])) });
    const plan = makePlan({ desired: desiredOf({}), base, live: liveOf({}) });
    expect(plan.changes).toEqual([]);
    expect(plan.released.map(({ menu }) => menu)).toEqual(['/ip/dns', '/ip/dns/static']);
  });
});

describe('mistakes of the calling code', () => {
  test('a menu outside the catalogue is refused in desired, and released when only the base knows it', () => {
    const menus = { '/no/such/menu': list([]) };
    expect(() => makePlan({ desired: { menus }, base: null, live: liveOf({}) })).toThrow(RangeError);
    expect(makePlan({ desired: desiredOf({}), base: { menus }, live: liveOf({}) }).changes).toEqual([]);
  });

  test('a menu of the wrong shape is refused', () => {
    const live = liveOf({ '/ip/dns': [{}], '/ip/dns/static': [] });
    expect(() => makePlan({ desired: desiredOf({ '/ip/dns': list([]) }), base: null, live })).toThrow(TypeError);
    expect(() => makePlan({ desired: desiredOf({ '/ip/dns/static': settings({}) }), base: null, live })).toThrow(
      TypeError,
    );
  });

  test('a declared field that nobody can set is held back, in a new row, an old one and in settings', () => {
    const field = { 'no-such-field': 'x' };
    expect(makePlan(dnsInput(field, {})).heldBack).toHaveLength(1);
    expect(makePlan({ ...dnsInput(field, {}), live: liveOf({ '/ip/dns/static': [] }) }).heldBack).toHaveLength(1);
    const desired = desiredOf({ '/ip/dns': settings({ 'cache-used': '0' }) });
    expect(
      makePlan({ desired, base: null, live: liveOf({ '/ip/dns': [{ 'cache-used': '9' }] }) }).heldBack,
    ).toHaveLength(1);
  });
});

describe('the same value in another spelling is no change', () => {
  test.each([
    [{ ttl: '1d' }, { ttl: '24h' }],
    [{ ttl: '1d' }, {}],
    [{ disabled: 'false' }, { disabled: 'no' }],
    [{ comment: '' }, {}],
    [{}, { ttl: '5m', comment: 'not ours' }],
  ])('declared %j, live %j', (fields, row) => {
    expect(makePlan(dnsInput(fields, row)).changes).toEqual([]);
  });

  test('but a real value is never taken for an absent one', () => {
    expect(makePlan(dnsInput({ ttl: '0s' }, {})).changes).toHaveLength(1);
    expect(makePlan(dnsInput({ comment: 'none' }, {})).changes).toHaveLength(1);
  });

  test('a value that no codec can read stands for itself', () => {
    const [change] = makePlan(dnsInput({ ttl: '1d' }, { ttl: 'soon' })).changes;
    expect(change).toMatchObject({ kind: 'set', fields: { ttl: '1d' }, before: { ttl: 'soon' } });
  });

  test('the canonical form of a menu leaves out defaults, state and rows of the router, and keeps what it does not know', () => {
    const rows = [
      { '.id': '*1', ...A, ttl: '24h', disabled: 'no', dynamic: 'false', novel: 'X' },
      { '.id': '*2', ...A, ttl: '1h', dynamic: 'true' },
    ];
    expect(canonicalMenu(menuOf('/ip/dns/static'), rows)).toEqual([
      { name: A['name'], address: A['address'], novel: 'X' },
    ]);
  });
});

describe('twins', () => {
  const twin = { '.id': '*2', ...A, comment: 'twin', disabled: 'true', dynamic: 'false' };

  test('the enabled row is the declared one, its disabled twin nobody declared', () => {
    const input = dnsInput({ comment: 'ours', disabled: 'false' }, { disabled: 'false' });
    const live = liveOf({ '/ip/dns/static': [twin, ...(input.live.menus['/ip/dns/static'] ?? [])] });
    const plan = makePlan({ ...input, live });
    expect(plan.changes).toMatchObject([{ kind: 'set', nth: 0, fields: { comment: 'ours' }, before: {} }]);
    expect(plan.extras).toMatchObject([{ live: { comment: 'twin' } }]);
    expect(rowsOfTuple(menuOf('/ip/dns/static'), live.menus['/ip/dns/static'] ?? [], A).at(-1)).toBe(twin);
  });

  test('that are declared the other way round change their fields: none is enabled beside the other', () => {
    const rows = declared([
      { ...A, comment: 'one', disabled: 'true' },
      { ...A, comment: 'two', disabled: 'false' },
    ]);
    const live = [
      { ...A, comment: 'one', disabled: 'false' },
      { ...A, comment: 'two', disabled: 'true' },
    ];
    const plan = makePlan({
      desired: desiredOf({ '/ip/dns/static': list(rows) }),
      base: null,
      live: liveOf({ '/ip/dns/static': live }),
    });
    expect(plan.changes).toMatchObject([
      { kind: 'set', nth: 0, fields: { comment: 'two' } },
      { kind: 'set', nth: 1, fields: { comment: 'one' } },
    ]);
  });

  test('in an ordered menu are held back, since their order can not be told', () => {
    const desired = desiredOf({ '/test/rules': list(declared([{ mark: 'one' }])) });
    const live = liveOf({ '/test/rules': [{ mark: 'one' }, { mark: 'one', action: 'drop' }] });
    expect(makePlan({ desired, base: null, live }, TEST_CATALOGUE).heldBack).toHaveLength(1);
  });
});

describe('released rows', () => {
  const path = '/ip/dns/static';
  const B: Row = { name: 'b.example', type: 'A', address: '192.0.2.2' };
  const pruning = { unlisted: 'prune', unlistedBy: ['fleet'] } as const;
  const desired = desiredOf({ [path]: list(declared([A]), pruning) });
  const confirmed = desiredOf({ [path]: list([...declared([A]), ...declared([B], ['site'])], pruning) });
  const live = liveOf({ [path]: [A, B] });
  const vanished = makePlan({ desired, base: confirmed, live });
  const base = nextBase(desired, vanished, confirmed);

  test('are remembered by the next base, which declares what was desired', () => {
    expect(vanished.released).toEqual([{ menu: path, match: B, rows: [B] }]);
    expect(base.menus[path]).toEqual({ ...desired.menus[path], released: [B] });
    expect(declaredIn(base)).toEqual(desired);
  });

  test('are kept and reported by every later plan, and are no drift', () => {
    const later = makePlan({ desired, base, live });
    expect(later).toMatchObject({ changes: [], extras: [], released: [{ match: B }] });
    expect(nextBase(desired, later, base)).toEqual(base);
    expect(driftOf(base, live)).toEqual([]);
  });

  test('are owned again by who declares them, and go when that one drops them', () => {
    const again = makePlan({ desired: confirmed, base, live });
    expect(again).toMatchObject({ changes: [], released: [] });
    expect(nextBase(confirmed, again, base)).toBe(confirmed);
    const dropped = desiredOf({ [path]: list(declared([A]), { ...pruning, declaredBy: ['fleet', 'site'] }) });
    expect(makePlan({ desired: dropped, base: confirmed, live }).changes).toMatchObject([
      { kind: 'remove', match: B, reason: 'dropped' },
    ]);
  });

  test('are forgotten once somebody removed them by hand', () => {
    const gone = makePlan({ desired, base, live: liveOf({ [path]: [A] }) });
    expect(nextBase(desired, gone, base)).toBe(desired);
  });

  test('may be twins of a declared row', () => {
    const twin = { ...A, disabled: 'true' };
    const twins = desiredOf({ [path]: list([...declared([A]), ...declared([twin], ['site'])], pruning) });
    const both = liveOf({ [path]: [A, twin] });
    const next = nextBase(desired, makePlan({ desired, base: twins, live: both }), twins);
    expect(next.menus[path]).toMatchObject({ released: [A] });
    expect(makePlan({ desired, base: next, live: both })).toMatchObject({ changes: [], released: [{ rows: [twin] }] });
  });

  test('of a section that nobody declares any more are remembered, whether or not it is read', () => {
    for (const read of [live, liveOf({})]) {
      const empty = desiredOf({});
      const next = nextBase(empty, makePlan({ desired: empty, base: confirmed, live: read }), confirmed);
      expect(next.menus[path]).toMatchObject({ declaredBy: [], rows: [], released: [A, B] });
      expect(declaredIn(next)).toEqual(empty);
      expect(nextBase(empty, makePlan({ desired: empty, base: next, live: read }), next)).toEqual(next);
    }
  });

  test('are whole rows: fields let go of a row that is still declared, or of settings, are not remembered', () => {
    const wanted = desiredOf({ [path]: list(declared([A])), '/ip/dns': settings({}) });
    const old = desiredOf({
      [path]: list(declared([{ ...A, ttl: '5m' }], ['site'])),
      '/ip/dns': settings({ servers: '9.9.9.9' }, ['site']),
    });
    const held = liveOf({ [path]: [{ ...A, ttl: '5m' }], '/ip/dns': [{ servers: '9.9.9.9' }] });
    const plan = makePlan({ desired: wanted, base: old, live: held });
    expect(plan.released).toMatchObject([{ match: null }, { match: A, fieldsOnly: true, rows: [{ ttl: '5m' }] }]);
    expect(nextBase(wanted, plan, old)).toBe(wanted);
    const whole = { ...plan, released: plan.released.map(({ menu, match, rows }) => ({ menu, match, rows })) };
    const groups = groupPlans([
      { device: 'r1', plan },
      { device: 'r2', plan },
      { device: 'r3', plan: whole },
    ]);
    expect(groups.map(({ devices }) => devices)).toEqual([['r1', 'r2'], ['r3']]);
  });
});

describe('rows that nobody declared, where the section comes to prune', () => {
  const path = '/ip/dns/static';
  const desired = desiredOf({ [path]: list([], { unlisted: 'prune', unlistedBy: ['fleet'] }) });
  const live = liveOf({ [path]: [A] });
  const planFrom = (unlisted: 'tolerate' | 'prune', by?: readonly string[]): ReturnType<typeof makePlan> => {
    const base = desiredOf({ [path]: list([], { unlisted, ...(by === undefined ? {} : { unlistedBy: by }) }) });
    return makePlan({ desired, base, live });
  };

  test('go when the base pruned, and stay for one more plan when it did not, or had no such section', () => {
    expect(planFrom('prune').changes).toMatchObject([{ kind: 'remove', reason: 'unlisted' }]);
    const others = [planFrom('tolerate'), planFrom('tolerate', ['fleet']), makePlan({ desired, base: null, live })];
    for (const plan of [...others, makePlan({ desired, base: desiredOf({}), live })]) {
      expect(plan).toMatchObject({ changes: [], released: [] });
      expect(plan.extras).toEqual([{ class: 'Extra', menu: path, match: A, desired: {}, live: A }]);
    }
  });

  test('are released when the RouterConfig that had them tolerated has vanished', () => {
    expect(planFrom('tolerate', ['site'])).toMatchObject({ changes: [], extras: [], released: [{ match: A }] });
    expect(planFrom('tolerate', ['fleet', 'site'])).toMatchObject({ changes: [], released: [{ match: A }] });
  });
});

describe('control characters in a match field', () => {
  test('cannot imitate another tuple', () => {
    const rows = [
      { list: 'a\u0000b', address: 'c.example' },
      { list: 'a', address: 'b\u0000c.example' },
      { list: 'a\u00010b', address: 'c.example' },
    ];
    const desired = desiredOf({ '/ip/firewall/address-list': list(declared(rows)) });
    const plan = makePlan({ desired, base: null, live: liveOf({ '/ip/firewall/address-list': [] }) });
    expect(plan.touched).toHaveLength(3);
  });
});

describe('an ordered menu', () => {
  const rules: Menu = TEST_CATALOGUE['/test/rules'] as Menu;

  function orderOf(marks: readonly string[], live: readonly string[]): ReturnType<typeof makePlan> {
    const desired = desiredOf({ [rules.path]: list(declared(marks.map((mark) => ({ mark })))) });
    return makePlan(
      { desired, base: null, live: liveOf({ [rules.path]: live.map((mark) => ({ mark })) }) },
      TEST_CATALOGUE,
    );
  }

  test('moves one row where one is out of order', () => {
    expect(orderOf(['a', 'b', 'c'], ['c', 'a', 'b']).changes).toMatchObject([
      { kind: 'move', match: { mark: 'c' }, beforeMatch: null },
    ]);
    expect(orderOf(['c', 'a', 'b'], ['a', 'b', 'c']).changes).toMatchObject([
      { kind: 'move', match: { mark: 'c' }, beforeMatch: { mark: 'a' } },
    ]);
  });

  test('puts a last row behind its predecessor and before the row that nobody declared', () => {
    expect(orderOf(['a', 'b'], ['b', 'a', 'foreign']).changes).toMatchObject([
      { match: { mark: 'a' }, beforeMatch: { mark: 'b' } },
    ]);
    expect(orderOf(['a', 'b', 'c'], ['c', 'a', 'b', 'foreign']).changes).toMatchObject([
      { match: { mark: 'c' }, beforeMatch: { mark: 'foreign' } },
    ]);
  });

  test('moves a new row to its place', () => {
    expect(orderOf(['a', 'new', 'b'], ['a', 'b']).changes).toMatchObject([
      { kind: 'create', match: { mark: 'new' } },
      { kind: 'move', match: { mark: 'new' }, beforeMatch: { mark: 'b' } },
    ]);
  });

  test('out of order is drift of its own kind', () => {
    const desired = desiredOf({ [rules.path]: list(declared([{ mark: 'a' }, { mark: 'b' }])) });
    const live = liveOf({ [rules.path]: [{ mark: 'b' }, { mark: 'a' }] });
    expect(driftOf(desired, live, [], TEST_CATALOGUE)).toMatchObject([{ class: 'Reordered', match: { mark: 'a' } }]);
  });
});

describe('a field that the router reads back differently', () => {
  const input = dnsInput({ ttl: '5m', comment: 'ours' }, { ttl: '1d' });
  const plan = makePlan(input);
  const after = liveOf({ '/ip/dns/static': [{ '.id': '*1', ...A, ttl: '6m', comment: 'ours' }] });

  test('is remembered the first time and frozen the second', () => {
    const first = nextNonConverging([], plan, after);
    expect(first.frozen).toEqual([]);
    expect(first.unconverged).toEqual([{ menu: '/ip/dns/static', match: A, field: 'ttl', desired: '5m', live: '6m' }]);
    expect(nextNonConverging(first.unconverged, plan, after).frozen).toEqual(first.unconverged);
  });

  test('is left alone and reported with both spellings once it is frozen', () => {
    const { unconverged } = nextNonConverging([], plan, after);
    const frozen = makePlan({ ...input, live: after, frozen: unconverged });
    expect(frozen.changes).toEqual([]);
    expect(frozen.frozen).toEqual(unconverged);
    expect(driftOf(input.desired, after, unconverged)).toEqual([]);
  });

  test('is tried anew when somebody declares another value', () => {
    const { unconverged } = nextNonConverging([], plan, after);
    const other = dnsInput({ ttl: '10m' }, { ttl: '6m' });
    expect(makePlan({ ...other, frozen: unconverged }).changes).toHaveLength(1);
  });

  test('counts as the same only for the same row, field and desired value', () => {
    const field = { menu: '/ip/dns/static', match: A, field: 'ttl', desired: '5m', live: '6m' } as const;
    expect(nonConvergingKeyOf({ ...field, live: '7m' })).toBe(nonConvergingKeyOf(field));
    for (const other of [{ desired: '6m' }, { field: 'comment' }, { match: null }, { menu: '/ip/dns' as const }]) {
      expect(nonConvergingKeyOf({ ...field, ...other })).not.toBe(nonConvergingKeyOf(field));
    }
  });

  test('a new row counts too; rows that are as planned, or gone, do not', () => {
    const created = makePlan({ ...input, live: liveOf({ '/ip/dns/static': [] }) });
    expect(nextNonConverging([], created, after).unconverged).toMatchObject([
      { field: 'ttl', desired: '5m', live: '6m' },
    ]);
    const good = liveOf({ '/ip/dns/static': [{ ...A, ttl: '5m', comment: 'ours' }] });
    expect(nextNonConverging([], created, good).unconverged).toEqual([]);
    expect(nextNonConverging([], created, liveOf({})).unconverged).toEqual([]);
  });
});
