import type { Menu, Row } from '#routeros';
import { stillSpeaks } from './field-changes.ts';
import type { NonConvergence } from './convergence.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import { planMoves } from './moves.ts';
import { openTuples } from './open-tuples.ts';
import type { DesiredList } from './state.ts';
import { referredFirst } from './references.ts';
import { planTuple, type TupleContext, type UndeclaredFate } from './tuple-changes.ts';
import { groupByTuple, keyOf } from './tuple.ts';

/**
 * Three-way planning of a list menu, tuple by tuple: they don't depend on each other, but for the order where one names
 * another.
 */
export function planList(
  menu: Menu,
  desired: DesiredList,
  base: DesiredList | null,
  live: readonly Row[],
  freezer: NonConvergence,
): MenuPlan {
  const released = new Set((base?.released ?? []).map((match) => keyOf(menu, match)));
  const fate = undeclaredFate(desired, base);
  const context: TupleContext = {
    menu,
    desired,
    undeclared: (key) => (released.has(key) ? 'release' : fate),
    freezer,
    plan: emptyMenuPlan(),
    placed: new Map(),
  };
  if (menu.shape === 'orderedList') {
    for (const [key, tuple] of groupByTuple(menu, desired.rows, base?.rows ?? [], live)) planTuple(context, key, tuple);
    planMoves(menu, desired.rows, context.placed, live, context.plan);
    return context.plan;
  }
  const open = [...openTuples(menu, desired.rows, base?.rows ?? [], live)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const ordered = referredFirst(menu, open, ([, tuple]) => [
    ...tuple.desired.map(({ fields }) => fields),
    ...tuple.live,
  ]);
  for (const [key, tuple] of ordered) planTuple(context, key, tuple);
  return ordered === open ? context.plan : { ...context.plan, removes: context.plan.removes.toReversed() };
}

/**
 * Pruning starts once a base that prunes is confirmed: a plan of its own, from what people have seen reported. It never
 * starts because the RouterConfig that tolerated vanished: the rows it sheltered are released.
 */
function undeclaredFate(desired: DesiredList, base: DesiredList | null): UndeclaredFate {
  if (desired.unlisted === 'tolerate' || base === null) return 'leave';
  if (base.unlisted === 'prune') return 'prune';
  const tolerant = base.unlistedBy ?? [];
  const speaking = [...desired.declaredBy, ...(desired.unlistedBy ?? [])];
  return tolerant.length === 0 || stillSpeaks(tolerant, speaking) ? 'leave' : 'release';
}
