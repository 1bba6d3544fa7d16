import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '#canonical-json';
import {
  applyChanges,
  applyRestores,
  canonicalMenu,
  checkPlan,
  isSkipped,
  keyOf,
  type LiveState,
  makePlan,
  type Plan,
  rollbackPlanOf,
  type RollbackPlan,
  writableRow,
} from '#differ';
import type { Menu, MenuPath, Row } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { MENUS, planInputs, TEST_CATALOGUE } from '#test/states.ts';
import { runs } from '#test/sample.ts';

const RUNS = runs(1_000);
/** For what the first property and `checkPlan` look at too. */
const FEWER_RUNS = runs(250);

function menuAt(path: MenuPath): Menu {
  return TEST_CATALOGUE[path] as Menu;
}

function apply(live: LiveState, changes: Plan['changes']): LiveState {
  return applyChanges(live, changes, TEST_CATALOGUE);
}

/** Everything the router holds as configuration, comparable; the order of rows counts in ordered menus only. */
function configuration(live: LiveState): unknown {
  return Object.entries(live.menus).map(([path, rows]) => {
    const menu = menuAt(path as MenuPath);
    const texts = canonicalMenu(
      menu,
      rows.map((row) => (isSkipped(menu, row) ? row : writableRow(menu, row))),
    ).map((row) => canonicalJson(row));
    return [path, menu.shape === 'orderedList' ? texts : texts.toSorted()];
  });
}

interface Confirmed {
  readonly before: LiveState;
  readonly done: Plan;
  readonly after: LiveState;
}

/** A plan that was written completely. */
const confirmedPlans: fc.Arbitrary<Confirmed> = planInputs()
  .map((input) => ({ before: input.live, done: makePlan(input, TEST_CATALOGUE) }))
  .filter(({ done }) => done.changes.length > 0)
  .map(({ before, done }) => ({ before, done, after: apply(before, done.changes) }));

function planned(made: RollbackPlan): Extract<RollbackPlan, { kind: 'planned' }> {
  if (made.kind !== 'planned') throw new Error(made.reasons.map(({ message }) => message).join('\n'));
  return made;
}

describe('for any plan that was confirmed', () => {
  test('there is a plan that brings back what was there before, and it passes every check', () => {
    fc.assert(
      fc.property(confirmedPlans, ({ before, done, after }) => {
        const { plan, input } = planned(rollbackPlanOf(done, after, TEST_CATALOGUE));
        expect(configuration(apply(after, plan.changes))).toEqual(configuration(before));
        expect(checkPlan(plan, input, WIDE_LIMITS, TEST_CATALOGUE)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('the undo of that plan gives what the confirmed one left, from every prefix, once and twice', () => {
    fc.assert(
      fc.property(confirmedPlans, ({ done, after }) => {
        const { plan } = planned(rollbackPlanOf(done, after, TEST_CATALOGUE));
        for (let length = 0; length <= plan.changes.length; length++) {
          const half = apply(after, plan.changes.slice(0, length));
          const once = applyRestores(half, plan.inverse, TEST_CATALOGUE);
          expect(configuration(once)).toEqual(configuration(after));
          expect(configuration(applyRestores(once, plan.inverse, TEST_CATALOGUE))).toEqual(configuration(after));
        }
      }),
      FEWER_RUNS,
    );
  });

  test('it changes only what the confirmed plan touched', () => {
    fc.assert(
      fc.property(confirmedPlans, ({ done, after }) => {
        const { plan } = planned(rollbackPlanOf(done, after, TEST_CATALOGUE));
        const nameOf = (path: MenuPath, match: Row | null): string => `${path} ${keyOf(menuAt(path), match ?? {})}`;
        const touched = done.touched.map(({ menu, match }) => nameOf(menu, match));
        const written = plan.changes.filter(({ kind }) => kind !== 'move');
        expect(written.filter(({ menu, match }) => !touched.includes(nameOf(menu, match)))).toEqual([]);
      }),
      FEWER_RUNS,
    );
  });

  test('rows that it did not touch may come and go meanwhile, and stay as they are', () => {
    fc.assert(
      fc.property(confirmedPlans, fc.constantFrom('/ip/dns/static', '/test/rules'), ({ before, done, after }, path) => {
        const stranger: Row =
          path === '/test/rules' ? { mark: 'stranger' } : { name: 'stranger.example', address: '192.0.2.99' };
        const joined: LiveState = { menus: { ...after.menus, [path]: [...(after.menus[path] ?? []), stranger] } };
        const { plan, input } = planned(rollbackPlanOf(done, joined, TEST_CATALOGUE));
        const restored = apply(joined, plan.changes);
        expect(restored.menus[path]).toContainEqual(stranger);
        const rest = (restored.menus[path] ?? []).filter(
          (row) => row !== stranger && canonicalJson(row) !== canonicalJson(stranger),
        );
        expect(configuration({ menus: { ...restored.menus, [path]: rest } })).toEqual(configuration(before));
        expect(checkPlan(plan, input, WIDE_LIMITS, TEST_CATALOGUE)).toEqual([]);
      }),
      FEWER_RUNS,
    );
  });

  test('it is refused once a touched row was changed, removed or doubled by somebody else', () => {
    fc.assert(
      fc.property(
        confirmedPlans,
        fc.nat(),
        fc.constantFrom('change', 'remove', 'double'),
        ({ done, after }, at, deed) => {
          const { menu: path, match } = done.touched[at % done.touched.length] as Plan['touched'][number];
          const menu = menuAt(path);
          const rows = after.menus[path] ?? [];
          const victim = rows.find((row) => !isSkipped(menu, row) && keyOf(menu, row) === keyOf(menu, match ?? {}));
          fc.pre(match !== null && victim !== undefined);
          const field = 'comment' in menu.fields ? 'comment' : 'action';
          const touchedBy = {
            change: rows.map((row) => (row === victim ? { ...row, [field]: 'somebody was here' } : row)),
            remove: rows.filter((row) => row !== victim),
            double: [...rows, { ...victim, '.id': '*FF', disabled: 'true' } as Row],
          }[deed];
          const made = rollbackPlanOf(done, { menus: { ...after.menus, [path]: touchedBy } }, TEST_CATALOGUE);
          expect(made).toMatchObject({ kind: 'refused' });
          if (made.kind === 'refused') expect(made.reasons.map(({ code }) => code)).toContain('ChangedSince');
        },
      ),
      FEWER_RUNS,
    );
  });

  test('it is refused on the router as it was before, which nobody has changed yet', () => {
    fc.assert(
      fc.property(confirmedPlans, ({ before, done }) => {
        expect(rollbackPlanOf(done, before, TEST_CATALOGUE)).toMatchObject({ kind: 'refused' });
      }),
      FEWER_RUNS,
    );
  });

  test('taking back the taking back gives what the confirmed plan left', () => {
    fc.assert(
      fc.property(confirmedPlans, ({ done, after }) => {
        const { plan } = planned(rollbackPlanOf(done, after, TEST_CATALOGUE));
        const back = apply(after, plan.changes);
        const again = planned(rollbackPlanOf(plan, back, TEST_CATALOGUE));
        expect(configuration(apply(back, again.plan.changes))).toEqual(configuration(after));
      }),
      FEWER_RUNS,
    );
  });
});

test('the generated plans cover every menu and every kind of change', () => {
  const seen = new Set<string>();
  for (const { done } of fc.sample(confirmedPlans, 500))
    for (const { kind, menu } of done.changes) seen.add(kind).add(menu);
  expect([...seen]).toEqual(expect.arrayContaining([...MENUS, 'create', 'set', 'move', 'remove']));
});
