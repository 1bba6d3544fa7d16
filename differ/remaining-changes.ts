import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { applyChange } from './apply-changes.ts';
import { type Catalogue, isDisabled, isSkipped, isWritable, menuIn, valueOf } from './canonical.ts';
import type { Change } from './change.ts';
import { pairRows } from './pairing.ts';
import type { Plan, TouchedRows } from './plan.ts';
import { openTable } from './router-table.ts';
import type { LiveState } from './state.ts';
import { seenTimed, timedAdds } from './timed-rows.ts';
import { enabledFirst, groupByTuple, keyOf } from './tuple.ts';

/**
 * Which changes of a plan are still to be written, given what the router holds now: none, once it has converged. Each
 * touched tuple must be where some prefix of its own changes leaves it; null when one is not, because somebody else
 * changed it. `nth` counts in `live`. (Planning anew would not do: where a row is gone, the base would claim a twin of
 * it that nobody declared.)
 */
export function remainingChanges(
  plan: Plan,
  read: LiveState,
  catalogue: Catalogue = CATALOGUE,
): readonly Change[] | null {
  const live = seenTimed(read, timedAdds(plan.changes, catalogue), catalogue);
  const tuplesOf = new Map<MenuPath, ReturnType<typeof groupByTuple>>();
  const writesOf = Map.groupBy(plan.changes, (change) => nameOf(change.menu, change.match, catalogue));
  const missing = new Map<Change, Change>();
  for (const touched of plan.touched) {
    const menu = menuIn(catalogue, touched.menu);
    const tuples = tuplesOf.get(menu.path) ?? groupByTuple(menu, [], [], live.menus[menu.path] ?? []);
    tuplesOf.set(menu.path, tuples);
    const rows = enabledFirst(tuples.get(keyOf(menu, touched.match ?? {}))?.live ?? [], (row) => isDisabled(menu, row));
    const changes = writesOf.get(nameOf(touched.menu, touched.match, catalogue)) ?? [];
    const left = remainingOfTuple(
      menu,
      touched,
      changes.filter(({ kind }) => kind !== 'move'),
      rows,
    );
    if (left === null) return null;
    for (const [change, now] of left) missing.set(change, now);
  }
  /** Where something that comes before a move is left to do, the place of its row means nothing yet. */
  const unordered = new Set<MenuPath>();
  return plan.changes.flatMap((change) => {
    const isDone =
      change.kind === 'move'
        ? !unordered.has(change.menu) &&
          isInPlace(menuIn(catalogue, change.menu), change, live.menus[change.menu] ?? [])
        : !missing.has(change);
    if (isDone) return [];
    if (change.kind !== 'set') unordered.add(change.menu);
    return missing.get(change) ?? change;
  });
}

function nameOf(path: MenuPath, match: Row | null, catalogue: Catalogue): string {
  return `${path} ${keyOf(menuIn(catalogue, path), match ?? {})}`;
}

/** Each change that is left, and the same with `nth` counted among `live`. */
function remainingOfTuple(
  menu: Menu,
  { match, rows }: TouchedRows,
  changes: readonly Change[],
  live: readonly Row[],
): ReadonlyMap<Change, Change> | null {
  const table = openTable(menu, rows, [match ?? {}]);
  const slots = table.slotsOf.get(keyOf(menu, match ?? {})) ?? [];
  const counted = match === null ? touchedFields(changes) : null;
  let found: ReadonlyMap<Change, Change> | null = null;
  for (let written = 0; written <= changes.length; written++) {
    if (written > 0) applyChange(table, changes[written - 1] as Change);
    const held = slots.filter(({ row }) => row !== null);
    const pairs = pairRows(held, live, ({ row }, now) => isSameRow(menu, row as Row, now, counted));
    const fits =
      held.length === live.length &&
      held.every(({ row }, index) => isSameRow(menu, row as Row, live[pairs[index] as number] as Row, counted));
    if (!fits) continue;
    const nthOf = new Map(held.map((slot, index) => [slot, pairs[index] as number]));
    found = new Map(
      changes.slice(written).map((change) => {
        const slot = change.kind === 'create' ? undefined : slots[change.nth];
        const nth = slot === undefined ? undefined : nthOf.get(slot);
        return [change, nth === undefined || change.kind === 'create' ? change : { ...change, nth }];
      }),
    );
  }
  return found;
}

/** Of a settings menu only what the plan sets counts. */
function touchedFields(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.flatMap((change) => (change.kind === 'set' ? Object.keys(change.fields) : [])));
}

/**
 * Equal in everything that can be set. A router may fill in by itself what it always gives a value, and spell out
 * defaults.
 */
function isSameRow(menu: Menu, expected: Row, now: Row, counted: ReadonlySet<string> | null): boolean {
  const names = counted ?? new Set([...Object.keys(expected), ...Object.keys(now)]);
  for (const name of names) {
    if (!isWritable(menu, name) || menu.match.includes(name)) continue;
    if (expected[name] === undefined && menu.fields[name]?.neverCleared === true) continue;
    if (expected[name] !== now[name] && valueOf(menu, expected, name) !== valueOf(menu, now, name)) return false;
  }
  return true;
}

function isInPlace(menu: Menu, move: Extract<Change, { kind: 'move' }>, live: readonly Row[]): boolean {
  const rows = live.filter((row) => !isSkipped(menu, row));
  const at = rows.findIndex((row) => keyOf(menu, row) === keyOf(menu, move.match));
  const next = rows[at + 1];
  if (at === -1) return false;
  if (move.beforeMatch === null || next === undefined) return move.beforeMatch === null && next === undefined;
  return keyOf(menu, next) === keyOf(menu, move.beforeMatch);
}
