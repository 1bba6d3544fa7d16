import { planPart, type Plan, type PlanBody, type WriteCost, writeCostOf } from '#differ';
import { InvalidValue } from '#routeros';
import { undoSizeOf, type UndoSize } from './undo-size.ts';

/** What a plan costs its router. */
export interface PlanCost extends WriteCost {
  /** What its undo takes there while it waits, one for each part of a split plan. Null: no script can hold it. */
  readonly undo: readonly UndoSize[] | null;
}

/** What a plan costs, by what its body says of the router. */
export function planCostOf(
  plan: Plan,
  { split, rowsPerSecond }: Pick<PlanBody, 'split' | 'rowsPerSecond'> = {},
): PlanCost {
  return { ...writeCostOf(plan.changes, rowsPerSecond), undo: undoOf(plan, split) };
}

function undoOf(plan: Plan, split: PlanBody['split']): PlanCost['undo'] {
  try {
    return (split ?? [plan.changes.length]).map((_, part) => undoSizeOf(planPart(plan, split, part), null));
  } catch (error) {
    if (error instanceof InvalidValue) return null;
    throw error;
  }
}
