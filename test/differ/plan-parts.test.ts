import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  makePlan,
  nextBase,
  planPart,
  planRest,
  rowsAfterPart,
  splitPlan,
  type LiveState,
  type Plan,
} from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const LIST = '/ip/firewall/address-list';

function rowsOf(from: number, to: number, comment?: string): readonly Row[] {
  return Array.from({ length: to - from }, (_, index) => ({
    list: 'blocked',
    address: `20.0.0.${from + index}`,
    ...(comment === undefined ? {} : { comment }),
  }));
}

/** Ten rows come, ten change, ten go. */
const BASE = desiredOf({ [LIST]: list(declared(rowsOf(0, 20)), { unlisted: 'prune' }) });
const DESIRED = desiredOf({
  [LIST]: list(declared([...rowsOf(10, 20, 'new'), ...rowsOf(20, 30)]), { unlisted: 'prune' }),
});
const LIVE = liveOf({ [LIST]: rowsOf(0, 20).map((row) => ({ ...row, disabled: 'false' })) });
const PLAN = makePlan({ desired: DESIRED, base: BASE, live: LIVE });
const upTo =
  (most: number) =>
  (part: Plan): boolean =>
    part.changes.length <= most;

describe('a plan in parts', () => {
  it('is cut into few parts that fit, in its order', () => {
    expect(PLAN.changes).toHaveLength(30);
    expect(splitPlan(PLAN, upTo(15), 9)).toEqual([15, 15]);
    expect(splitPlan(PLAN, upTo(14), 9)).toEqual([7, 7, 7, 7, 2]);
    expect(splitPlan(PLAN, upTo(30), 9)).toEqual([30]);
  });

  it('is not cut into more parts than allowed, nor where even one change does not fit', () => {
    expect(splitPlan(PLAN, upTo(7), 3)).toBeNull();
    expect(splitPlan(PLAN, () => false, 99)).toBeNull();
  });

  it('is not cut between changes of one row', () => {
    const twice = { ...PLAN, changes: [...PLAN.changes, ...PLAN.changes.slice(0, 1)] };
    expect(splitPlan(twice, upTo(16), 9)).toBeNull();
  });

  it('touches and restores in each part what that part changes', () => {
    const split = [7, 7, 7, 7, 2];
    const parts = split.map((_, index) => planPart(PLAN, split, index));
    expect(parts.flatMap(({ changes }) => changes)).toEqual(PLAN.changes);
    for (const part of parts) {
      expect(part.inverse.map(({ match }) => match)).toHaveLength(part.changes.length);
      expect(part.touched).toHaveLength(part.changes.length);
      expect(part.emptyBefore).toBeUndefined();
    }
    const rest = planRest(PLAN, split, 3);
    expect(rest.changes).toEqual(PLAN.changes.slice(21));
    expect(rest.inverse).toHaveLength(9);
  });

  it('leaves a base after each part from which exactly the rest is planned', () => {
    const split = [7, 7, 7, 7, 2];
    let live: LiveState = LIVE;
    for (const [index, count] of split.entries()) {
      live = applyChanges(live, planPart(PLAN, split, index).changes);
      const heldBack = rowsAfterPart(PLAN, split, index);
      const base = heldBack.length === 0 ? DESIRED : nextBase(DESIRED, { ...PLAN, heldBack }, BASE);
      const rest = makePlan({ desired: DESIRED, base, live });
      const done = split.slice(0, index).reduce((sum, each) => sum + each, count);
      expect(rest.changes).toEqual(PLAN.changes.slice(done));
    }
  });
});
