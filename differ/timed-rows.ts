import { CATALOGUE, matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { PlanInput } from './plan.ts';
import type { DesiredRow, DesiredState, LiveState } from './state.ts';
import { keyOf, tupleFinder } from './tuple.ts';

/** Declared rows that go by themselves (`Menu.timedBy`), by menu; menus without one are left out. */
export type TimedRows = Readonly<Record<MenuPath, readonly Row[]>>;

/** Whether the row is one that goes by itself after a while, and says so. */
export function isTimed({ timedBy }: Menu, row: Row): boolean {
  return timedBy !== undefined && (row[timedBy] ?? '') !== '';
}

/** What of these states goes by itself. Only of menus in it a router need be asked how long rows still stand. */
export function timedIn(states: readonly (DesiredState | null)[], catalogue: Catalogue = CATALOGUE): TimedRows {
  const timed: Record<MenuPath, readonly Row[]> = {};
  for (const state of states) {
    for (const [path, said] of Object.entries(state?.menus ?? {}) as [MenuPath, DesiredState['menus'][MenuPath]][]) {
      const menu = catalogue[path];
      if (menu?.timedBy === undefined || said.shape !== 'list') continue;
      const rows = timedAmong(menu, said.rows);
      if (rows.length > 0) timed[path] = [...(timed[path] ?? []), ...rows];
    }
  }
  return timed;
}

/** Long lists are asked again and again, and say the same. */
const known = new WeakMap<readonly DesiredRow[], readonly Row[]>();

function timedAmong(menu: Menu, rows: readonly DesiredRow[]): readonly Row[] {
  const before = known.get(rows);
  if (before !== undefined) return before;
  const timed = rows.flatMap(({ fields }) => (isTimed(menu, fields) ? [fields] : []));
  known.set(rows, timed);
  return timed;
}

/** What of the rows that a plan adds goes by itself. */
export function timedAdds(changes: readonly Change[], catalogue: Catalogue = CATALOGUE): TimedRows {
  const timed: Record<MenuPath, Row[]> = {};
  for (const change of changes) {
    if (change.kind !== 'create' || !isTimed(menuIn(catalogue, change.menu), change.fields)) continue;
    (timed[change.menu] ??= []).push(change.fields);
  }
  return timed;
}

/**
 * The live state in which rows that go by themselves, and that are declared so, are no rows of the router's own any
 * more but have the declared time: how long they still stand means nothing. Only where such a row is the only one of
 * its tuple. Seen twice it is the same.
 */
export function seenTimed(live: LiveState, timed: TimedRows, catalogue: Catalogue = CATALOGUE): LiveState {
  const seen = Object.entries(timed).flatMap(([path, declared]): readonly [MenuPath, readonly Row[]][] => {
    const menu = menuIn(catalogue, path as MenuPath);
    const rows = live.menus[menu.path];
    return rows === undefined ? [] : [[menu.path, rowsSeen(menu, rows, declared)]];
  });
  if (seen.length === 0) return live;
  return { ...live, menus: { ...live.menus, ...(Object.fromEntries(seen) as LiveState['menus']) } };
}

function rowsSeen(menu: Menu, rows: readonly Row[], declared: readonly Row[]): readonly Row[] {
  const keyIn = tupleFinder(menu, declared);
  const timeOf = new Map(declared.map((fields) => [keyOf(menu, fields), fields[menu.timedBy ?? ''] ?? '']));
  const keys = rows.map((row) => keyIn(row));
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  const ours = Object.fromEntries(menu.skipWhen.map((flag) => [flag, 'false']));
  return rows.map((row, at) => {
    const key = keys[at];
    if (key === undefined || counts.get(key) !== 1 || !isSkipped(menu, row) || !isTimed(menu, row)) return row;
    return { ...row, ...ours, [menu.timedBy ?? '']: timeOf.get(key) ?? '' };
  });
}

/**
 * What is planned from: live as `seenTimed` gives it, and the base without rows that go by themselves. So what nobody
 * declares any more is left to go, and a row that somebody made by hand in its place is nobody's.
 */
export function asSeen(input: PlanInput, catalogue: Catalogue): PlanInput {
  const live = seenTimed(input.live, timedIn([input.desired], catalogue), catalogue);
  const base = input.base === null ? null : withoutTimed(input.base, catalogue);
  return live === input.live && base === input.base ? input : { ...input, live, base };
}

function withoutTimed(base: DesiredState, catalogue: Catalogue): DesiredState {
  const menus = (Object.keys(timedIn([base], catalogue)) as MenuPath[]).map((path) => {
    const menu = menuIn(catalogue, path);
    const said = base.menus[path];
    const stays = ({ fields }: DesiredRow): boolean => !isTimed(menu, fields);
    return [path, said?.shape === 'list' ? { ...said, rows: said.rows.filter(stays) } : said];
  });
  return menus.length === 0
    ? base
    : { menus: { ...base.menus, ...(Object.fromEntries(menus) as DesiredState['menus']) } };
}

/** Of what a plan added, the match tuples of which the router still holds a row of its own, whoever made it. */
export function timedStanding(
  changes: readonly Change[],
  live: LiveState,
  catalogue: Catalogue = CATALOGUE,
): readonly { readonly menu: MenuPath; readonly match: Row }[] {
  return (Object.entries(timedAdds(changes, catalogue)) as [MenuPath, readonly Row[]][]).flatMap(([path, rows]) => {
    const menu = menuIn(catalogue, path);
    const keyIn = tupleFinder(menu, rows);
    const held = new Set((live.menus[path] ?? []).filter((row) => isSkipped(menu, row)).map((row) => keyIn(row)));
    return rows
      .filter((fields) => held.has(keyOf(menu, fields)))
      .map((fields) => ({ menu: path, match: matchOf(menu, fields) }));
  });
}
