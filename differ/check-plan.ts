import { CATALOGUE } from '#routeros';
import { applyChanges, ChangeRefused } from './apply-changes.ts';
import { type Catalogue, menuIn } from './canonical.ts';
import { brokenInverses } from './check-inverse.ts';
import type { Limits, Plan, PlanInput, Violation } from './plan.ts';
import { makePlan } from './make-plan.ts';
import { rowsStillNamed } from './namers.ts';
import { protectedChanges } from './protected-rows.ts';
import { brokenReferences } from './references.ts';
import { describeRow, saidOfRow } from './row-text.ts';
import { asSeen } from './timed-rows.ts';

/**
 * The second look at a plan, which does not trust how it was made: it applies cleanly to `input.live`, planning again
 * then finds nothing left, no row names one that is not there, its inverse restores the snapshot from every prefix,
 * once and twice, and it stays inside its limits. No violations: it may be proposed.
 */
export function checkPlan(
  plan: Plan,
  given: PlanInput,
  limits: Limits,
  catalogue: Catalogue = CATALOGUE,
): readonly Violation[] {
  const input = asSeen(given, catalogue);
  const violations: readonly Violation[] = [
    ...overBudget(plan, limits),
    ...notAllowed(plan, limits),
    ...protectedChanges(plan.changes, input.live, limits.protectedRows, catalogue),
  ];
  if (plan.changes.length === 0) return violations;
  return [...violations, ...notSettling(plan, input, catalogue), ...brokenInverses(plan, input.live, catalogue)];
}

function overBudget({ changes }: Plan, { maxChanges, maxDeletions }: Limits): readonly Violation[] {
  const violations: Violation[] = [];
  const deletions = changes.filter(({ kind }) => kind === 'remove').length;
  const remedy = 'Split it, or raise the budget in the RolloutPolicy.';
  if (changes.length > maxChanges) {
    const message = `The plan makes ${changes.length} changes and ${maxChanges} are allowed. ${remedy}`;
    violations.push({ code: 'OverChangeBudget', message });
  }
  if (deletions > maxDeletions) {
    const message = `The plan removes ${deletions} rows and ${maxDeletions} may go. ${remedy}`;
    violations.push({ code: 'OverDeletionBudget', message });
  }
  return violations;
}

function notAllowed({ changes }: Plan, { allowedMenus }: Limits): readonly Violation[] {
  const menus = [...new Set(changes.map(({ menu }) => menu))].filter((menu) => !allowedMenus.includes(menu));
  return menus.map((menu) => ({
    code: 'MenuNotAllowed',
    message: `${menu}: the capabilities of the device do not allow changes here. Allow its section there, or take it out.`,
  }));
}

/**
 * Convergence is about what is declared, so it is planned without a base: planning with the old one again would claim a
 * twin that nobody declared in place of a row that is gone.
 */
function notSettling(plan: Plan, input: PlanInput, catalogue: Catalogue): readonly Violation[] {
  try {
    const live = applyChanges(input.live, plan.changes, catalogue);
    const named = rowsStillNamed(plan.changes, input, catalogue);
    const dangling = brokenReferences(plan.changes, input.live, () => live, catalogue);
    const broken = [...dangling, ...named].map((row): Violation => ({
      code: 'DanglingReference',
      message: `${saidOfRow(menuIn(catalogue, row.menu), row)}.`,
    }));
    const [left] = makePlan({ ...input, base: null, live, heldBack: plan.heldBack ?? [] }, catalogue).changes;
    if (left === undefined) return broken;
    const row = describeRow(menuIn(catalogue, left.menu), left.match);
    const message = `${row}: the plan would have to change this row again right away.`;
    return [...broken, { code: 'DoesNotConverge', message }];
  } catch (error) {
    if (error instanceof ChangeRefused) return [{ code: 'DoesNotApply', message: error.message }];
    throw error;
  }
}
