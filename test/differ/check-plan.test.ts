import { describe, expect, test } from 'vitest';
import { checkPlan, type Limits, makePlan, type Plan, type PlanInput, type Violation } from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf, settings, WIDE_LIMITS } from '#test/planning.ts';
import { TEST_CATALOGUE } from '#test/states.ts';

const OLD: Row = { list: 'blocked', address: '198.51.100.7' };
const NEW: Row = { list: 'blocked', address: '198.51.100.8' };

const INPUT: PlanInput = {
  desired: desiredOf({
    '/ip/dns': settings({ servers: '9.9.9.9' }),
    '/ip/firewall/address-list': list(declared([NEW])),
  }),
  base: desiredOf({ '/ip/firewall/address-list': list(declared([OLD])) }),
  live: liveOf({
    '/ip/dns': [{ servers: '1.1.1.1' }],
    '/ip/firewall/address-list': [{ '.id': '*1', ...OLD, comment: 'kept', disabled: 'false', dynamic: 'false' }],
  }),
};

const PLAN = makePlan(INPUT);

function codes(plan: Plan, limits: Partial<Limits> = {}, input: PlanInput = INPUT): readonly Violation['code'][] {
  return checkPlan(plan, input, { ...WIDE_LIMITS, ...limits }, TEST_CATALOGUE).map(({ code }) => code);
}

describe('a plan as it was made', () => {
  test('passes', () => {
    expect(codes(PLAN)).toEqual([]);
  });

  test('is refused over its change budget, and allowed exactly at it', () => {
    expect(codes(PLAN, { maxChanges: 2 })).toEqual(['OverChangeBudget']);
    expect(codes(PLAN, { maxChanges: 3 })).toEqual([]);
  });

  test('is refused over its deletion budget, and allowed exactly at it', () => {
    expect(codes(PLAN, { maxDeletions: 0 })).toEqual(['OverDeletionBudget']);
    expect(codes(PLAN, { maxDeletions: 1 })).toEqual([]);
  });

  test('is refused once for each menu that the capabilities leave out', () => {
    expect(codes(PLAN, { allowedMenus: ['/ip/dns'] })).toEqual(['MenuNotAllowed']);
  });
});

describe('a protected row', () => {
  const path = '/ip/firewall/address-list';

  test('may not be removed', () => {
    expect(codes(PLAN, { protectedRows: [{ menu: path, match: OLD }] })).toEqual(['ProtectedRow']);
  });

  test('may not be made', () => {
    expect(codes(PLAN, { protectedRows: [{ menu: path, match: NEW }] })).toEqual(['ProtectedRow']);
  });

  test('is one with all given fields, whatever their spelling', () => {
    const spelt = { ...OLD, address: '198.51.100.7/32', comment: 'kept' };
    expect(codes(PLAN, { protectedRows: [{ menu: path, match: spelt }] })).toEqual(['ProtectedRow']);
    expect(codes(PLAN, { protectedRows: [{ menu: path, match: { ...OLD, comment: 'another' } }] })).toEqual([]);
  });

  test('may not be changed, nor changed into', () => {
    const guard = (servers: string): Partial<Limits> => ({ protectedRows: [{ menu: '/ip/dns', match: { servers } }] });
    expect(codes(PLAN, guard('1.1.1.1'))).toEqual(['ProtectedRow']);
    expect(codes(PLAN, guard('9.9.9.9'))).toEqual(['ProtectedRow']);
    expect(codes(PLAN, guard('8.8.8.8'))).toEqual([]);
  });

  test('without fields protects its whole menu, and an untouched menu may be protected', () => {
    expect(codes(PLAN, { protectedRows: [{ menu: '/ip/dns', match: {} }] })).toEqual(['ProtectedRow']);
    expect(codes(PLAN, { protectedRows: [{ menu: '/system/identity', match: {} }] })).toEqual([]);
  });
});

describe('a plan that was tampered with, or made from another state', () => {
  test('does not pass when the router moved since', () => {
    const moved = liveOf({ ...INPUT.live.menus, '/ip/dns': [{ servers: '8.8.8.8' }] });
    expect(codes(PLAN, {}, { ...INPUT, live: moved })).toContain('DoesNotApply');
  });

  test('does not pass when a removed row has changed since', () => {
    const rows = [{ '.id': '*1', ...OLD, comment: 'new', disabled: 'false', dynamic: 'false' }];
    const moved = liveOf({ ...INPUT.live.menus, '/ip/firewall/address-list': rows });
    expect(codes(PLAN, {}, { ...INPUT, live: moved })).toContain('DoesNotApply');
  });

  test('does not pass when a row is gone, or its menu was not read', () => {
    const gone = liveOf({ ...INPUT.live.menus, '/ip/firewall/address-list': [] });
    expect(codes(PLAN, {}, { ...INPUT, live: gone })).toContain('DoesNotApply');
    expect(codes(PLAN, {}, { ...INPUT, live: liveOf({ '/ip/dns': [{ servers: '1.1.1.1' }] }) })).toContain(
      'DoesNotApply',
    );
  });

  test('does not pass when a change is missing', () => {
    const short = { ...PLAN, changes: PLAN.changes.filter(({ kind }) => kind !== 'create') };
    expect(codes(short)).toEqual(['DoesNotConverge']);
  });

  test('does not pass without its inverse, or with a wrong one', () => {
    expect(codes({ ...PLAN, inverse: [] })).toEqual(['InverseFails', 'InverseFails', 'InverseFails']);
    const wrong = PLAN.inverse.map((restore) => ({
      ...restore,
      rows: restore.rows.map((row) => ({ ...row, comment: '' })),
    }));
    expect(codes({ ...PLAN, inverse: wrong })).toEqual(['InverseFails']);
  });

  test('does not pass when it writes what is no configuration, makes a twin, or turns a row into another', () => {
    const [create, set] = PLAN.changes;
    if (create?.kind !== 'create' || set?.kind !== 'set') throw new Error('the plan starts with an add and a set');
    const first = (change: Plan['changes'][number]): Plan => ({ ...PLAN, changes: [change, ...PLAN.changes] });
    expect(codes(first({ ...create, fields: { ...create.fields, 'creation-time': 'now' } }))).toContain('DoesNotApply');
    expect(codes(first({ ...set, fields: { ...set.fields, 'cache-used': '1' } }))).toContain('DoesNotApply');
    expect(codes(first(create))).toContain('DoesNotApply');
    expect(codes(first({ ...create, match: OLD }))).toContain('DoesNotApply');
    const turned = { list: 'other', address: OLD['address'] as string };
    const menu = '/ip/firewall/address-list';
    const turn = { kind: 'set', menu, match: OLD, nth: 0, fields: turned, before: OLD, reason: 'declared' } as const;
    expect(codes(first(turn))).toContain('DoesNotApply');
  });
});

test('a fault in the catalogue is no violation: it is thrown', () => {
  const elsewhere = { ...PLAN, changes: PLAN.changes.map((change) => ({ ...change, menu: '/no/such/menu' as const })) };
  expect(() => codes(elsewhere)).toThrow(RangeError);
});
