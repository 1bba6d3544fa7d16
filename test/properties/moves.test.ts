import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, makePlan, type Plan, type PlanInput, remainingChanges } from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { runs } from '#test/sample.ts';

const PORTS = '/interface/bridge/port';
const NAMES = Array.from({ length: 9 }, (_, at) => `ether${at + 1}`);

const portOf = (name: string): Row => ({ interface: name, bridge: 'bridge' });

/** What the router holds and what is declared, both in any order: some on one side alone. */
const SIDES = fc.record({
  live: fc.shuffledSubarray(NAMES),
  desired: fc.shuffledSubarray(NAMES, { minLength: 1 }),
});

function inputOf(live: readonly string[], desired: readonly string[]): PlanInput {
  const rows = live.map((name, at) => ({ '.id': `*${at + 1}`, ...portOf(name), disabled: 'false', dynamic: 'false' }));
  return {
    desired: desiredOf({ [PORTS]: list(declared(desired.map((name) => ({ ...portOf(name), disabled: 'false' })))) }),
    base: null,
    live: liveOf({ [PORTS]: rows }),
  };
}

function movesOf(plan: Plan): readonly Plan['changes'][number][] {
  return plan.changes.filter(({ kind }) => kind === 'move');
}

/** By trying all of them, shortest last. */
function longestRiseOf(positions: readonly number[]): number {
  let longest = 0;
  for (let chosen = 0; chosen < 1 << positions.length; chosen++) {
    const kept = positions.filter((_, at) => (chosen & (1 << at)) !== 0);
    if (kept.every((value, at) => at === 0 || value > (kept[at - 1] as number)))
      longest = Math.max(longest, kept.length);
  }
  return longest;
}

describe('an ordered menu', () => {
  it('gets its order with as many moves as there are rows beside the longest run that is in order, adds first', () => {
    fc.assert(
      fc.property(SIDES, ({ live, desired }) => {
        const plan = makePlan(inputOf(live, desired));
        const added = desired.filter((name) => !live.includes(name));
        const positions = desired.map((name) =>
          live.includes(name) ? live.indexOf(name) : live.length + added.indexOf(name),
        );
        expect(movesOf(plan)).toHaveLength(desired.length - longestRiseOf(positions));
        const kinds = plan.changes.map(({ kind }) => kind);
        expect(kinds.slice(0, added.length)).toEqual(added.map(() => 'create'));
        const after = applyChanges(inputOf(live, desired).live, plan.changes).menus[PORTS] ?? [];
        const names = after.map((row) => row['interface'] ?? '');
        expect(names.filter((name) => desired.includes(name))).toEqual(desired);
        expect(names.filter((name) => !desired.includes(name))).toEqual(live.filter((name) => !desired.includes(name)));
      }),
      runs(400),
    );
  });

  it('misses one move less after each, whatever was read in between', () => {
    fc.assert(
      fc.property(SIDES, ({ live, desired }) => {
        const input = inputOf(live, desired);
        const plan = makePlan(input);
        let state = input.live;
        for (let left = remainingChanges(plan, state); ; left = remainingChanges(plan, state)) {
          expect(left).not.toBeNull();
          const [next, ...others] = left ?? [];
          if (next === undefined) break;
          state = applyChanges(state, [next]);
          expect(remainingChanges(plan, state)?.length).toBe(others.length);
        }
        const [again] = makePlan({ ...input, live: state }).changes;
        expect(again).toBeUndefined();
      }),
      runs(400),
    );
  });
});
