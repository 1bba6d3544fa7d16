import type { Menu, Row } from '#routeros';
import { isSkipped } from './canonical.ts';
import { settleClaims } from './claims.ts';
import type { NonConvergence } from './convergence.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import { planMoves } from './moves.ts';
import { openTuples } from './open-tuples.ts';
import type { DesiredList } from './state.ts';
import { referredFirst } from './references.ts';
import { planTuple, type TupleContext } from './tuple-changes.ts';
import { groupByTuple, keyOf } from './tuple.ts';
import { undeclaredFate } from './unlisted.ts';

/**
 * Three-way planning of a list menu, tuple by tuple: they don't depend on each other, but for the order where one names
 * another. Tuples that are held back are left as they are.
 */
export function planList(
  menu: Menu,
  desired: DesiredList,
  base: DesiredList | null,
  live: readonly Row[],
  freezer: NonConvergence,
  isHeld: (key: string) => boolean,
): MenuPlan {
  const released = new Set((base?.released ?? []).map((match) => keyOf(menu, match)));
  const context: TupleContext = {
    menu,
    desired,
    live,
    undeclared: (key, row) => (released.has(key) ? 'release' : undeclaredFate(menu, desired, base, row)),
    freezer,
    plan: emptyMenuPlan(),
    placed: new Map(),
  };
  if (menu.shape === 'orderedList') {
    for (const [key, tuple] of groupByTuple(menu, desired.rows, base?.rows ?? [], live))
      if (!isHeld(key)) planTuple(context, key, tuple);
    const placed = desired.rows.filter((row) => context.placed.has(row));
    planMoves(menu, placed, context.placed, live, context.plan, heldPlace(menu, desired, live, isHeld));
    return context.plan;
  }
  const open = [...openTuples(menu, desired.rows, base?.rows ?? [], live)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const ordered = referredFirst(menu, open, ([, tuple]) => [
    ...tuple.desired.map(({ fields }) => fields),
    ...tuple.live,
  ]);
  for (const [key, tuple] of ordered) if (!isHeld(key)) planTuple(context, key, tuple);
  const plan = ordered === open ? context.plan : { ...context.plan, removes: context.plan.removes.toReversed() };
  return settleClaims(menu, plan, live);
}

/** The first declared row of an ordered menu that is held back and that the router has. */
function heldPlace(
  menu: Menu,
  { rows }: DesiredList,
  live: readonly Row[],
  isHeld: (key: string) => boolean,
): Row | null {
  for (const { fields } of rows) {
    const key = keyOf(menu, fields);
    const row = isHeld(key) ? live.find((each) => !isSkipped(menu, each) && keyOf(menu, each) === key) : undefined;
    if (row !== undefined) return row;
  }
  return null;
}
