import { describe, expect, test } from 'vitest';
import {
  checkPlan,
  declaredIn,
  type DesiredState,
  driftOf,
  type LiveState,
  makePlan,
  MASK,
  maskPlan,
  nextBase,
  type Plan,
  planBodyOf,
  type PlanInput,
  planIdOf,
  shownBody,
} from '#differ';
import { renderBodyText, renderPlanCommands, renderPlanText } from '#differ/render';
import { CATALOGUE, type MenuPath, type Row, writeFault } from '#routeros';
import { declared, desiredOf, list, liveOf, settings, WIDE_LIMITS } from '#test/planning.ts';
import { TEST_CATALOGUE } from '#test/states.ts';

const LIST = '/ip/firewall/address-list';
const DNS = '/ip/dns/static';
const GOOD = { list: 'blocked', address: '198.51.100.7' };
/** Longer by itself than a script may be. */
const LONG = 'x'.repeat(50_000);

function reasonsOf({ heldBack = [] }: Plan): readonly string[] {
  return heldBack.map(({ because }) => because);
}

/** One row of a menu that the router has and somebody drops or changes, beside a good one that is made. */
function inputOf(menu: MenuPath, live: Row, wanted: Row | null, more: readonly Row[] = []): PlanInput {
  const fields = Object.fromEntries(Object.entries(live).filter(([name]) => name !== 'dynamic'));
  const rows = { [menu]: list(declared(wanted === null ? [] : [wanted])), '/ip/dns': settings({ servers: '9.9.9.9' }) };
  return {
    desired: desiredOf(rows),
    base: desiredOf({ [menu]: list(declared([fields])) }),
    live: liveOf({ [menu]: [...more, { '.id': '*7', ...live }], '/ip/dns': [{ servers: '1.1.1.1' }] }),
  };
}

describe('a row is held back, and nothing else is, when', () => {
  const flawed = { name: 'a.example', type: 'A', address: '192.0.2.1' };
  const CASES: Readonly<Record<string, readonly [PlanInput, RegExp]>> = {
    'a script could not write a value of it back': [
      inputOf(DNS, { ...flawed, disabled: 'perhaps' }, { ...flawed, ttl: '5m' }),
      /^no script could write its disabled back, .* on the router/,
    ],
    'its undo alone is too long for a script': [
      inputOf(LIST, { ...GOOD, comment: LONG }, null),
      /^its undo alone would be longer than the 48000 bytes .* on the router/,
    ],
    'a script could not tell it from others': [
      inputOf(LIST, { list: 'half' }, null),
      /^no script could find it again, .* on the router/,
    ],
    'the router has it as a timed or dynamic entry': [
      inputOf(LIST, { ...GOOD, dynamic: 'true', timeout: '59m' }, { ...GOOD, disabled: 'false' }),
      /timed or dynamic entry/,
    ],
    'it comes of an entry of ours by name': [
      inputOf(LIST, { ...GOOD, dynamic: 'true', comment: 'host.example' }, GOOD, [
        { list: 'blocked', address: 'host.example' },
      ]),
      /because \/ip\/firewall\/address-list list=blocked address=host\.example stands for it/,
    ],
    'a field is declared that nobody can set': [
      inputOf(DNS, flawed, { ...flawed, 'no-such-field': 'x' }),
      /^no-such-field is no field that can be set here/,
    ],
    'the version of the router lacks a field': [
      { ...inputOf(DNS, flawed, { ...flawed, ttl: '5m' }), version: [7, 12, 0], desired: withVrf() },
      /^RouterOS 7\.12 does not have vrf/,
    ],
  };

  function withVrf(): DesiredState {
    return desiredOf({ [DNS]: list(declared([flawed])), '/ip/dns': settings({ vrf: 'main2' }) });
  }

  test.each(Object.entries(CASES))('%s', (_, [input, reason]) => {
    const plan = makePlan(input);
    expect(reasonsOf(plan)).toEqual([expect.stringMatching(reason)]);
    expect(reasonsOf(plan).join()).not.toContain('RouterConfig');
    expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
    const [row] = plan.heldBack ?? [];
    expect(plan.changes.filter(({ menu }) => menu === row?.menu)).toEqual([]);
    for (const text of [renderPlanText(plan), renderPlanCommands(plan)]) expect(text).toContain(row?.because);
  });

  test('any value in any field of any menu is such that no script can write it', () => {
    for (const menu of Object.values(CATALOGUE).filter(({ shape }) => shape === 'list'))
      for (const [name, field] of Object.entries(menu.fields)) {
        const tuple = TUPLES[menu.path];
        if (field.readOnly === true || menu.match.includes(name) || tuple === undefined) continue;
        // What goes by itself is never changed or removed.
        if (name === menu.timedBy) continue;
        for (const value of ['perhaps', '\u0000', '\ud800', 'é', LONG]) {
          const input = inputOf(menu.path, { ...tuple, [name]: value }, null);
          const plan = makePlan(input);
          const [change] = plan.changes.filter((each) => each.menu === menu.path);
          const held = writeFault(menu, { [name]: value }) !== null || value === LONG;
          expect({ menu: menu.path, name, held: plan.heldBack !== undefined }).toEqual({ menu: menu.path, name, held });
          expect(change === undefined).toBe(held);
          expect(plan.changes.map(({ menu: path }) => path)).toContain('/ip/dns');
        }
      }
  });

  const TUPLES: Readonly<Record<MenuPath, Row>> = {
    [DNS]: flawed,
    [LIST]: GOOD,
    '/ip/address': { address: '192.0.2.1/24', interface: 'ether1' },
  };
});

describe('rows that are held back', () => {
  const facts = {
    source: 'folder:/fleet',
    device: { name: 'r1', serial: 'A', address: 'https://192.0.2.1', credential: 'fleet' },
    confirmWithinSeconds: 300,
    policyDigest: 'sha256:0',
  };
  const bodyOf = (plan: Plan) => planBodyOf({ ...facts, plan }, (secret) => `sealed-${secret}`, TEST_CATALOGUE);
  const input = inputOf(LIST, { list: 'half' }, null);
  const plan = makePlan(input);
  const good = makePlan({ ...input, base: null });

  test('and why, are covered by the id; without any the field is absent', () => {
    expect(bodyOf(plan).operations).toEqual(bodyOf(good).operations);
    expect(planIdOf(bodyOf(plan))).not.toBe(planIdOf(bodyOf(good)));
    expect(bodyOf(good)).not.toHaveProperty('heldBack');
    expect(good).not.toHaveProperty('heldBack');
    const [row] = plan.heldBack ?? [];
    const other = { ...plan, heldBack: row === undefined ? [] : [{ ...row, because: 'something else' }] };
    expect(planIdOf(bodyOf(other))).not.toBe(planIdOf(bodyOf(plan)));
    expect(renderBodyText(bodyOf(plan))).toContain('! /ip/firewall/address-list list=half: ');
  });

  test('show no secret, and what they say holds no value of a field', () => {
    const peer = { name: 'odd', password: 'hunter2', comment: LONG };
    const secret = makePlan(inputOf('/test/peers', peer, { name: 'odd', password: 'hunter3' }), TEST_CATALOGUE);
    const body = bodyOf(secret);
    for (const shown of [maskPlan(secret, TEST_CATALOGUE).heldBack, body.heldBack, shownBody(body, TEST_CATALOGUE)])
      expect(JSON.stringify(shown)).not.toMatch(/hunter|xxx/);
    const menu = { ...TEST_CATALOGUE['/test/peers'], match: ['password'] } as (typeof TEST_CATALOGUE)[MenuPath];
    const keyed = { ...TEST_CATALOGUE, '/test/peers': menu } as typeof TEST_CATALOGUE;
    const made = makePlan(inputOf('/test/peers', peer, null), keyed);
    expect(maskPlan(made, keyed).heldBack).toMatchObject([{ match: { password: MASK } }]);
  });

  test('of settings leave the whole menu out, and the base has it as it was', () => {
    const desired = desiredOf({
      '/ip/dns': settings({ servers: '9.9.9.9', 'cache-size': '4096' }),
      [LIST]: list(declared([GOOD])),
    });
    const live = liveOf({ '/ip/dns': [{ servers: 'x'.repeat(50_000), 'cache-size': '2048' }], [LIST]: [] });
    const old = { '/ip/dns': settings({ servers: '1.1.1.1' }) };
    const made = makePlan({ desired, base: desiredOf(old), live });
    expect(made.changes.map(({ menu }) => menu)).toEqual([LIST]);
    expect(nextBase(desired, made, desiredOf(old)).menus).toEqual({ ...old, [LIST]: desired.menus[LIST] });
    expect(nextBase(desired, made, null).menus).toEqual({ [LIST]: desired.menus[LIST] });
  });

  test('stand in the base where they stood, so that a base that says nothing new is the same', () => {
    const rows = (ttl: string) => [
      { name: 'one.example', type: 'A', address: '192.0.2.1' },
      { name: 'held.example', type: 'A', address: '192.0.2.2', ttl },
      { name: 'three.example', type: 'A', address: '192.0.2.3' },
    ];
    const base = desiredOf({ [DNS]: list(declared(rows('1h'))) });
    const desired = desiredOf({ [DNS]: list(declared(rows('2h'))) });
    const dropped = desiredOf({ [DNS]: list(declared(rows('2h').toSpliced(1, 1))) });
    const live = liveOf({ [DNS]: rows('1h').map((row, at) => (at === 1 ? { ...row, disabled: 'perhaps' } : row)) });
    for (const side of [desired, dropped]) {
      const made = makePlan({ desired: side, base, live });
      expect(made).toMatchObject({ changes: [], heldBack: [{ match: { name: 'held.example' } }] });
      expect(declaredIn(nextBase(side, made, base))).toEqual(base);
    }
  });

  test('that were released stay released', () => {
    const pruning = { unlisted: 'prune', unlistedBy: ['fleet'] } as const;
    const side = desiredOf({ [LIST]: list([], pruning) });
    const base = desiredOf({ [LIST]: { ...list(declared([GOOD]), pruning), released: [GOOD] } });
    const live = liveOf({ [LIST]: [GOOD, { ...GOOD, disabled: 'perhaps' }] });
    const made = makePlan({ desired: side, base, live });
    expect(made.heldBack).toHaveLength(1);
    expect(nextBase(side, made, base).menus[LIST]).toMatchObject({ released: [GOOD], rows: [{ fields: GOOD }] });
  });

  test('at first contact are released like others when another RouterConfig prunes later', () => {
    const other = { list: 'blocked', address: '198.51.100.8' };
    const live = liveOf({ [LIST]: [{ ...GOOD, disabled: 'perhaps' }, other] });
    const first = desiredOf({ [LIST]: list(declared([{ ...GOOD, comment: 'ours' }, other], ['once'])) });
    const contact = makePlan({ desired: first, base: null, live });
    expect(contact).toMatchObject({ changes: [], heldBack: [{ match: GOOD }] });
    const base = nextBase(first, contact, null);
    // Each pass makes the same base.
    const again = makePlan({ desired: first, base, live });
    expect(nextBase(first, again, base)).toEqual(base);

    // The RouterConfig vanishes, another one prunes; the router holds the row in a way that can be written by then.
    const mended = liveOf({ [LIST]: [GOOD, other] });
    const pruning = { unlisted: 'prune', unlistedBy: ['fleet'] } as const;
    const left = desiredOf({ [LIST]: list([], pruning) });
    const begins = makePlan({ desired: left, base, live: mended });
    const next = nextBase(left, begins, base);
    expect(begins.changes).toEqual([]);
    expect(makePlan({ desired: left, base: next, live: mended }).changes).toEqual([]);
    // Who declares it owns it again.
    const owned = desiredOf({ [LIST]: list(declared([GOOD]), pruning) });
    const taken = nextBase(owned, makePlan({ desired: owned, base: next, live: mended }), next);
    expect(makePlan({ desired: left, base: taken, live: mended }).changes).toMatchObject([
      { kind: 'remove', match: GOOD },
    ]);
  });

  test('are no drift', () => {
    const base = desiredOf({
      [DNS]: list(declared([{ name: 'a.example', type: 'A', address: '192.0.2.1', ttl: '1h' }])),
    });
    const live: LiveState = liveOf({ [DNS]: [{ name: 'a.example', type: 'A', address: '192.0.2.1', ttl: '5m' }] });
    const held = [{ menu: DNS, match: { name: 'a.example', type: 'A', address: '192.0.2.1' }, because: 'so' }] as const;
    expect(driftOf(base, live)).toHaveLength(1);
    expect(driftOf(base, live, [], CATALOGUE, held)).toEqual([]);
  });

  test('hold back what names them only while they are not on the router', () => {
    const forward = { name: 'b.example', type: 'FWD', 'forward-to': '192.0.2.53', 'address-list': GOOD.list };
    const planOf = (live: readonly Row[], wanted: readonly Row[]): Plan =>
      makePlan({
        desired: desiredOf({ [LIST]: list(declared(wanted)), [DNS]: list(declared([forward])) }),
        base: desiredOf({ [LIST]: list(declared([GOOD])), [DNS]: list([]) }),
        live: liveOf({ [LIST]: live, [DNS]: [] }),
      });
    const spoilt = { ...GOOD, comment: LONG };
    for (const wanted of [[], [GOOD]]) {
      const made = planOf(
        [spoilt],
        wanted.map((row) => ({ ...row, comment: 'ours' })),
      );
      expect(made).toMatchObject({ changes: [{ kind: 'create', match: { name: 'b.example' } }] });
      expect(made.heldBack).toMatchObject([{ match: GOOD }]);
    }
    expect(planOf([], [{ ...GOOD, 'no-such-field': 'x' }])).toMatchObject({ changes: [], heldBack: [{}, {}] });
  });

  test('of an ordered menu hold back what is declared behind them, and what goes', () => {
    const rules = (...marks: readonly string[]) => marks.map((mark) => ({ mark, action: 'drop' }));
    const made = makePlan(
      {
        desired: desiredOf({ '/test/rules': list(declared(rules('one', 'two', 'three'))) }),
        base: desiredOf({ '/test/rules': list(declared(rules('two', 'gone'))) }),
        live: liveOf({ '/test/rules': [{ mark: 'two', disabled: 'perhaps' }, { mark: 'gone' }] }),
      },
      TEST_CATALOGUE,
    );
    expect(made.changes.map(({ kind, match }) => `${kind} ${match?.['mark']}`)).toEqual(['create one', 'move one']);
    expect(reasonsOf(made)).toEqual([
      'its place is behind /test/rules mark=two, which is held back',
      'its place is behind /test/rules mark=two, which is held back',
      expect.stringContaining('no script could write its disabled back'),
    ]);
  });
});
