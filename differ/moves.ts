import { matchOf, type Menu, type Row } from '#routeros';
import { isSkipped, writableRow } from './canonical.ts';
import { longestRise } from './longest-rise.ts';
import type { MenuPlan } from './menu-plan.ts';
import type { DesiredRow } from './state.ts';
import { keyOf, rowsOfTuple } from './tuple.ts';

/** How a change names a declared row, and where it stands. */
export interface PlacedRow {
  readonly match: Row;
  readonly nth: number;
  /** Null: the plan creates it, at the end of the table. */
  readonly row: Row | null;
  /** Which of the rows that the plan creates in this menu it is; -1 for a live row. */
  readonly created: number;
}

/**
 * Brings the declared rows of an ordered menu into their order with as few moves as possible: the longest run that is
 * in order already stays, everything else comes to stand before its successor. Rows that nobody declared stay where
 * they are. `fixed`: a row that is held back, before which they all have to stand.
 */
export function planMoves(
  menu: Menu,
  desired: readonly DesiredRow[],
  placed: ReadonlyMap<DesiredRow, PlacedRow>,
  live: readonly Row[],
  plan: MenuPlan,
  fixed: Row | null,
): void {
  const rows = desired.map((wanted) => placed.get(wanted) as PlacedRow);
  const positionOf = new Map(live.map((row, position) => [row, position]));
  const positions = rows.map(({ row, created }) =>
    row === null ? live.length + created : (positionOf.get(row) as number),
  );
  const staying = fixed === null ? longestRise(positions) : risingUpTo(live.indexOf(fixed), positions);
  let beforeMatch = fixed === null ? anchorAfter(menu, live, rows, staying, plan) : matchOf(menu, fixed);
  for (let index = rows.length - 1; index >= 0; index--) {
    const { match, nth, row } = rows[index] as PlacedRow;
    if (!staying.has(index)) {
      plan.moves.push({ kind: 'move', menu: menu.path, match, nth, beforeMatch, reason: 'declared' });
      if (row !== null) touch(menu, match, live, plan);
    }
    beforeMatch = match;
  }
  if (plan.moves.length + plan.removes.length === 0) return;
  const order = live.filter((row) => !isSkipped(menu, row)).map((row) => matchOf(menu, row));
  plan.inverse.push({ menu: menu.path, match: null, rows: [], order });
}

/** As `longestRise`, of the rows that stand before a position. */
function risingUpTo(end: number, positions: readonly number[]): ReadonlySet<number> {
  const inFront = [...positions.keys()].filter((index) => (positions[index] as number) < end);
  const rising = longestRise(inFront.map((index) => positions[index] as number));
  return new Set([...rising].map((at) => inFront[at] as number));
}

/**
 * The row that the last declared row comes to stand before: the next one behind the last row that stays. One that
 * moves or goes itself, or has twins, would be no firm place.
 */
function anchorAfter(
  menu: Menu,
  live: readonly Row[],
  rows: readonly PlacedRow[],
  staying: ReadonlySet<number>,
  plan: MenuPlan,
): Row | null {
  const last = rows[Math.max(...staying)]?.row;
  if (last === undefined || last === null) return null;
  const moving = new Set(rows.flatMap(({ row }, index) => (staying.has(index) ? [] : [row])));
  const leaving = new Set(plan.removes.map(({ match }) => keyOf(menu, match ?? {})));
  const isFirm = (row: Row): boolean =>
    !isSkipped(menu, row) &&
    !moving.has(row) &&
    !leaving.has(keyOf(menu, row)) &&
    rowsOfTuple(menu, live, row).length === 1;
  const next = live.slice(live.indexOf(last) + 1).find(isFirm);
  return next === undefined ? null : matchOf(menu, next);
}

/** A moved row enters the plan id and the snapshot like any other touched one. */
function touch(menu: Menu, match: Row, live: readonly Row[], plan: MenuPlan): void {
  const key = keyOf(menu, match);
  if (plan.touched.some((touched) => keyOf(menu, touched.match as Row) === key)) return;
  const rows = live
    .filter((row) => !isSkipped(menu, row) && keyOf(menu, row) === key)
    .map((row) => writableRow(menu, row));
  plan.touched.push({ menu: menu.path, match, rows });
  plan.inverse.push({ menu: menu.path, match, rows });
}
