import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '#canonical-json';
import {
  applyChanges,
  applyRestores,
  canonicalMenu,
  checkPlan,
  isSkipped,
  type LiveState,
  makePlan,
  remainingChanges,
  type SecretTerms,
  writableRow,
} from '#differ';
import { menuOf, type MenuPath } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { runs, SAMPLED } from '#test/sample.ts';
import { CATALOGUE_LISTS, planInputs } from '#test/states.ts';

function held(path: MenuPath, live: LiveState): readonly string[] {
  const rows = (live.menus[path] ?? []).filter((row) => !isSkipped(menuOf(path), row));
  const texts = canonicalMenu(
    menuOf(path),
    rows.map((row) => writableRow(menuOf(path), row)),
  ).map((row) => canonicalJson(row));
  return menuOf(path).shape === 'orderedList' ? texts : texts.toSorted();
}

/** Rows hold seals in place of their secrets, as in plans of a controller that may read them. */
const BOUND: SecretTerms = { because: null, unbound: {} };

/** Rows that are there for good are only set. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  '/interface': ['set'],
  '/interface/wifi': ['set'],
  '/interface/wireless': ['set'],
};

it.each(CATALOGUE_LISTS)('%s: each plan settles, and is undone from every prefix, once or twice', (path) => {
  const undone = new Set<string>();
  fc.assert(
    fc.property(planInputs([path]), (drawn) => {
      const input = { ...drawn, secrets: BOUND };
      const plan = makePlan(input);
      expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
      fc.pre(plan.heldBack === undefined);
      for (const { kind } of plan.changes) undone.add(kind);
      expect(remainingChanges(plan, applyChanges(input.live, plan.changes))).toEqual([]);
      for (let length = 0; length <= plan.changes.length; length++) {
        const once = applyRestores(applyChanges(input.live, plan.changes.slice(0, length)), plan.inverse);
        expect(held(path, once)).toEqual(held(path, input.live));
        expect(held(path, applyRestores(once, plan.inverse))).toEqual(held(path, input.live));
      }
    }),
    runs(400),
  );
  const kinds = SAMPLED ? [] : (KINDS[path] ?? ['create', 'set', 'remove']);
  expect([...undone]).toEqual(expect.arrayContaining([...kinds]));
});
