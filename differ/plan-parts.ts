import { CATALOGUE } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { HeldBackRow, Plan } from './plan.ts';
import { keyOf } from './tuple.ts';

/** How many changes each part of a plan has, in the plan's order. */
export type Split = readonly number[];

/**
 * One part of a plan as a plan of its own: its changes, and what it touches and restores. The parts before it stand
 * when it begins. `split` absent: the plan is one part.
 */
export function planPart(plan: Plan, split: Split | undefined, index: number, catalogue: Catalogue = CATALOGUE): Plan {
  if (split === undefined) return plan;
  const from = startOf(split, index);
  const changes = plan.changes.slice(from, from + (split[index] ?? 0));
  const keys = keysOf(changes, catalogue);
  const { emptyBefore: _, ...rest } = plan;
  return {
    ...rest,
    changes,
    inverse: plan.inverse.filter((restore) => keys.has(keyIn(restore, catalogue))),
    touched: plan.touched.filter((touched) => keys.has(keyIn(touched, catalogue))),
    released: [],
  };
}

/** A part of a plan with all that come after it, as a plan of its own. */
export function planRest(plan: Plan, split: Split, index: number, catalogue: Catalogue = CATALOGUE): Plan {
  const left = plan.changes.length - startOf(split, index);
  return planPart(plan, [...split.slice(0, index), left], index, catalogue);
}

/** The rows of all parts after this one, as rows that it holds back: for the base that stands when it is confirmed. */
export function rowsAfterPart(plan: Plan, split: Split, index: number): readonly HeldBackRow[] {
  const because = 'a later part of the plan changes it';
  return plan.changes.slice(startOf(split, index + 1)).map(({ menu, match }) => ({ menu, match, because }));
}

/**
 * Cuts a plan into as few parts as it takes, so that each fits: a rule that the caller has. Null: it can't be cut, for
 * changes of one row, or the order of a menu, would come apart, or even few changes do not fit.
 */
export function splitPlan(
  plan: Plan,
  fits: (part: Plan) => boolean,
  mostParts: number,
  catalogue: Catalogue = CATALOGUE,
): Split | null {
  if (plan.inverse.some(({ order }) => order !== undefined)) return null;
  const split: number[] = [];
  let length = plan.changes.length;
  for (let from = 0; from < plan.changes.length; from += split.at(-1) ?? 0) {
    length = Math.min(length, plan.changes.length - from);
    while (!fits(planPart(plan, [...split, length], split.length, catalogue))) {
      length = Math.floor(length / 2);
      if (length === 0) return null;
    }
    split.push(length);
    if (split.length > mostParts) return null;
  }
  return comesApart(plan, split, catalogue) ? null : split;
}

function comesApart(plan: Plan, split: Split, catalogue: Catalogue): boolean {
  const seen = new Set<string>();
  return split.some((count, index) => {
    const from = startOf(split, index);
    const keys = keysOf(plan.changes.slice(from, from + count), catalogue);
    const twice = [...keys].some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return twice;
  });
}

function startOf(split: Split, index: number): number {
  return split.slice(0, index).reduce((sum, count) => sum + count, 0);
}

function keysOf(changes: readonly Change[], catalogue: Catalogue): ReadonlySet<string> {
  return new Set(changes.map((change) => keyIn(change, catalogue)));
}

function keyIn({ menu, match }: Pick<Change, 'menu' | 'match'>, catalogue: Catalogue): string {
  return `${menu} ${match === null ? '' : keyOf(menuIn(catalogue, menu), match)}`;
}
