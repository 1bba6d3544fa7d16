import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '#canonical-json';
import {
  applyChanges,
  applyRestores,
  canonicalMenu,
  checkPlan,
  type DesiredList,
  type DesiredState,
  driftOf,
  isSkipped,
  keyOf,
  type LiveState,
  makePlan,
  type Plan,
  type PlanInput,
  remainingChanges,
  valueOf,
  writableRow,
} from '#differ';
import type { Menu, MenuPath, Row } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { liveStates, MENUS, planInputs, TEST_CATALOGUE } from '#test/states.ts';
import { runs } from '#test/sample.ts';

const RUNS = runs(1_000);
/** Each run tries every prefix of a plan. */
const INVERSE_RUNS = runs(1000);

function plan(input: PlanInput): Plan {
  return makePlan(input, TEST_CATALOGUE);
}

function apply(live: LiveState, changes: Plan['changes']): LiveState {
  return applyChanges(live, changes, TEST_CATALOGUE);
}

/** Generated states whose plan has nothing in its way: a dynamic twin is a matter of its own. */
function withPlan(check: (input: PlanInput, made: Plan) => void, parameters = RUNS): void {
  fc.assert(
    fc.property(planInputs(), (input) => {
      const made = plan(input);
      fc.pre(made.heldBack === undefined);
      check(input, made);
    }),
    parameters,
  );
}

function menuAt(path: MenuPath): Menu {
  return TEST_CATALOGUE[path] as Menu;
}

/** Everything the router holds as configuration, comparable; the order of rows counts in ordered menus only. */
function configuration(live: LiveState): unknown {
  return Object.entries(live.menus).map(([path, rows]) => {
    const menu = menuAt(path as MenuPath);
    const texts = canonicalMenu(
      menu,
      rows.map((row) => (isSkipped(menu, row) ? row : writableRow(menu, row))),
    ).map((row) => canonicalJson(row));
    const dynamic = rows.filter((row) => isSkipped(menu, row));
    return [path, menu.shape === 'orderedList' ? texts : texts.toSorted(), dynamic];
  });
}

function rowsAt(live: LiveState, path: MenuPath, key: string): readonly Row[] {
  const menu = menuAt(path);
  return (live.menus[path] ?? []).filter((row) => !isSkipped(menu, row) && keyOf(menu, row) === key);
}

/** The declaration that `live` is: every row and writable field of the menus that `like` manages. */
function declarationOf(live: LiveState, like: readonly MenuPath[]): DesiredState {
  const menus = like.map((path) => {
    const menu = menuAt(path);
    const rows = canonicalMenu(menu, live.menus[path] ?? []);
    if (menu.shape === 'settings') {
      const fields = rows[0] ?? {};
      const owners = Object.fromEntries(Object.keys(fields).map((name) => [name, ['fleet']]));
      return [path, { shape: 'settings', declaredBy: ['fleet'], fields, owners }];
    }
    const declared = rows.map((fields) => ({ fields, owners: ['fleet'] }));
    return [path, { shape: 'list', declaredBy: ['fleet'], unlisted: 'prune', rows: declared }];
  });
  return { menus: Object.fromEntries(menus) as DesiredState['menus'] };
}

/** What is said of rows that nobody declared in the part that this one is in. */
function partOf({ unlistedIn }: DesiredList, row: Row): string | undefined {
  return unlistedIn?.parts[row[unlistedIn.field] ?? '']?.unlisted;
}

/** Whether every declared row can be given a live row of its own that satisfies it. */
function satisfiable(menu: Menu, wanted: readonly Row[], held: readonly Row[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return true;
  return held.some(
    (row, index) =>
      Object.entries(first).every(([name, text]) => menu.match.includes(name) || valueOf(menu, row, name) === text) &&
      satisfiable(menu, rest, held.toSpliced(index, 1)),
  );
}

describe('for any desired, base and live state', () => {
  test('a router that holds what is declared has nothing to change, pruning included', () => {
    fc.assert(
      fc.property(liveStates(), (live) => {
        const desired = declarationOf(live, MENUS);
        expect(plan({ desired, base: null, live }).changes).toEqual([]);
        expect(plan({ desired, base: desired, live }).changes).toEqual([]);
        expect(driftOf(desired, live, [], TEST_CATALOGUE)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('the applied plan gives every declared row and field', () => {
    withPlan(({ desired, live }, { changes }) => {
      const after = apply(live, changes);
      for (const [path, menu] of Object.entries(desired.menus) as [MenuPath, DesiredState['menus'][MenuPath]][]) {
        if (menu === undefined) continue;
        if (menu.shape === 'settings') {
          expect(satisfiable(menuAt(path), [menu.fields], after.menus[path] ?? [])).toBe(true);
          continue;
        }
        for (const rows of Map.groupBy(menu.rows, (row) => keyOf(menuAt(path), row.fields)).values()) {
          const fields = rows.map((row) => row.fields);
          const held = rowsAt(after, path, keyOf(menuAt(path), fields[0] as Row));
          expect(satisfiable(menuAt(path), fields, held)).toBe(true);
        }
      }
    });
  });

  test('after the plan there is nothing left to do', () => {
    withPlan((input, { changes }) => {
      const live = apply(input.live, changes);
      expect(remainingChanges(plan(input), live, TEST_CATALOGUE)).toEqual([]);
      expect(driftOf(input.desired, live, [], TEST_CATALOGUE).filter((entry) => entry.class !== 'Extra')).toEqual([]);
    });
  });

  test('after any prefix of the plan, what remains is the rest of it, and applying that gives the same state', () => {
    withPlan(({ live }, made) => {
      const end = configuration(apply(live, made.changes));
      for (let length = 0; length <= made.changes.length; length++) {
        const now = apply(live, made.changes.slice(0, length));
        const remaining = remainingChanges(made, now, TEST_CATALOGUE);
        expect(remaining).not.toBeNull();
        expect(remaining?.length).toBeLessThanOrEqual(made.changes.length - length);
        expect(configuration(apply(now, remaining ?? []))).toEqual(end);
      }
    }, INVERSE_RUNS);
  });

  test('the plan passes its own check', () => {
    withPlan((input, made) => {
      expect(checkPlan(made, input, WIDE_LIMITS, TEST_CATALOGUE)).toEqual([]);
    });
  });

  test('rows that nobody declared stay as they are where the section tolerates them, and go where it prunes and the base did', () => {
    withPlan((input, { changes }) => {
      const after = apply(input.live, changes);
      for (const path of MENUS) {
        const menu = menuAt(path);
        const wanted = input.desired.menus[path];
        const old = input.base?.menus[path];
        if (menu.shape === 'settings') continue;
        const keysOf = (side: typeof wanted): readonly string[] =>
          side?.shape === 'list' ? side.rows.map((row) => keyOf(menu, row.fields)) : [];
        const known = new Set([...keysOf(wanted), ...keysOf(old)]);
        for (const row of input.live.menus[path] ?? []) {
          const key = keyOf(menu, row);
          if (known.has(key) || isSkipped(menu, row)) continue;
          const released = old?.shape === 'list' ? (old.released ?? []).map((match) => keyOf(menu, match)) : [];
          const pruned = [wanted, old].every(
            (side) => side?.shape === 'list' && (partOf(side, row) ?? side.unlisted) === 'prune',
          );
          expect(rowsAt(after, path, key)).toEqual(
            pruned && !released.includes(key) ? [] : rowsAt(input.live, path, key),
          );
        }
      }
    });
  });

  test('fields that neither side declares keep their spelling', () => {
    withPlan((input, { changes }) => {
      for (const change of changes) {
        if (change.kind !== 'set') continue;
        const declares = (side: DesiredState | null): readonly string[] => {
          const menu = side?.menus[change.menu];
          if (menu === undefined) return [];
          return menu.shape === 'settings'
            ? Object.keys(menu.fields)
            : menu.rows.flatMap((row) => Object.keys(row.fields));
        };
        const known = [...declares(input.desired), ...declares(input.base)];
        expect(known).toEqual(expect.arrayContaining(Object.keys(change.fields)));
      }
    });
  });

  test('dynamic rows are never touched', () => {
    withPlan(({ live }, { changes }) => {
      const after = apply(live, changes);
      for (const path of MENUS) {
        const dynamic = (state: LiveState): readonly Row[] =>
          (state.menus[path] ?? []).filter((row) => isSkipped(menuAt(path), row));
        expect(dynamic(after)).toEqual(dynamic(live));
      }
    });
  });

  test('without a base nothing is removed or reset, pruning included', () => {
    withPlan((input) => {
      const { changes } = plan({ ...input, base: null });
      for (const change of changes) {
        expect(change.kind).not.toBe('remove');
        expect(change.reason).toBe('declared');
      }
    });
  });

  test('what a vanished RouterConfig declared is released: its rows stay and its fields keep their values', () => {
    withPlan((input) => {
      const gone: DesiredState = {
        menus: Object.fromEntries(
          Object.entries(input.desired.menus).map(([path, menu]) => [
            path,
            menu.shape === 'list'
              ? { shape: 'list', declaredBy: ['newcomer'], unlisted: 'tolerate', rows: [] }
              : { ...menu, declaredBy: ['newcomer'], fields: {}, owners: {} },
          ]),
        ) as DesiredState['menus'],
      };
      const made = plan({ ...input, desired: gone });
      expect(made.changes).toEqual([]);
    });
  });

  test('an empty section whose owners still speak empties what the base had, and only that', () => {
    withPlan((input) => {
      const speaking = ['fleet', 'site', 'role'];
      const empty: DesiredState = {
        menus: Object.fromEntries(
          Object.entries(input.base?.menus ?? {}).map(([path, menu]) => [
            path,
            menu.shape === 'list'
              ? { shape: 'list', declaredBy: speaking, unlisted: 'tolerate', rows: [] }
              : { shape: 'settings', declaredBy: speaking, fields: {}, owners: {} },
          ]),
        ) as DesiredState['menus'],
      };
      const made = plan({ ...input, desired: empty });
      const after = apply(input.live, made.changes);
      for (const [path, menu] of Object.entries(input.base?.menus ?? {}) as [
        MenuPath,
        DesiredState['menus'][MenuPath],
      ][]) {
        if (menu?.shape !== 'list') continue;
        const keys = menu.rows.map((row) => keyOf(menuAt(path), row.fields));
        for (const key of new Set(keys)) {
          const declaredRows = keys.filter((other) => other === key).length;
          const held = rowsAt(input.live, path, key).length;
          expect(rowsAt(after, path, key)).toHaveLength(Math.max(0, held - declaredRows));
        }
      }
    });
  });

  test('the inverse brings back the snapshot after any prefix of the plan, once or twice', () => {
    withPlan(({ live }, { changes, inverse }) => {
      const snapshot = configuration(live);
      for (let length = 0; length <= changes.length; length++) {
        const once = applyRestores(apply(live, changes.slice(0, length)), inverse, TEST_CATALOGUE);
        expect(configuration(once)).toEqual(snapshot);
        expect(configuration(applyRestores(once, inverse, TEST_CATALOGUE))).toEqual(snapshot);
      }
    }, INVERSE_RUNS);
  });

  test('adds come before sets, sets before moves, moves before removals; references are written first and removed last', () => {
    withPlan((_, { changes }) => {
      const phase = { create: 0, set: 1, move: 2, remove: 3 };
      for (const [index, change] of changes.slice(1).entries()) {
        const previous = changes[index] as (typeof changes)[number];
        expect(phase[change.kind]).toBeGreaterThanOrEqual(phase[previous.kind]);
        if (change.kind !== previous.kind) continue;
        const rise = menuAt(change.menu).writeOrder - menuAt(previous.menu).writeOrder;
        expect(change.kind === 'remove' ? -rise : rise).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('a row that is to be enabled beside a dynamic twin is held back, and the rest passes every check', () => {
    fc.assert(
      fc.property(planInputs(['/ip/firewall/address-list']), (input) => {
        const made = plan(input);
        expect(checkPlan(made, input, WIDE_LIMITS, TEST_CATALOGUE)).toEqual([]);
        const dynamic = (input.live.menus['/ip/firewall/address-list'] ?? []).filter(
          (row) => row['dynamic'] === 'true',
        );
        for (const { match } of made.heldBack ?? [])
          expect(dynamic).toContainEqual(expect.objectContaining({ list: match?.['list'] }));
      }),
      RUNS,
    );
  });

  test('an ordered menu ends in the declared order with no more moves than rows out of order', () => {
    fc.assert(
      fc.property(planInputs(['/test/rules']), (input) => {
        const made = plan(input);
        const wanted = input.desired.menus['/test/rules'];
        if (wanted?.shape !== 'list') return;
        const order = wanted.rows.map((row) => row.fields['mark'] as string);
        const after = apply(input.live, made.changes).menus['/test/rules'] ?? [];
        const held = after.filter((row) => row['dynamic'] !== 'true').map((row) => row['mark'] as string);
        let position = -1;
        for (const mark of order) {
          position = held.indexOf(mark, position + 1);
          expect(position).toBeGreaterThanOrEqual(0);
        }
        expect(made.changes.filter(({ kind }) => kind === 'move').length).toBeLessThan(Math.max(1, order.length));
      }),
      RUNS,
    );
  });
});
