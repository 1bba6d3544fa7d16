import { describe, expect, it, test } from 'vitest';
import { type Catalogue, type Change, makePlan, type Plan } from '#differ';
import { CATALOGUE, type Menu, menuOf, type PathEffect, type Row, textCodec } from '#routeros';
import { ADDRESSES, addresses, entry, LIST, listed, OWNERS, PATH, reasonsFor } from '#test/path-plans.ts';
import { list, settings } from '#test/planning.ts';
import { hasPathEffect, pathEffectsOf } from '../../controller/policy/path-effects.ts';
import { mayCutPath, proveManagementPath } from '../../controller/policy/management-path.ts';
import { pathRisks } from '../../controller/policy/path-risks.ts';

const SOURCE = 'a menu made up for tests';

const { pathEffects: _, ...UNSAID } = menuOf('/ip/dns');

// @ts-expect-error -- a menu that does not say what it may do to the path is none
export const SAYS_NOTHING: Menu = UNSAID;

// @ts-expect-error -- nor is one that says it with no word
export const SAYS_EMPTY: Menu = { ...UNSAID, pathEffects: [] };

/** A menu of rules with these effects. */
function menuWith(path: `/${string}`, effect: PathEffect): Menu {
  return {
    path,
    shape: 'list',
    match: ['name'],
    fields: {
      name: { codec: textCodec, source: SOURCE },
      action: { codec: textCodec, source: SOURCE },
      comment: { codec: textCodec, pathEffects: ['none'], source: SOURCE },
    },
    writeOrder: 90,
    addWith: {},
    skipWhen: [],
    pathEffects: [effect],
    historyWords: [],
    source: SOURCE,
  };
}

function planOf(changes: readonly Change[]): Plan {
  return { changes, inverse: [], touched: [], extras: [], released: [], frozen: [], conflicts: [] };
}

function drop(menu: `/${string}`): Plan {
  const fields = { name: 'x', action: 'drop' };
  return planOf([{ kind: 'create', menu, match: { name: 'x' }, fields, reason: 'declared' }]);
}

/** The codes of the reasons for which the plan is refused. */
function codes(plan: Plan, catalogue: Catalogue = CATALOGUE): readonly string[] {
  const gate = proveManagementPath(plan, { menus: {} }, PATH, catalogue);
  return gate.open ? [] : gate.reasons.map(({ code }) => code);
}

describe('a menu that nobody has modelled', () => {
  it('is refused where it says so itself', () => {
    const menu = menuWith('/test/rules', 'unmodelled');
    const catalogue = { ...CATALOGUE, [menu.path]: menu };
    expect(mayCutPath(drop(menu.path), catalogue)).toBe(true);
    expect(codes(drop(menu.path), catalogue)).toEqual(['PathNotModelled']);
  });

  it('is refused where no catalogue knows it, as a drop in /ip/firewall/filter', () => {
    expect(mayCutPath(drop('/ip/firewall/filter'))).toBe(true);
    expect(codes(drop('/ip/firewall/filter'))).toEqual(['PathNotModelled']);
  });

  it.each(['addresses', 'lists', 'membership'] as const)(
    'is refused with %s of a kind that is not understood',
    (of) => {
      const menu = menuWith('/test/rules', of);
      expect(codes(drop(menu.path), { ...CATALOGUE, [menu.path]: menu })).toEqual(['PathNotModelled']);
    },
  );

  it.each(['none', 'names'] as const)('is let through with %s', (effect) => {
    const menu = menuWith('/test/rules', effect);
    const catalogue = { ...CATALOGUE, [menu.path]: menu };
    expect(codes(drop(menu.path), catalogue)).toEqual([]);
    expect(mayCutPath(drop(menu.path), catalogue)).toBe(effect === 'names');
    expect(pathRisks(drop(menu.path), { ...PATH, controllers: [] }, catalogue)).toHaveLength(
      effect === 'names' ? 1 : 0,
    );
  });

  it('is refused whatever else the plan does, once', () => {
    const plan = planOf([...drop('/ip/firewall/filter').changes, ...drop('/ip/firewall/filter').changes]);
    expect(codes(plan)).toEqual(['PathNotModelled']);
  });
});

describe('a change of the comment alone', () => {
  const COMMENTED = Object.values(CATALOGUE).filter((menu) => menu.fields['comment'] !== undefined);

  test.each(COMMENTED.map((menu) => [menu.path, menu] as const))('does nothing to the path in %s', (path, menu) => {
    const match: Row = Object.fromEntries(menu.match.map((name) => [name, 'x']));
    const of = (fields: Row): Change => ({
      kind: 'set',
      menu: path,
      match,
      nth: 0,
      fields,
      before: {},
      reason: 'declared',
    });
    expect([...(pathEffectsOf([of({ comment: 'new' })], CATALOGUE).get(path) ?? [])]).toEqual(['none']);
    for (const effect of menu.pathEffects) {
      expect(hasPathEffect(of({ comment: 'new', disabled: 'true' }), effect, CATALOGUE)).toBe(true);
    }
  });

  it('is let through although the way to the controller is not known, but for the rows that we talk to', () => {
    const lost = { ...PATH, controllers: [] };
    const other = { address: '192.168.88.1/24', interface: 'bridge' };
    expect(addresses([{ ...other, comment: 'guests' }], [], lost)).toBe('');
    expect(addresses([{ ...other, disabled: 'true' }], [], lost)).toContain('does not tell');
    expect(addresses([{ address: '10.10.0.1/24', interface: 'ether1', comment: 'x' }], [], lost)).toContain(
      'never touched',
    );
    const member = entry('blocked', '10.255.0.2');
    expect(reasonsFor(LIST, listed([member]), [{ ...member, comment: 'x' }], [], lost)).toBe('');
  });

  it('makes no plan high risk', () => {
    const row = { name: 'a.example', type: 'A', address: '192.0.2.1' };
    const planFor = (more: Row): Plan =>
      makePlan({
        desired: { menus: { '/ip/dns/static': list([{ fields: { ...row, ...more }, owners: OWNERS }]) } },
        base: null,
        live: { menus: { '/ip/dns/static': [{ ...row, '.id': '*1' }] } },
      });
    expect(mayCutPath(planFor({ comment: 'x' }))).toBe(false);
    expect(pathRisks(planFor({ comment: 'x' }), { ...PATH, controllers: [] })).toEqual([]);
    expect(pathRisks(planFor({ ttl: '5m' }), { ...PATH, controllers: [] })).toHaveLength(1);
  });
});

describe('a row that feeds a list', () => {
  const row = { name: 'a.example', type: 'A', address: '192.0.2.1', 'address-list': 'blocked' };
  const live = [{ ...row, '.id': '*1', disabled: 'true', dynamic: 'false' }];

  it('starts to feed it when it is enabled', () => {
    expect(reasonsFor('/ip/dns/static', live, [{ ...row, disabled: 'false' }])).toContain('feeds the list "blocked"');
    const unused = live.map((one) => ({ ...one, 'address-list': 'unused' }));
    expect(reasonsFor('/ip/dns/static', unused, [{ ...row, 'address-list': 'unused', disabled: 'false' }])).toBe('');
  });

  it('may get another comment or time to live', () => {
    expect(reasonsFor('/ip/dns/static', live, [{ ...row, disabled: 'true', comment: 'x', ttl: '5m' }])).toBe('');
  });
});

test('no plan needs the facts of the path that touches none of them', () => {
  expect(mayCutPath(planOf([]))).toBe(false);
  const name = makePlan({
    desired: { menus: { '/system/identity': settings({ name: 'edge' }) } },
    base: null,
    live: { menus: { '/system/identity': [{ name: 'MikroTik' }], '/ip/address': ADDRESSES } },
  });
  expect(mayCutPath(name)).toBe(true);
  expect(codes(name)).toEqual([]);
});
