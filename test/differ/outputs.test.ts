import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, rfc8785Json } from '#canonical-json';
import {
  applyRestores,
  fleetPlanIdOf,
  makePlan,
  MASK,
  maskPlan,
  type PlanBody,
  planBodyOf,
  planIdOf,
  remainingChanges,
} from '#differ';
import { renderDriftText, renderPlanText } from '#differ/render';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { TEST_CATALOGUE } from '#test/states.ts';

const BODY: PlanBody = {
  source: 'folder',
  device: { name: 'r1', serial: 'S1', address: 'https://192.0.2.1', credential: 'lab' },
  operations: [],
  confirmWithinSeconds: 300,
  touched: [],
  policyDigest: 'sha256:0',
};

describe('canonical JSON', () => {
  test('is RFC 8785 for texts, lists and objects', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (sample) => {
        const plain: unknown = JSON.parse(JSON.stringify(sample));
        expect(canonicalJson(plain)).toBe(canonicalize(plain));
      }),
    );
  });

  test('with values of JSON at the ends is what another implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(rfc8785Json(plain)).toBe(canonicalize(plain));
      }),
    );
    expect(rfc8785Json({ b: [1.5, null, true, -0], a: undefined, '\u20ac': 1e21 })).toBe(
      '{"b":[1.5,null,true,0],"\u20ac":1e+21}',
    );
  });

  test.each([
    [undefined],
    [[undefined]],
    [NaN],
    [{ a: Infinity }],
    [new Date(0)],
    [() => 1],
    ['\ud800'],
    [{ '\udc00': 1 }],
  ])('with values of JSON refuses %s', (value) => {
    expect(() => rfc8785Json(value)).toThrow(TypeError);
  });

  test('has numbers as text and leaves absent members out; absent, empty and zero stay apart', () => {
    expect(canonicalJson({ b: 3, a: null, c: undefined, d: '' })).toBe('{"b":"3","d":""}');
    expect(canonicalJson([{}, []])).toBe('[{},[]]');
  });

  test.each([[true], [1.5], [[null]], [new Date(0)], [() => 1]])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('the plan id', () => {
  test('is a digest with a domain of its own, and the same for ever', () => {
    expect(planIdOf(BODY)).toBe('sha256:89734a609ad5580d92445250536d57993a79145decdf90962dadcc9a9d732f26');
  });

  test.each([
    { source: 'git' },
    { device: { ...BODY.device, name: 'r2' } },
    { device: { ...BODY.device, serial: 'S2' } },
    { device: { ...BODY.device, address: 'https://192.0.2.2' } },
    { device: { ...BODY.device, credential: 'prod' } },
    { confirmWithinSeconds: 301 },
    { policyDigest: 'sha256:1' },
    { touched: [{ menu: '/ip/dns' as const, match: null, rows: [] }] },
  ])('differs with %j', (other) => {
    expect(planIdOf({ ...BODY, ...other })).not.toBe(planIdOf(BODY));
  });

  test('of a long plan is the digest of its whole text', () => {
    const touched = Array.from({ length: 2_000 }, (_, index) => ({
      menu: '/ip/firewall/address-list' as const,
      match: { list: 'long', address: `192.0.2.${index}` },
      rows: [],
    }));
    const body = { ...BODY, touched };
    const digest = createHash('sha256')
      .update(`routeros-gitops plan v1\n${canonicalJson(body)}`)
      .digest('hex');
    expect(planIdOf(body)).toBe(`sha256:${digest}`);
  });

  test('of a fleet takes each device once', () => {
    const pair = { device: 'r1', planId: planIdOf(BODY) };
    expect(() => fleetPlanIdOf([pair, pair])).toThrow('r1 has two plans');
    expect(fleetPlanIdOf([])).not.toBe(planIdOf(BODY));
  });
});

describe('secrets', () => {
  const input = (password: string): Parameters<typeof makePlan>[0] => ({
    desired: desiredOf({ '/test/peers': list(declared([{ name: 'north', password, token: '' }])) }),
    base: null,
    live: liveOf({ '/test/peers': [{ '.id': '*1', name: 'north', password: 'old', token: 'gone' }] }),
  });
  const plan = makePlan(input('new'), TEST_CATALOGUE);

  test('are masked, and an empty one is seen to be empty', () => {
    expect(maskPlan(plan, TEST_CATALOGUE).changes).toMatchObject([
      { fields: { password: MASK, token: '' }, before: { password: MASK, token: MASK } },
    ]);
    expect(renderPlanText(plan, TEST_CATALOGUE)).toContain('token: (secret) → ""');
  });

  test('enter the plan id sealed, so that a rotated one makes another plan', () => {
    const { source, device, confirmWithinSeconds, policyDigest } = BODY;
    const facts = { source, device, confirmWithinSeconds, policyDigest };
    const idOf = (password: string): string =>
      planIdOf(
        planBodyOf(
          { ...facts, plan: makePlan(input(password), TEST_CATALOGUE) },
          (text) => `#${text.length}`,
          TEST_CATALOGUE,
        ),
      );
    expect(idOf('new')).not.toBe(idOf('newer'));
    expect(idOf('new')).toBe(idOf('wen'));
  });

  test('are masked in the order of an ordered menu, too', () => {
    const ordered = { menu: '/test/peers' as const, match: null, rows: [], order: [{ name: 'n', password: 'old' }] };
    expect(maskPlan({ ...plan, inverse: [ordered] }, TEST_CATALOGUE).inverse).toEqual([
      { ...ordered, order: [{ name: 'n', password: MASK }] },
    ]);
  });
});

describe('text for people', () => {
  const rules = desiredOf({ '/test/rules': list(declared([{ mark: 'a' }, { mark: 'b' }])) });
  const live = liveOf({ '/test/rules': [{ mark: 'b' }, { mark: 'a' }] });

  test('has moves in it', () => {
    const plan = makePlan({ desired: rules, base: null, live }, TEST_CATALOGUE);
    const text = renderPlanText(plan, TEST_CATALOGUE);
    expect(text).toBe('> /test/rules mark=a moves before mark=b\n\n0 to add, 0 to change, 1 to move, 0 to remove.\n');
    const drift = [{ class: 'Reordered', menu: '/test/rules', match: { mark: 'a' }, desired: {}, live: {} }] as const;
    expect(renderDriftText(drift, TEST_CATALOGUE)).toContain('Reordered  /test/rules mark=a\n');
    const end = makePlan(
      { desired: rules, base: null, live: liveOf({ '/test/rules': [{ mark: 'b' }] }) },
      TEST_CATALOGUE,
    );
    expect(
      renderPlanText(
        {
          ...end,
          changes: end.changes.map((change) => (change.kind === 'move' ? { ...change, beforeMatch: null } : change)),
        },
        TEST_CATALOGUE,
      ),
    ).toContain('moves to the end');
  });

  test('counts rows of a menu that are left alone where they are many, and lists frozen fields', () => {
    const rows = Array.from({ length: 25 }, (_, index) => ({ list: 'x', address: `192.0.2.${index}` }));
    const menus = { '/ip/firewall/address-list': list([]) };
    const plan = makePlan({ desired: { menus }, base: null, live: liveOf({ '/ip/firewall/address-list': rows }) });
    const frozen = [{ menu: '/ip/dns', match: null, field: 'servers', desired: '1.1.1.1', live: '' }] as const;
    const text = renderPlanText({ ...plan, frozen });
    expect(text).toContain('left alone:\n  /ip/firewall/address-list: 25 rows\n');
    expect(text).toContain('/ip/dns servers: declared as 1.1.1.1, read back as ""');
  });
});

describe('what remains of a plan', () => {
  const row = { list: 'blocked', address: '198.51.100.7' };
  const menus = { '/ip/firewall/address-list': list(declared([{ ...row, comment: 'ours' }])) };
  const plan = makePlan({ desired: { menus }, base: null, live: liveOf({ '/ip/firewall/address-list': [] }) });
  const now = (more: Record<string, string>): ReturnType<typeof remainingChanges> =>
    remainingChanges(plan, liveOf({ '/ip/firewall/address-list': [{ '.id': '*9', ...row, ...more }] }));

  test('is nothing when the router holds it, in whatever spelling', () => {
    expect(now({ comment: 'ours', disabled: 'no', 'creation-time': 'now' })).toEqual([]);
  });

  test('is unknown when somebody else wrote there', () => {
    expect(now({ comment: 'theirs' })).toBeNull();
  });

  test('leaves out what a router fills in by itself', () => {
    const address = { address: '192.0.2.1/24', interface: 'bridge' };
    const made = makePlan({
      desired: desiredOf({ '/ip/address': list(declared([address])) }),
      base: null,
      live: liveOf({ '/ip/address': [] }),
    });
    const held = { ...address, network: '192.0.2.0', disabled: 'false', dynamic: 'false' };
    expect(remainingChanges(made, liveOf({ '/ip/address': [held] }))).toEqual([]);
  });
});

test('the inverse leaves rows of other tuples where they are', () => {
  const other = { '.id': '*7', list: 'other', address: '192.0.2.7' };
  const live = liveOf({ '/ip/firewall/address-list': [other, { '.id': '*8', list: 'x', address: '192.0.2.8' }] });
  const restore = { menu: '/ip/firewall/address-list', match: { list: 'x', address: '192.0.2.8' }, rows: [] } as const;
  expect(applyRestores(live, [restore]).menus['/ip/firewall/address-list']).toEqual([other]);
});
