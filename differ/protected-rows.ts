import type { Menu, Row } from '#routeros';
import { type Catalogue, menuIn, valueOf } from './canonical.ts';
import type { Change } from './change.ts';
import type { Limits, Violation } from './plan.ts';
import { openTable, withFields } from './router-table.ts';
import { describeRow } from './row-text.ts';
import type { LiveState } from './state.ts';
import { keyOf } from './tuple.ts';

/** One violation for each change of a row that is protected before the change or would be after it. */
export function protectedChanges(
  changes: readonly Change[],
  live: LiveState,
  guards: Limits['protectedRows'],
  catalogue: Catalogue,
): readonly Violation[] {
  return [...new Set(guards.map(({ menu }) => menu))].flatMap((path) =>
    protectedInMenu(
      menuIn(catalogue, path),
      changes.filter(({ menu }) => menu === path),
      live.menus[path] ?? [],
      guards.filter(({ menu }) => menu === path).map(({ match }) => match),
    ),
  );
}

function protectedInMenu(
  menu: Menu,
  changes: readonly Change[],
  live: readonly Row[],
  guards: readonly Row[],
): readonly Violation[] {
  if (changes.length === 0 || guards.length === 0) return [];
  const { slotsOf } = openTable(
    menu,
    live,
    changes.map(({ match }) => match ?? {}),
  );
  return changes.flatMap((change) => {
    const nth = change.kind === 'create' ? -1 : change.nth;
    const before = slotsOf.get(keyOf(menu, change.match ?? {}))?.[nth]?.row ?? null;
    const states = [before, afterOf(menu, change, before)];
    const isProtected = guards.some((guard) => states.some((row) => row !== null && isGuarded(menu, guard, row)));
    if (!isProtected) return [];
    const message = `${describeRow(menu, change.match)}: this row is protected, because the controller reaches the router through it.`;
    return [{ code: 'ProtectedRow', message } as const];
  });
}

function afterOf(menu: Menu, change: Change, before: Row | null): Row | null {
  if (change.kind === 'create') return change.fields;
  return change.kind === 'set' && before !== null ? withFields(menu, before, change.fields) : null;
}

function isGuarded(menu: Menu, guard: Row, row: Row): boolean {
  return Object.keys(guard).every((name) => valueOf(menu, guard, name) === valueOf(menu, row, name));
}
