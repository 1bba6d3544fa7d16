import { describe, expect, it } from 'vitest';
import {
  type Catalogue,
  type Change,
  checkPlan,
  type LiveState,
  makePlan,
  type Plan,
  type PlanInput,
  referredMenus,
} from '#differ';
import { CATALOGUE as MANAGED, type Field, type Menu, type MenuPath, type Row, setOf, textCodec } from '#routeros';
import { declared, desiredOf, list, liveOf, settings, WIDE_LIMITS } from '#test/planning.ts';
import { brokenReferences } from '../../differ/references.ts';

const SOURCE = 'a menu made up for tests';
const TEXT: Field = { codec: textCodec, source: SOURCE };

function menuOf(path: MenuPath, writeOrder: number, fields: Menu['fields'], listedIn?: MenuPath): Menu {
  return {
    path,
    shape: 'list',
    match: ['name'],
    fields: { name: TEXT, dynamic: { ...TEXT, readOnly: true }, ...fields },
    ...(listedIn === undefined ? {} : { listedIn }),
    writeOrder,
    addWith: {},
    skipWhen: ['dynamic'],
    pathEffects: ['unmodelled'],
    historyWords: [],
    source: SOURCE,
  };
}

const BRIDGES = menuOf('/test/bridges', 1, {}, '/test/interfaces');
/** A VLAN may lie on another one. */
const VLANS = menuOf('/test/vlans', 2, { interface: { ...TEXT, reference: '/test/interfaces' } }, '/test/interfaces');
const SERVERS = menuOf('/test/servers', 3, {
  pool: { ...TEXT, default: 'none', reference: '/test/pools' },
  interfaces: { codec: setOf(textCodec), reference: '/test/interfaces', source: SOURCE },
});
const POOLS = menuOf('/test/pools', 4, { 'next-pool': { ...TEXT, reference: '/test/pools' } });
const INTERFACES = menuOf('/test/interfaces', 0, {});
const CATALOGUE: Catalogue = Object.fromEntries([BRIDGES, VLANS, SERVERS, POOLS].map((menu) => [menu.path, menu]));

interface Sides {
  readonly wanted: readonly Row[];
  readonly live?: readonly Row[];
}

/** A plan that brings these menus from what is live, which the base declares too, to what is wanted. */
function inputOf(menus: Readonly<Record<MenuPath, Sides>>, more: LiveState['menus'] = {}): PlanInput {
  const of = (side: (sides: Sides) => readonly Row[]): PlanInput['desired'] =>
    desiredOf(Object.fromEntries(Object.entries(menus).map(([path, sides]) => [path, list(declared(side(sides)))])));
  const live = Object.entries(menus).map(([path, sides]) => [path, sides.live ?? []] as const);
  return {
    desired: of(({ wanted }) => wanted),
    base: of(({ live: held = [] }) => held),
    live: liveOf({ ...Object.fromEntries(live), ...more }),
  };
}

function steps({ changes }: Plan): readonly string[] {
  return changes.map((change) => `${change.kind} ${change.match?.['name'] ?? ''}`);
}

/** What the plan holds back, and why. The rest of it must pass every check. */
function heldBack(input: PlanInput, catalogue = CATALOGUE): readonly string[] {
  const plan = makePlan(input, catalogue);
  const limits = { ...WIDE_LIMITS, allowedMenus: Object.keys(catalogue) as MenuPath[] };
  expect(checkPlan(plan, input, limits, catalogue)).toEqual([]);
  return (plan.heldBack ?? []).map(({ menu, match, because }) => `${menu} ${match?.['name'] ?? ''}: ${because}`);
}

describe('rows of one menu that name each other', () => {
  const chain = [
    { name: 'a', 'next-pool': 'b' },
    { name: 'b', 'next-pool': 'c' },
    { name: 'c' },
    { name: 'd', 'next-pool': 'a' },
  ];

  it('are made with what is named first, and undone the other way round', () => {
    const input = inputOf({ '/test/pools': { wanted: chain } });
    const plan = makePlan(input, CATALOGUE);
    expect(steps(plan)).toEqual(['create c', 'create b', 'create a', 'create d']);
    expect(plan.inverse.map(({ match }) => match?.['name'])).toEqual(['c', 'b', 'a', 'd']);
    expect(heldBack(input)).toEqual([]);
  });

  it('are removed with what names first', () => {
    const input = inputOf({ '/test/pools': { wanted: [], live: chain } });
    expect(steps(makePlan(input, CATALOGUE))).toEqual(['remove d', 'remove a', 'remove b', 'remove c']);
    expect(heldBack(input)).toEqual([]);
  });

  it('may do so by a menu that lists them', () => {
    const stacked = [
      { name: 'inner', interface: 'outer' },
      { name: 'outer', interface: 'ether1' },
    ];
    expect(steps(makePlan(inputOf({ '/test/vlans': { wanted: stacked } }), CATALOGUE))).toEqual([
      'create outer',
      'create inner',
    ]);
  });

  it('are made all the same in a circle', () => {
    const circle = [
      { name: 'a', 'next-pool': 'b' },
      { name: 'b', 'next-pool': 'a' },
    ];
    expect(steps(makePlan(inputOf({ '/test/pools': { wanted: circle } }), CATALOGUE))).toEqual([
      'create b',
      'create a',
    ]);
  });
});

describe('a row that names what is not there', () => {
  it('is held back', () => {
    const wanted = [
      { name: 'a', 'next-pool': 'gone' },
      { name: 'b', 'next-pool': 'gone' },
    ];
    expect(heldBack(inputOf({ '/test/pools': { wanted } }))).toEqual([
      '/test/pools a: next-pool names gone, but /test/pools has no such row; add it there, or name another one',
      '/test/pools b: next-pool names gone, but /test/pools has no such row; add it there, or name another one',
    ]);
  });

  it('is held back when it is changed to do so', () => {
    const live = [{ name: 'a', 'next-pool': 'b' }, { name: 'b' }];
    const wanted = [{ name: 'a', 'next-pool': 'gone' }, { name: 'b' }];
    expect(heldBack(inputOf({ '/test/pools': { wanted, live } }))).toHaveLength(1);
  });

  it('is let through when the row is live, declared by nobody or not', () => {
    const input = inputOf({ '/test/pools': { wanted: [{ name: 'a', 'next-pool': 'old' }] } });
    expect(heldBack({ ...input, live: liveOf({ '/test/pools': [{ name: 'old' }] }) })).toEqual([]);
    expect(heldBack({ ...input, live: liveOf({ '/test/pools': [{ name: 'old', dynamic: 'true' }] }) })).toEqual([]);
  });

  it.each([
    ['comes', [{ name: 'new', 'next-pool': 'old' }], []],
    ['changes', [{ name: 'new', 'next-pool': 'old' }], [{ name: 'new' }]],
  ])('and goes by the same plan is held back together with the one that %s', (_, wanted, others) => {
    expect(heldBack(inputOf({ '/test/pools': { wanted, live: [{ name: 'old' }, ...others] } }))).toEqual([
      '/test/pools new: next-pool names old, which goes by this plan; keep that declared, or name another one',
      '/test/pools old: /test/pools name=new still names it in next-pool; change or remove that, too',
    ]);
  });

  it('is left to the router when nobody has read the menu', () => {
    expect(heldBack(inputOf({ '/test/servers': { wanted: [{ name: 's', pool: 'p', interfaces: 'x,y' }] } }))).toEqual(
      [],
    );
    const read = { '/test/interfaces': [{ name: 'x' }] };
    expect(heldBack(inputOf({ '/test/servers': { wanted: [{ name: 's', interfaces: 'x,y' }] } }, read))).toEqual([
      '/test/servers s: interfaces names y, but /test/interfaces has no such row; add it there, or name another one',
    ]);
  });

  it('names nothing with its default, and the same with a ! in front', () => {
    const pools = { '/test/pools': [] };
    expect(heldBack(inputOf({ '/test/servers': { wanted: [{ name: 's', pool: 'none' }] } }, pools))).toEqual([]);
    expect(heldBack(inputOf({ '/test/servers': { wanted: [{ name: 's', pool: '!p' }] } }, pools))[0]).toContain(
      'pool names p',
    );
  });

  it('may name what the plan makes in a menu below the one it names', () => {
    const menus = {
      '/test/bridges': { wanted: [{ name: 'br' }] },
      '/test/servers': { wanted: [{ name: 's', interfaces: 'br' }] },
    };
    expect(heldBack(inputOf(menus, { '/test/interfaces': [{ name: 'ether1' }] }))).toEqual([]);
    expect(heldBack(inputOf(menus))).toEqual([]);
  });
});

describe('a row that goes', () => {
  const bridge = [{ name: 'br' }];
  const server = [{ name: 's', interfaces: 'br' }];
  const refused = (menu: MenuPath): string =>
    `${menu} br: /test/servers name=s still names it in interfaces; change or remove that, too`;

  it('may not be named by one that stays, declared or not, read in its own menu or in all', () => {
    const goes = { '/test/bridges': { wanted: [], live: bridge } };
    expect(heldBack(inputOf({ ...goes, '/test/servers': { wanted: server, live: server } }))).toEqual([
      refused('/test/bridges'),
    ]);
    expect(heldBack(inputOf(goes, { '/test/servers': server }))).toEqual([refused('/test/bridges')]);
    expect(heldBack(inputOf(goes, { '/test/servers': server, '/test/interfaces': bridge }))).toEqual([
      refused('/test/bridges'),
    ]);
  });

  it('may not be named by one that the plan makes', () => {
    const menus = { '/test/bridges': { wanted: [], live: bridge }, '/test/servers': { wanted: server } };
    expect(heldBack(inputOf(menus, { '/test/interfaces': bridge }))).toEqual([
      refused('/test/bridges'),
      '/test/servers s: interfaces names br, which goes by this plan; keep that declared, or name another one',
    ]);
  });

  it('may go with what names it, or when that names another one from then on', () => {
    const goes = { '/test/bridges': { wanted: [{ name: 'br2' }], live: [...bridge, { name: 'br2' }] } };
    expect(heldBack(inputOf({ ...goes, '/test/servers': { wanted: [], live: server } }))).toEqual([]);
    const moved = [{ name: 's', interfaces: 'br2' }];
    expect(heldBack(inputOf({ ...goes, '/test/servers': { wanted: moved, live: server } }))).toEqual([]);
  });

  it('may be named by a row of the router itself, which goes with it', () => {
    const own = [{ name: 's', interfaces: 'br', dynamic: 'true' }];
    expect(heldBack(inputOf({ '/test/bridges': { wanted: [], live: bridge } }, { '/test/servers': own }))).toEqual([]);
  });

  it('may go while another menu that was read has its name', () => {
    const twin = { '/test/servers': server, '/test/vlans': [{ name: 'br', interface: 'ether1' }] };
    expect(heldBack(inputOf({ '/test/bridges': { wanted: [], live: bridge } }, twin))).toEqual([]);
  });

  it('is looked for in the listing menu itself where that is managed', () => {
    const catalogue = { ...CATALOGUE, [INTERFACES.path]: INTERFACES };
    const menus = {
      '/test/interfaces': { wanted: [], live: bridge },
      '/test/servers': { wanted: server, live: server },
    };
    expect(heldBack(inputOf(menus), catalogue)).toEqual([refused('/test/interfaces')]);
  });
});

describe('what the catalogue says of interfaces', () => {
  const address = { address: '192.0.2.1/24', interface: 'bridge' };
  const input: PlanInput = {
    desired: desiredOf({ '/ip/address': list(declared([address])), '/ip/dns': settings({ vrf: 'blue' }) }),
    base: null,
    live: liveOf({ '/ip/address': [], '/ip/dns': [{ vrf: 'main' }] }),
  };
  const plan = makePlan(input);
  const codes = (live: PlanInput['live']): readonly string[] =>
    checkPlan(plan, { ...input, live }, WIDE_LIMITS).map(({ code }) => code);

  it('is left to the router, which alone has them, unless they were read', () => {
    expect(codes(input.live)).toEqual([]);
    const read = (interfaces: readonly Row[], vrfs: readonly Row[]): PlanInput['live'] =>
      liveOf({ ...input.live.menus, '/interface': interfaces, '/ip/vrf': vrfs });
    expect(codes(read([{ name: 'bridge' }], [{ name: 'blue' }]))).toEqual([]);
    expect(codes(read([{ name: 'ether1' }], []))).toEqual(['DanglingReference', 'DanglingReference']);
    const again = makePlan({ ...input, live: read([{ name: 'ether1' }], []) });
    expect(again.heldBack?.map(({ menu }) => menu)).toEqual(['/ip/address', '/ip/dns']);
  });
});

describe('every reference of the catalogue', () => {
  const REFERENCES = Object.values(MANAGED).flatMap((menu) =>
    Object.entries(menu.fields).flatMap(([name, field]: [string, Field]) =>
      field.reference === undefined || field.readOnly === true || field.reference === menu.path
        ? []
        : [[menu, name, field, field.reference] as const],
    ),
  );

  it.each(REFERENCES.map(([menu, name, field, target]) => [menu.path, name, menu, field, target] as const))(
    '%s %s is looked up: the row, the field and what is missing are named',
    (path, name, menu, field, target) => {
      const isName = field.namesIn === undefined || field.namesIn('missing').includes('missing');
      const value = isName ? 'missing' : '192.0.2.53@missing';
      const match = menu.shape === 'settings' ? null : { [name]: value };
      const change: Change =
        match === null
          ? { kind: 'set', menu: path, match, nth: 0, fields: { [name]: value }, before: {}, reason: 'declared' }
          : { kind: 'create', menu: path, match, fields: { [name]: value }, reason: 'declared' };
      const unread = liveOf({ [path]: [] });
      const targets = [target, field.orReference ?? target];
      expect(new Set(referredMenus([change], unread))).toEqual(new Set(targets));
      const others = Object.fromEntries(targets.map((menu) => [menu, [{ '.id': '*1', name: 'other' }]]));
      const read = liveOf({ [path]: [], ...others });
      expect(referredMenus([change], read)).toEqual([]);
      const [broken] = brokenReferences([change], read, () => read, MANAGED);
      expect(broken).toMatchObject({ menu: path, match });
      expect(broken?.because).toMatch(new RegExp(`^${name} names missing, but ${target}.* ha(s|ve) no such row`));
      const there = liveOf({ [path]: [], [target]: [{ '.id': '*1', name: 'missing' }] });
      expect(brokenReferences([change], there, () => there, MANAGED)).toEqual([]);
    },
  );

  it('reads nothing for changes that name nothing', () => {
    const change: Change = {
      kind: 'set',
      menu: '/ip/dns',
      match: null,
      nth: 0,
      fields: { servers: '192.0.2.53,192.0.2.54@main', vrf: 'main' },
      before: {},
      reason: 'declared',
    };
    expect(referredMenus([change], liveOf({ '/ip/dns': [{}] }))).toEqual([]);
  });
});
