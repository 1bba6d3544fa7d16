import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  applyRestores,
  checkPlan,
  type DesiredState,
  driftOf,
  type LiveState,
  makePlan,
  nextBase,
  type Plan,
  planBodyOf,
  planIdOf,
  type PlanInput,
  remainingChanges,
  rollbackPlanOf,
  writeCostOf,
} from '#differ';
import { renderPlanText } from '#differ/render';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf, WIDE_LIMITS } from '#test/planning.ts';
import { relationOf } from '../../controller/apply/relation.ts';

const LIST = '/ip/firewall/address-list';
const TUPLE = { list: 'blocked', address: '198.51.100.7' };
const ENTRY = { ...TUPLE, comment: 'seen', timeout: '1d' };
/** The same as a router shows it: its own, and with what is left of the time. */
const STANDING = { '.id': '*7', ...TUPLE, comment: 'seen', disabled: 'false', dynamic: 'true', timeout: '59m3s' };
const BY_HAND = { '.id': '*8', ...TUPLE, comment: 'anna', disabled: 'false', dynamic: 'false' };
const OTHER = { list: 'blocked', address: '198.51.100.8' };

function wanted(...rows: readonly Row[]): DesiredState {
  return desiredOf({ [LIST]: list(declared(rows)) });
}

function live(...rows: readonly Row[]): LiveState {
  return liveOf({ [LIST]: rows });
}

function planOf(desired: DesiredState, base: DesiredState | null, now: LiveState): Plan {
  const input: PlanInput = { desired, base, live: now };
  const plan = makePlan(input);
  expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
  return plan;
}

function idOf(plan: Plan): string {
  const device = { name: 'r1', serial: 'S', address: 'https://192.0.2.1', credential: 'lab' };
  const terms = { source: 's', device, confirmWithinSeconds: 300, policyDigest: 'p' };
  return planIdOf(planBodyOf({ plan, ...terms }, (secret) => secret));
}

function reasonOf({ heldBack = [] }: Plan): string {
  return heldBack.map(({ because }) => because).join();
}

describe('an entry that is declared with a timeout', () => {
  it('is added where none is, to be taken away alone if that is undone', () => {
    const plan = planOf(wanted(ENTRY), null, live());
    expect(plan.changes).toEqual([
      { kind: 'create', menu: LIST, match: TUPLE, fields: { disabled: 'false', ...ENTRY }, reason: 'declared' },
    ]);
    expect(plan.inverse).toEqual([{ menu: LIST, match: TUPLE, rows: [], timed: true }]);
  });

  it('is what was declared while it counts down, whatever is left of it', () => {
    for (const timeout of ['1d', '23h59m59s', '1s'])
      expect(planOf(wanted(ENTRY), wanted(ENTRY), live({ ...STANDING, timeout })).changes).toEqual([]);
    expect(driftOf(wanted(ENTRY), live(STANDING))).toEqual([]);
  });

  it('is missing once it is gone, and planned again with the very same id', () => {
    const first = planOf(wanted(ENTRY), null, live());
    const again = planOf(wanted(ENTRY), wanted(ENTRY), live());
    expect(idOf(again)).toBe(idOf(first));
    expect(driftOf(wanted(ENTRY), live())).toMatchObject([{ class: 'Missing', match: TUPLE }]);
  });

  it('is left to go when nobody declares it any more: nothing is removed, and nothing is drift', () => {
    const plan = planOf(wanted(), wanted(ENTRY), live(STANDING));
    expect([plan.changes, plan.extras, plan.released, plan.heldBack]).toEqual([[], [], [], undefined]);
    expect(nextBase(wanted(), plan, wanted(ENTRY))).toEqual(wanted());
  });

  it('leaves a row that somebody made in its place by hand to nobody', () => {
    const dropped = planOf(wanted(), wanted(ENTRY), live(BY_HAND));
    expect(dropped.changes).toEqual([]);
    expect(dropped.extras).toMatchObject([{ class: 'Extra', match: TUPLE }]);
    expect(planOf(wanted(TUPLE), wanted(ENTRY), live(BY_HAND)).changes).toEqual([]);
  });

  it('stands with another declared time until it is gone', () => {
    const longer = { ...ENTRY, timeout: '2d' };
    expect(planOf(wanted(longer), wanted(ENTRY), live(STANDING))).toMatchObject({ changes: [], inverse: [] });
    expect(planOf(wanted(longer), wanted(ENTRY), live()).changes).toMatchObject([{ fields: { timeout: '2d' } }]);
  });
});

describe('what would have to be changed is held back with a reason', () => {
  const CASES: Readonly<Record<string, readonly [DesiredState, LiveState, RegExp]>> = {
    'another comment of one that stands': [wanted({ ...ENTRY, comment: 'x' }), live(STANDING), /is never changed/],
    'a timeout for a row that has none': [wanted(ENTRY), live(BY_HAND), /without a timeout, and it is never given one/],
    'no timeout for one that stands with one': [wanted(TUPLE), live(STANDING), /timed or dynamic entry of its own/],
    'one beside a row that somebody disabled': [
      wanted(ENTRY),
      live(STANDING, { ...BY_HAND, disabled: 'true' }),
      /timed or dynamic entry of its own|without a timeout/,
    ],
    'one and a lasting one that go by the same': [
      wanted(ENTRY, { ...TUPLE, disabled: 'true' }),
      live(),
      /several rows go by this/,
    ],
    'one that another RouterConfig has disabled': [
      wanted({ ...ENTRY, disabled: 'true' }),
      live(),
      /one that is disabled has no timeout/,
    ],
    'one that the router made for a name': [
      wanted(ENTRY),
      live({ '.id': '*9', ...TUPLE, dynamic: 'true', comment: 'host.example' }),
      /the router holds it already/,
    ],
  };

  it.each(Object.entries(CASES))('%s', (_, [desired, now, reason]) => {
    const plan = planOf(desired, wanted(ENTRY), now);
    expect(plan.changes).toEqual([]);
    expect(reasonOf(plan)).toMatch(reason);
    expect(planOf(desired, null, now).changes).toEqual([]);
  });

  it('and an entry that nobody declares with one stays as nobody had looked', () => {
    const plan = planOf(wanted(OTHER), wanted(OTHER), live(STANDING, { '.id': '*9', ...OTHER }));
    expect([plan.changes, plan.extras]).toEqual([[], []]);
  });
});

describe('the undo of added entries with a timeout', () => {
  const plan = planOf(wanted(ENTRY, OTHER), null, live());

  it('takes what goes by itself, and leaves a lasting row that came in its place', () => {
    const written = applyChanges(live(), plan.changes);
    expect(applyRestores(written, plan.inverse)).toEqual(live());
    expect(applyRestores(live(STANDING), plan.inverse)).toEqual(live());
    expect(applyRestores(live(BY_HAND), plan.inverse)).toEqual(live(BY_HAND));
  });

  it('knows what is left to write by the declared time, not by what is left of it', () => {
    const lasting = { '.id': '*9', ...OTHER, disabled: 'false', dynamic: 'false' };
    expect(remainingChanges(plan, live(STANDING, lasting))).toEqual([]);
    expect(remainingChanges(plan, live(lasting))).toMatchObject([{ match: TUPLE }]);
    expect(remainingChanges(plan, live({ ...STANDING, comment: 'x' }, lasting))).toBeNull();
  });

  it('is known to have run by what is left on the router, however long that would still stand', () => {
    const lasting = { '.id': '*9', ...OTHER, disabled: 'false', dynamic: 'false' };
    expect(relationOf(plan, live(STANDING, lasting))).toBe('after');
    expect(relationOf(plan, live(STANDING))).toBe('mixed');
    expect(relationOf(plan, live({ '.id': '*7', ...TUPLE, dynamic: 'true', comment: 'host.example' }))).toBe('before');
    expect(relationOf(plan, live())).toBe('before');
  });

  it('never goes by a condition over a whole list, since that would not find them', () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ list: 'many', address: `10.0.0.${at}` }));
    const timed = rows.map((row, at) => (at < 20 ? { ...row, timeout: '2h' } : row));
    expect(planOf(wanted(...timed), null, live()).emptyBefore).toEqual([
      { menu: LIST, where: { list: 'many' }, adds: 20 },
    ]);
    expect(planOf(wanted(...timed.slice(0, 20)), null, live()).emptyBefore).toBeUndefined();
  });

  it('is refused as a plan of its own while one stands, and passes one by that is gone', () => {
    const lasting = { '.id': '*9', ...OTHER, disabled: 'false', dynamic: 'false' };
    const refused = rollbackPlanOf(plan, live(STANDING, lasting));
    expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'NotRestorable' }] });
    const taken = rollbackPlanOf(plan, live(lasting));
    expect(taken).toMatchObject({ kind: 'planned', plan: { changes: [{ kind: 'remove', match: OTHER }] } });
    expect(rollbackPlanOf(plan, live(lasting, BY_HAND))).toMatchObject({ plan: { changes: [{ match: OTHER }] } });
    expect(rollbackPlanOf(planOf(wanted(ENTRY), null, live()), live())).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'NotRestorable', message: expect.stringMatching(/nothing to take back/) }],
    });
  });
});

describe('the cost of a plan', () => {
  it('counts no write to the flash for what the router does not save', () => {
    const rows = Array.from({ length: 1_200 }, (_, at) => ({
      list: 'many',
      address: `10.0.${at >> 8}.${at & 255}`,
      timeout: '2h',
    }));
    const plan = makePlan({ desired: wanted(...rows, OTHER), base: null, live: live() });
    expect(writeCostOf(plan.changes)).toMatchObject({ rows: 1_201, flashWrites: 1 });
    expect(renderPlanText(plan)).not.toContain('flash');
  });
});
