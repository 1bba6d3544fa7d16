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
  writableRow,
} from '#differ';
import { menuOf, type MenuPath } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { runs } from '#test/sample.ts';
import { CATALOGUE_LISTS, planInputs } from '#test/states.ts';

function held(path: MenuPath, live: LiveState): readonly string[] {
  const rows = (live.menus[path] ?? []).filter((row) => !isSkipped(menuOf(path), row));
  const texts = canonicalMenu(
    menuOf(path),
    rows.map((row) => writableRow(menuOf(path), row)),
  ).map((row) => canonicalJson(row));
  return menuOf(path).shape === 'orderedList' ? texts : texts.toSorted();
}

it.each(CATALOGUE_LISTS)('%s: each plan settles, and is undone from every prefix, once or twice', (path) => {
  let decided = 0;
  fc.assert(
    fc.property(planInputs([path]), (input) => {
      const plan = makePlan(input);
      expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
      decided += plan.changes.length + (plan.heldBack ?? []).length;
      fc.pre(plan.heldBack === undefined);
      expect(remainingChanges(plan, applyChanges(input.live, plan.changes))).toEqual([]);
      for (let length = 0; length <= plan.changes.length; length++) {
        const once = applyRestores(applyChanges(input.live, plan.changes.slice(0, length)), plan.inverse);
        expect(held(path, once)).toEqual(held(path, input.live));
        expect(held(path, applyRestores(once, plan.inverse))).toEqual(held(path, input.live));
      }
    }),
    runs(150),
  );
  expect(decided).toBeGreaterThan(0);
});
