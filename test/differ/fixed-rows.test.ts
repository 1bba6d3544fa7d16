import { describe, expect, it } from 'vitest';
import { checkPlan, driftOf, makePlan, rollbackPlanOf, applyChanges, type PlanInput } from '#differ';
import { menuOf, type Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { restoreText } from '#test/undo-text.ts';

const INTERFACE = '/interface';
const LIMITS = { maxChanges: 99, maxDeletions: 99, protectedRows: [], allowedMenus: [INTERFACE] } as const;

/** As a router prints them: with what it fills in, and more than anybody declares. */
const LIVE: readonly Row[] = [
  { '.id': '*1', name: 'ether1', type: 'ether', mtu: '1400', l2mtu: '1596', running: 'true', disabled: 'false' },
  { '.id': '*2', name: 'ether2', type: 'ether', mtu: '1500', running: 'false', disabled: 'true', comment: 'old' },
  { '.id': '*3', name: '<l2tp-1>', type: 'l2tp-in', dynamic: 'true', running: 'true', disabled: 'false' },
];

function input(rows: readonly Row[], base: readonly Row[] | null = null, owners = ['fleet']): PlanInput {
  return {
    desired: desiredOf({ [INTERFACE]: list(declared(rows)) }),
    base: base === null ? null : desiredOf({ [INTERFACE]: list(declared(base, owners)) }),
    live: liveOf({ [INTERFACE]: LIVE }),
  };
}

describe('a menu whose rows come with the hardware', () => {
  it('sets what is declared of a row that is there, and nothing else of it', () => {
    const given = input([{ name: 'ether1', comment: 'uplink' }]);
    const plan = makePlan(given);
    expect(plan.changes).toEqual([
      {
        kind: 'set',
        menu: INTERFACE,
        match: { name: 'ether1' },
        nth: 0,
        fields: { comment: 'uplink' },
        before: {},
        reason: 'declared',
      },
    ]);
    expect(plan.inverse).toEqual([
      { menu: INTERFACE, match: { name: 'ether1' }, rows: [{ name: 'ether1', comment: '' }] },
    ]);
    expect(checkPlan(plan, given, LIMITS)).toEqual([]);
    expect(plan.extras).toEqual([]);
  });

  it('holds back a declared row that the router lacks, and says why; what is there is planned all the same', () => {
    const given = input([
      { name: 'sfp1', comment: 'none here' },
      { name: 'ether1', comment: 'uplink' },
    ]);
    const plan = makePlan(given);
    expect(plan.heldBack).toMatchObject([{ menu: INTERFACE, match: { name: 'sfp1' } }]);
    expect(plan.heldBack?.[0]?.because).toContain('the router has no such row in /interface, and none can be added');
    expect(plan.changes.map(({ kind, match }) => [kind, match?.['name']])).toEqual([['set', 'ether1']]);
    expect(checkPlan(plan, given, LIMITS)).toEqual([]);
    expect(driftOf(given.desired, given.live, [], undefined, plan.heldBack).map(({ match }) => match)).toEqual([
      { name: 'ether1' },
    ]);
  });

  it('does not take a row of the router itself for a declared one', () => {
    expect(makePlan(input([{ name: '<l2tp-1>', comment: 'x' }])).heldBack).toHaveLength(1);
  });

  it('gives dropped rows their defaults back field by field, switches nothing on, and removes nothing', () => {
    const plan = makePlan(input([], [{ name: 'ether2', comment: 'old', disabled: 'true' }]));
    expect(plan.changes).toEqual([
      {
        kind: 'set',
        menu: INTERFACE,
        match: { name: 'ether2' },
        nth: 0,
        fields: { comment: '' },
        before: { comment: 'old' },
        reason: 'dropped',
      },
    ]);
    expect(plan.released).toMatchObject([{ match: { name: 'ether2' }, rows: [{ disabled: 'true' }] }]);
    const vanished = makePlan(input([], [{ name: 'ether2', comment: 'old' }], ['gone']));
    expect(vanished.changes).toEqual([]);
    expect(vanished.released).toMatchObject([{ match: { name: 'ether2' }, rows: [{ comment: 'old' }] }]);
    expect(makePlan(input([], [{ name: 'sfp1', comment: 'x' }])).changes).toEqual([]);
  });

  it('prunes nothing, whatever is said', () => {
    const given = input([{ name: 'ether1', comment: 'uplink' }]);
    const prune = desiredOf({ [INTERFACE]: list(declared([{ name: 'ether1' }]), { unlisted: 'prune' }) });
    const plan = makePlan({ ...given, desired: prune, base: prune });
    expect([plan.changes, plan.extras]).toEqual([[], []]);
  });

  it('is taken back by a plan of its own that sets the same fields alone', () => {
    const given = input([{ name: 'ether2', comment: 'new', disabled: 'false' }]);
    const done = makePlan(given);
    const after = applyChanges(given.live, done.changes);
    const back = rollbackPlanOf(done, after);
    if (back.kind !== 'planned') throw new Error(JSON.stringify(back.reasons));
    expect(back.plan.changes).toMatchObject([{ kind: 'set', fields: { comment: 'old', disabled: 'true' } }]);
    expect(applyChanges(after, back.plan.changes)).toEqual(given.live);
  });

  it('is undone by a script that adds and removes nothing', () => {
    const { inverse } = makePlan(input([{ name: 'ether1', comment: 'uplink', disabled: 'true' }]));
    const script = restoreText({ restores: inverse, emptyBefore: [] });
    expect(script).toContain('/interface set $rgIds comment="" disabled=no');
    expect(script).not.toMatch(/\b(add|remove|mtu)\b/);
    expect(menuOf(INTERFACE).fixedRows).toBe(true);
  });
});
