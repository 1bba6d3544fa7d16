import type { Menu, Row } from '#routeros';
import type { Freezer } from './freeze.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import { planMoves } from './moves.ts';
import { openTuples } from './open-tuples.ts';
import type { DesiredList } from './state.ts';
import { planTuple, type TupleContext } from './tuple-changes.ts';
import { groupByTuple } from './tuple.ts';

/** Three-way planning of a list menu, tuple by tuple: the tuples of a menu don't depend on each other. */
export function planList(
  menu: Menu,
  desired: DesiredList,
  base: DesiredList | null,
  live: readonly Row[],
  freezer: Freezer,
): MenuPlan {
  const context: TupleContext = { menu, desired, freezer, plan: emptyMenuPlan(), placed: new Map() };
  if (menu.shape === 'orderedList') {
    for (const tuple of groupByTuple(menu, desired.rows, base?.rows ?? [], live).values()) planTuple(context, tuple);
    planMoves(menu, desired.rows, context.placed, live, context.plan);
    return context.plan;
  }
  const open = [...openTuples(menu, desired.rows, base?.rows ?? [], live)];
  for (const [, tuple] of open.toSorted(([a], [b]) => (a < b ? -1 : 1))) planTuple(context, tuple);
  return context.plan;
}
