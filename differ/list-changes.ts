import type { Menu, Row } from '#routeros';
import { satisfies } from './canonical.ts';
import type { Freezer } from './freeze.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import { planMoves } from './moves.ts';
import type { DesiredList } from './state.ts';
import { planTuple, type TupleContext } from './tuple-changes.ts';
import { groupByTuple, type Tuple } from './tuple.ts';

/** Three-way planning of a list menu, tuple by tuple: the tuples of a menu don't depend on each other. */
export function planList(
  menu: Menu,
  desired: DesiredList,
  base: DesiredList | null,
  live: readonly Row[],
  freezer: Freezer,
): MenuPlan {
  const context: TupleContext = { menu, desired, freezer, plan: emptyMenuPlan(), placed: new Map() };
  const isOrdered = menu.shape === 'orderedList';
  const open: (readonly [string, Tuple])[] = [];
  for (const entry of groupByTuple(menu, desired.rows, base?.rows ?? [], live)) {
    if (isOrdered || !isSettled(menu, entry[1])) open.push(entry);
  }
  if (!isOrdered) open.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, tuple] of open) planTuple(context, tuple);
  if (isOrdered) planMoves(menu, desired.rows, context.placed, live, context.plan);
  return context.plan;
}

/** The common case, decided without allocating: one declared row, one live row that satisfies it, nothing dropped. */
function isSettled(menu: Menu, { desired, base, live }: Tuple): boolean {
  if (desired.length > 1 || live.length !== desired.length || base.length > desired.length) return false;
  const wanted = desired[0]?.fields;
  if (wanted === undefined) return true;
  if (!satisfies(menu, wanted, live[0] as Row)) return false;
  for (const name in base[0]?.fields) if (!(name in wanted)) return false;
  return true;
}
