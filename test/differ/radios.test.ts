import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  applyRestores,
  checkPlan,
  makePlan,
  type Plan,
  type PlanInput,
  rollbackPlanOf,
  type SecretTerms,
} from '#differ';
import { type Codec, menuOf, type Row, setsInPlace } from '#routeros';
import { declared, desiredOf, list, liveOf, WIDE_LIMITS } from '#test/planning.ts';
import { restoreText, stateOf } from '#test/undo-text.ts';

const RADIOS = '/interface/wifi';
const OPEN: SecretTerms = { because: null, unbound: {} };
const RADIO: Row = {
  '.id': '*1',
  name: 'wifi1',
  'default-name': 'wifi1',
  'configuration.ssid': 'Office',
  'channel.width': '20mhz',
  'security.passphrase': 'seal-1',
  disabled: 'false',
};
const ACCESS_POINT: Row = { '.id': '*2', name: 'guests', 'master-interface': 'wifi1', 'configuration.ssid': 'Guests' };
const LIVE = [RADIO, ACCESS_POINT];

function inputOf(rows: readonly Row[], base: readonly Row[] | null = null, secrets?: SecretTerms): PlanInput {
  return {
    desired: desiredOf({ [RADIOS]: list(declared(rows)) }),
    base: base === null ? null : desiredOf({ [RADIOS]: list(declared(base)) }),
    live: liveOf({ [RADIOS]: LIVE }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

/** What is done to one radio in the tests below. */
const CHANGED = inputOf([{ name: 'wifi1', 'configuration.ssid': 'Büro', 'channel.frequency': '5180' }]);

function heldBecause(plan: Plan): string {
  expect(plan.changes).toEqual([]);
  return (plan.heldBack ?? []).map(({ because }) => because).join('\n');
}

describe('a row that nothing could make anew', () => {
  it.each<[string, SecretTerms | undefined]>([
    ['no key', undefined],
    ['none that may be read', { because: 'not sensitive', unbound: {} }],
    ['secrets', OPEN],
  ])('is set where there is %s, and its undo names what is set alone', (_, secrets) => {
    const input = inputOf(
      [
        { name: 'wifi1', 'configuration.ssid': 'Büro', 'channel.frequency': '5180' },
        { name: 'guests', 'configuration.hide-ssid': 'true' },
      ],
      null,
      secrets,
    );
    const plan = makePlan(input);
    expect(plan.heldBack).toBeUndefined();
    expect(plan.changes.map(({ kind, match }) => [kind, match?.['name']])).toEqual([
      ['set', 'wifi1'],
      ['set', 'guests'],
    ]);
    expect(plan.inverse.flatMap(({ rows }) => rows)).toEqual([
      { name: 'wifi1', 'configuration.ssid': 'Office', 'channel.frequency': '' },
      { name: 'guests', 'configuration.hide-ssid': '' },
    ]);
    expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
    for (let length = 0; length <= plan.changes.length; length += 1) {
      const once = applyRestores(applyChanges(input.live, plan.changes.slice(0, length)), plan.inverse);
      expect([once, applyRestores(once, plan.inverse)]).toEqual([input.live, input.live]);
    }
  });

  it('is undone by a script that adds and removes nothing, and writes no secret', () => {
    const script = restoreText(stateOf(makePlan(CHANGED)));
    expect(script).toContain(':if ([:len $rgIds] != 1) do={:error "rg-count"}');
    expect(script).toContain('/interface wifi set $rgIds configuration.ssid="Office" !channel.frequency');
    expect(script).not.toMatch(/\b(add|remove)\b|passphrase|seal-1/);
  });

  it('is taken back by a plan that sets the same fields alone', () => {
    const done = makePlan(CHANGED);
    const after = applyChanges(CHANGED.live, done.changes);
    const back = rollbackPlanOf(done, after);
    if (back.kind !== 'planned') throw new Error(JSON.stringify(back.reasons));
    expect(back.plan.changes).toMatchObject([
      { kind: 'set', fields: { 'configuration.ssid': 'Office', 'channel.frequency': '' } },
    ]);
    expect(applyChanges(after, back.plan.changes)).toEqual(CHANGED.live);
  });

  it.each<[string, Row, RegExp]>([
    ['its secret would change', { name: 'wifi1', 'security.passphrase': 'seal-2' }, /no undo could bring its sec/],
    ['a radio would be an access point', { name: 'wifi1', 'master-interface': 'wifi2' }, /has no master-interface/],
    ['a value would stay for good', { name: 'wifi1', mtu: '1400' }, /no undo could take one off it again/],
    ['there is none', { name: 'wifi9', 'configuration.ssid': 'x' }, /none can be added/],
  ])('is left alone where %s', (_, wanted, because) => {
    expect(heldBecause(makePlan(inputOf([wanted], null, OPEN)))).toMatch(because);
  });

  it('is left alone where several go by its name', () => {
    const twins = { ...CHANGED, live: liveOf({ [RADIOS]: [RADIO, { ...RADIO, '.id': '*3' }] }) };
    expect(heldBecause(makePlan(twins))).toContain('several rows go by this name');
  });

  it('is not removed once it is dropped: a radio gets its defaults back, an access point stays', () => {
    const input = inputOf(
      [],
      [
        { name: 'wifi1', 'channel.width': '20mhz' },
        { name: 'guests', 'master-interface': 'wifi1' },
      ],
      OPEN,
    );
    const plan = makePlan(input);
    expect(plan.changes).toMatchObject([{ kind: 'set', match: { name: 'wifi1' }, fields: { 'channel.width': '' } }]);
    expect(plan.heldBack).toMatchObject([
      { match: { name: 'guests' }, because: expect.stringContaining('no undo could make it anew') },
    ]);
    expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
  });

  it('is not pruned where it is a radio, and stands among what nobody declares', () => {
    const prune = desiredOf({ [RADIOS]: list([], { unlisted: 'prune' }) });
    const plan = makePlan({ desired: prune, base: prune, live: liveOf({ [RADIOS]: [RADIO] }), secrets: OPEN });
    expect([plan.changes, plan.heldBack]).toEqual([[], undefined]);
    expect(plan.extras).toMatchObject([{ class: 'Extra', match: { name: 'wifi1' }, tolerated: true }]);
  });

  it('is a radio of either driver, and no profile', () => {
    const menus = ['/interface/wifi', '/interface/wireless', '/interface'] as const;
    expect(menus.map((path) => setsInPlace(menuOf(path)))).toEqual([true, true, true]);
    expect(setsInPlace(menuOf('/interface/wifi/security'))).toBe(false);
  });
});

describe('what keeps others out', () => {
  const SECURE = /(^|[.-])(security|authentication|encryption|pmkid|wps)|management-protection|^configuration$/;

  it.each([RADIOS, '/interface/wifi/configuration', '/interface/wifi/security', '/interface/wireless'] as const)(
    'is not taken off rows of %s by declaring it no more',
    (path) => {
      const menu = menuOf(path);
      const names = Object.entries(menu.fields).flatMap(([name, { readOnly, secret }]) =>
        readOnly === true || secret === true || menu.match.includes(name) || name === 'master-interface' ? [] : [name],
      );
      const said = names.map((name) => [name, sampleOf(menu.fields[name]?.codec)]);
      const before: Row = { ...Object.fromEntries(said), name: 'one', disabled: 'true' };
      for (const rows of setsInPlace(menu) ? [[], [{ name: 'one' }]] : [[{ name: 'one' }]]) {
        const plan = makePlan({
          desired: desiredOf({ [path]: list(declared(rows)) }),
          base: desiredOf({ [path]: list(declared([before])) }),
          live: liveOf({ [path]: [{ '.id': '*1', ...before }] }),
          secrets: OPEN,
        });
        const set = plan.changes.flatMap((change) => ('fields' in change ? Object.keys(change.fields) : []));
        expect(set).toContain('comment');
        if (setsInPlace(menu)) expect(set).not.toContain('disabled');
        expect(set.filter((name) => SECURE.test(name) && !name.startsWith('interworking'))).toEqual([]);
      }
    },
  );
});

function sampleOf(codec: Codec | undefined): string {
  const samples = ['said', 'true', '1m', '02:00:00:00:00:01', '5'];
  return samples.find((text) => {
    try {
      codec?.parse(text);
      return true;
    } catch {
      return false;
    }
  }) as string;
}
