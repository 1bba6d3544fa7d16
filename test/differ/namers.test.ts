import { describe, expect, it } from 'vitest';
import { type Change, checkPlan, type LiveState, makePlan, namersOf, type PlanInput, rollbackPlanOf } from '#differ';
import { CATALOGUE, type Menu, type MenuPath, NAMED_ELSEWHERE, type Row } from '#routeros';
import { declared, desiredOf, list, liveOf, WIDE_LIMITS } from '#test/planning.ts';
import { LIST_FIELDS } from '../../controller/policy/list-uses.ts';
import { rowsStillNamed } from '../../differ/namers.ts';

const GONE = 'office-1';
const MENUS: readonly Menu[] = Object.values(CATALOGUE);

function means({ path, listedIn }: Menu, target: string | undefined): boolean {
  return target !== undefined && (path === target || listedIn === target);
}

/** The menus whose rows go by a name, and who can name them: by the catalogue, and elsewhere. */
const NAMED = MENUS.filter(
  ({ shape, match, fixedRows }) => shape === 'list' && fixedRows !== true && match[0] === 'name',
);
const BY_REFERENCE = NAMED.flatMap((removed) =>
  MENUS.flatMap((menu) =>
    Object.entries(menu.fields).flatMap(([field, { reference, orReference }]) =>
      means(removed, reference) || means(removed, orReference) ? [[removed.path, menu.path, field] as const] : [],
    ),
  ),
);
const ELSEWHERE = NAMED.flatMap((removed) =>
  Object.entries(NAMED_ELSEWHERE).flatMap(([target, menus]) =>
    means(removed, target)
      ? Object.entries(menus).flatMap(([menu, fields]) =>
          fields.map((field) => [removed.path, menu as MenuPath, field] as const),
        )
      : [],
  ),
);

function removalOf(menu: MenuPath): readonly Change[] {
  const row = { name: GONE };
  return [{ kind: 'remove', menu, match: row, nth: 0, before: row, reason: 'dropped' }];
}

/** What the router says of everything that is asked for: nobody, but for one menu. */
function saying(
  asked: Readonly<Record<MenuPath, readonly string[]>>,
  except: MenuPath,
  rows: readonly Row[] | null,
): NonNullable<LiveState['namers']> {
  return Object.fromEntries(
    Object.entries(asked).map(([menu, properties]) => [menu, { properties, rows: menu === except ? rows : [] }]),
  );
}

function heldFor(removed: MenuPath, naming: MenuPath, rows: readonly Row[] | null): readonly string[] {
  const changes = removalOf(removed);
  const desired = desiredOf(removed === naming ? {} : { [removed]: list([]) });
  const namers = saying(namersOf(changes, { desired }), naming, rows);
  const live = { ...liveOf({ [removed]: [{ name: GONE }] }), namers };
  return rowsStillNamed(changes, { desired, live }, CATALOGUE).map(({ because }) => because);
}

describe('a row that goes', () => {
  it.each([...BY_REFERENCE, ...ELSEWHERE])(
    'of %s is held back while a row of %s names it in %s',
    (removed, naming, field) => {
      const changes = removalOf(removed);
      const desired = desiredOf(removed === naming ? {} : { [removed]: list([]) });
      expect(namersOf(changes, { desired })[naming]).toContain(field);
      const row = { name: 'other', [field]: GONE };
      expect(heldFor(removed, naming, [row])).toEqual([expect.stringMatching(/^it is still named by .* in /)]);
      expect(heldFor(removed, naming, [row])[0]).toContain(field);
      expect(heldFor(removed, naming, [{ name: 'other', [field]: `${GONE}2` }, { name: 'next' }])).toEqual([]);
      expect(heldFor(removed, naming, [])).toEqual([]);
      const unread = heldFor(removed, naming, null);
      expect(unread).toEqual([expect.stringContaining(`nobody knows whether a row of ${naming} still names it`)]);
    },
  );

  it('is asked about in every menu that the review found', () => {
    const pairs = BY_REFERENCE.map(([removed, naming]) => `${removed} ${naming}`);
    expect(pairs).toEqual(
      expect.arrayContaining([
        '/ip/pool /ip/dhcp-server',
        '/ip/dhcp-server/option /ip/dhcp-server/network',
        '/interface/list /interface/list/member',
        '/interface/bridge /interface/bridge/port',
        '/interface/bridge /ip/address',
        '/interface/wifi/security /interface/wifi/configuration',
      ]),
    );
  });

  it('is asked about wherever the proof of the management path looks for lists', () => {
    const elsewhere = NAMED_ELSEWHERE['/interface/list'] ?? {};
    for (const [menu, fields] of Object.entries(LIST_FIELDS))
      expect({ menu, asked: elsewhere[menu as MenuPath]?.some((field) => fields.includes(field)) }).toEqual({
        menu,
        asked: true,
      });
  });

  it.each(['!office-1', 'lan,office-1', 'lan, !office-1', '10.0.0.1%office-1', 'office-1'])(
    'is named by %s, whoever writes it so',
    (value) => {
      const rows = [{ chain: 'forward', 'in-interface-list': value }];
      expect(heldFor('/interface/list', '/ip/firewall/filter', rows)).toEqual([
        'it is still named by /ip/firewall/filter forward in in-interface-list; change or remove that first',
      ]);
    },
  );

  it.each(['office-11', 'my-office-1', 'office-1.lan', ''])('is not named by %s', (value) => {
    expect(heldFor('/interface/list', '/ip/firewall/filter', [{ 'in-interface-list': value }])).toEqual([]);
  });

  it('is not held by rows that the router made itself', () => {
    const dynamic = { interface: GONE, list: 'x', bridge: GONE, tagged: GONE, dynamic: 'true' };
    for (const menu of [
      '/interface/bridge/vlan',
      '/interface/bridge/port',
      '/interface/list/member',
      '/ip/route',
    ] as const)
      expect(heldFor('/interface/bridge', menu, [{ ...dynamic, gateway: GONE }])).toEqual([]);
  });
});

const POOL = { name: 'office', ranges: '192.0.2.10-192.0.2.20' };
const OTHER = { name: 'guests', ranges: '192.0.2.30-192.0.2.40' };
const SERVER = { name: 's', interface: 'ether2', 'address-pool': 'office' };

/** Two pools that go; what else is said of servers. */
function inputOf(servers: Partial<PlanInput['desired']['menus']>, rows: readonly Row[] | null): PlanInput {
  const desired = desiredOf({ '/ip/pool': list([]), ...(servers as PlanInput['desired']['menus']) });
  const base = desiredOf({ '/ip/pool': list(declared([POOL, OTHER])), ...(servers as PlanInput['desired']['menus']) });
  const isDeclared = servers['/ip/dhcp-server'] !== undefined;
  const live = liveOf({ '/ip/pool': [POOL, OTHER], ...(isDeclared ? { '/ip/dhcp-server': [SERVER] } : {}) });
  const asked = namersOf(makePlan({ desired, base, live }).changes, { desired });
  return { desired, base, live: { ...live, namers: saying(asked, '/ip/dhcp-server', rows) } };
}

describe('a plan whose rows are named by a section that nobody declares', () => {
  it('leaves what is named, says by whom, and goes on with the rest', () => {
    const input = inputOf({}, [SERVER]);
    const plan = makePlan(input);
    expect(plan.changes.map(({ kind, match }) => [kind, match])).toEqual([['remove', { name: 'guests' }]]);
    expect(plan.heldBack).toEqual([
      {
        menu: '/ip/pool',
        match: { name: 'office' },
        because: 'it is still named by /ip/dhcp-server name=s in address-pool; change or remove that first',
      },
    ]);
    expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
  });

  it('is refused by the second look where it removes them all the same', () => {
    const input = inputOf({}, [SERVER]);
    const { live } = input;
    const careless = makePlan({ ...input, live: { menus: live.menus } });
    expect(careless.changes).toHaveLength(2);
    expect(checkPlan(careless, input, WIDE_LIMITS).map(({ code }) => code)).toContain('DanglingReference');
  });

  it('removes nothing that nobody could look for', () => {
    for (const rows of [null, undefined]) {
      const input = inputOf({}, []);
      const namers = rows === null ? saying(namersOf(removalOf('/ip/pool'), input), '/ip/dhcp-server', null) : {};
      const plan = makePlan({ ...input, live: { menus: input.live.menus, namers } });
      expect(plan.changes).toEqual([]);
      expect(plan.heldBack).toHaveLength(2);
    }
  });

  it('judges a declared section by what the plan makes of it, and asks the router nothing of that', () => {
    const free = list(declared([{ ...SERVER, 'address-pool': 'static-only' }]));
    const input = inputOf({ '/ip/dhcp-server': free }, []);
    expect(Object.keys(input.live.namers ?? {})).not.toContain('/ip/dhcp-server');
    const plan = makePlan(input);
    expect(plan.heldBack).toBeUndefined();
    expect(plan.changes.map(({ kind }) => kind)).toEqual(['set', 'remove', 'remove']);
  });

  it('holds back by a section that is let go, whose rows stay', () => {
    const input = inputOf({}, [SERVER]);
    const owned = { ...list(declared([SERVER])), declaredBy: [] };
    const base = desiredOf({ ...input.base?.menus, '/ip/dhcp-server': owned });
    expect(makePlan({ ...input, base }).heldBack).toHaveLength(1);
  });

  it('prunes nothing that is named', () => {
    const input = inputOf({}, [SERVER]);
    const prune = list([], { unlisted: 'prune', unlistedBy: ['fleet'] });
    const plan = makePlan({
      ...input,
      desired: desiredOf({ '/ip/pool': prune }),
      base: desiredOf({ '/ip/pool': prune }),
    });
    expect(plan.changes.map(({ kind, match }) => [kind, match])).toEqual([['remove', { name: 'guests' }]]);
  });

  it('is not taken back while somebody names what it made', () => {
    const pools = desiredOf({ '/ip/pool': list(declared([POOL])) });
    const done = makePlan({ desired: pools, base: null, live: liveOf({ '/ip/pool': [] }) });
    const after = liveOf({ '/ip/pool': [POOL] });
    const asked = namersOf(removalOf('/ip/pool'), { desired: pools });
    const said = (rows: readonly Row[]): LiveState => ({ ...after, namers: saying(asked, '/ip/dhcp-server', rows) });
    expect(rollbackPlanOf(done, said([]))).toMatchObject({ kind: 'planned', plan: { changes: [{ kind: 'remove' }] } });
    expect(rollbackPlanOf(done, said([SERVER]))).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'NotRestorable', message: expect.stringContaining('still named by /ip/dhcp-server name=s') }],
    });
  });

  it('asks nothing where nothing goes that can be named', () => {
    const change = (kind: 'create' | 'remove', menu: MenuPath): Change => ({
      kind,
      menu,
      match: { name: 'x' },
      nth: 0,
      fields: {},
      before: { name: 'x' },
      reason: 'declared',
    });
    const desired = desiredOf({});
    expect(namersOf([change('create', '/ip/pool'), change('remove', '/ip/dns/static')], { desired })).toEqual({});
  });
});
