import { describe, expect, test } from 'vitest';
import {
  applyChanges,
  canonicalMenu,
  type DesiredState,
  type LiveState,
  makePlan,
  type Plan,
  rollbackPlanOf,
  type RollbackPlan,
} from '#differ';
import { renderPlanText } from '#differ/render';
import type { MenuPath, Row } from '#routeros';
import { declared, desiredOf, list, liveOf, settings } from '#test/planning.ts';
import { SECRET_MARK, TEST_CATALOGUE } from '#test/states.ts';

const LISTS = '/ip/firewall/address-list';
const RULES = '/test/rules';

const A: Row = { mark: 'one' };
const B: Row = { mark: 'two' };
const C: Row = { mark: 'three' };
const D: Row = { mark: 'four' };

function rollback(done: Plan, live: LiveState): RollbackPlan {
  return rollbackPlanOf(done, live, TEST_CATALOGUE);
}

function apply(live: LiveState, { changes }: Plan): LiveState {
  return applyChanges(live, changes, TEST_CATALOGUE);
}

/** A plan from these sides, and what the router holds once it is written. */
function written(desired: DesiredState, live: LiveState, base: DesiredState | null = null) {
  const done = makePlan({ desired, base, live }, TEST_CATALOGUE);
  return { done, after: apply(live, done) };
}

/** The rows of a menu once a plan is taken back. */
function restored(done: Plan, live: LiveState, path: MenuPath): readonly Row[] {
  const made = rollback(done, live);
  if (made.kind !== 'planned') throw new Error(made.reasons.map(({ message }) => message).join('\n'));
  return canonicalMenu(
    TEST_CATALOGUE[path] as (typeof TEST_CATALOGUE)[MenuPath],
    apply(live, made.plan).menus[path] ?? [],
  );
}

function codesOf(made: RollbackPlan): readonly string[] {
  return made.kind === 'refused' ? made.reasons.map(({ code }) => code) : [];
}

describe('what a confirmed plan did is taken back', () => {
  test('in a settings menu, only the fields that it set', () => {
    const live = liveOf({ '/ip/dns': [{ servers: '1.1.1.1', 'cache-max-ttl': '1w' }] });
    const { done, after } = written(desiredOf({ '/ip/dns': settings({ servers: '9.9.9.9' }) }), live);
    const meanwhile = liveOf({ '/ip/dns': [{ ...after.menus['/ip/dns']?.[0], 'cache-max-ttl': '1d' }] });
    expect(restored(done, meanwhile, '/ip/dns')).toMatchObject([{ servers: '1.1.1.1', 'cache-max-ttl': '1d' }]);
  });

  test('with the fields of a removed row, and without a new one', () => {
    const old = { list: 'blocked', address: '198.51.100.7', comment: 'seen once' };
    const live = liveOf({ [LISTS]: [{ '.id': '*1', ...old, disabled: 'false', dynamic: 'false' }] });
    const base = desiredOf({ [LISTS]: list(declared([old])) });
    const added = { list: 'blocked', address: '198.51.100.8' };
    const { done, after } = written(desiredOf({ [LISTS]: list(declared([added])) }), live, base);
    expect(after.menus[LISTS]).toMatchObject([added]);
    expect(restored(done, after, LISTS)).toEqual([old]);
  });

  test('by clearing a field that was not there', () => {
    const bare = { list: 'blocked', address: '198.51.100.7' };
    const { done, after } = written(
      desiredOf({ [LISTS]: list(declared([{ ...bare, comment: 'new' }])) }),
      liveOf({ [LISTS]: [bare] }),
    );
    expect(restored(done, after, LISTS)).toEqual([bare]);
  });

  test('while the router has filled in what it always gives a row', () => {
    const row = { address: '172.16.5.1/24', interface: 'bridge' };
    const { done, after } = written(desiredOf({ '/ip/address': list(declared([row])) }), liveOf({ '/ip/address': [] }));
    const read = after.menus['/ip/address']?.map((held) => ({ ...held, '.id': '*7', network: '172.16.5.0' })) ?? [];
    expect(restored(done, liveOf({ '/ip/address': read }), '/ip/address')).toEqual([]);
  });

  test('in the order of before, and a row that came meanwhile stays', () => {
    const live = liveOf({ [RULES]: [A, B, C] });
    const { done, after } = written(desiredOf({ [RULES]: list(declared([C, A, B])) }), live);
    expect(after.menus[RULES]).toEqual([C, A, B]);
    const joined = liveOf({ [RULES]: [...(after.menus[RULES] ?? []), D] });
    expect(restored(done, joined, RULES).filter((row) => row['mark'] !== 'four')).toEqual([A, B, C]);
    expect(restored(done, joined, RULES)).toHaveLength(4);
  });

  test('with a removed row of an ordered menu in its old place', () => {
    const live = liveOf({ [RULES]: [A, B, C] });
    const base = desiredOf({ [RULES]: list(declared([A, B, C])) });
    const { done, after } = written(desiredOf({ [RULES]: list(declared([A, C])) }), live, base);
    expect(restored(done, after, RULES)).toEqual([A, B, C]);
  });

  test('and the plan says so to people', () => {
    const { done, after } = written(
      desiredOf({ [LISTS]: list(declared([{ list: 'blocked', address: '198.51.100.8' }])) }),
      liveOf({ [LISTS]: [] }),
    );
    const made = rollback(done, after);
    expect(made.kind === 'planned' && renderPlanText(made.plan)).toContain(
      '(was not there before the change that is taken back)',
    );
  });
});

describe('it is refused', () => {
  const live = liveOf({ '/ip/dns': [{ servers: '1.1.1.1' }], [LISTS]: [] });
  const added = { list: 'blocked', address: '198.51.100.8' };
  const desired = desiredOf({ '/ip/dns': settings({ servers: '9.9.9.9' }), [LISTS]: list(declared([added])) });
  const { done, after } = written(desired, live);

  test('with one reason for each row that somebody has changed since', () => {
    const moved = liveOf({ '/ip/dns': [{ servers: '8.8.8.8' }], [LISTS]: [{ ...added, comment: 'mine' }] });
    const made = rollback(done, moved);
    expect(codesOf(made)).toEqual(['ChangedSince', 'ChangedSince']);
    expect(made).toMatchObject({
      reasons: [{ message: expect.stringContaining('198.51.100.8') }, { message: expect.stringContaining('/ip/dns') }],
    });
  });

  test('when somebody has taken it back by hand already, wholly or in part', () => {
    expect(codesOf(rollback(done, live))).toEqual(['ChangedSince', 'ChangedSince']);
    expect(codesOf(rollback(done, { menus: { ...after.menus, '/ip/dns': [{ servers: '1.1.1.1' }] } }))).toEqual([
      'ChangedSince',
    ]);
  });

  test('when a row of an ordered menu was moved since', () => {
    const moving = written(desiredOf({ [RULES]: list(declared([C, A, B])) }), liveOf({ [RULES]: [A, B, C] }));
    expect(codesOf(rollback(moving.done, liveOf({ [RULES]: [C, B, A] })))).toEqual(['ChangedSince']);
  });

  test('when the router has made a row of its own where an old one would come back', () => {
    const old = { list: 'blocked', address: '198.51.100.7' };
    const base = desiredOf({ [LISTS]: list(declared([old])) });
    const removing = written(desiredOf({ [LISTS]: list([]) }), liveOf({ [LISTS]: [old] }), base);
    const dynamic = { ...old, dynamic: 'true' };
    expect(codesOf(rollback(removing.done, liveOf({ [LISTS]: [dynamic] })))).toEqual(['NotRestorable']);
  });

  test('without telling a secret', () => {
    const peer = { name: 'north', password: `${SECRET_MARK}-1` };
    const setting = written(
      desiredOf({ '/test/peers': list(declared([{ ...peer, password: `${SECRET_MARK}-2` }])) }),
      liveOf({ '/test/peers': [peer] }),
    );
    const moved = liveOf({ '/test/peers': [{ ...peer, password: `${SECRET_MARK}-3` }] });
    const made = rollback(setting.done, moved);
    expect(codesOf(made)).toEqual(['ChangedSince']);
    expect(JSON.stringify(made)).not.toContain(SECRET_MARK);
  });
});
