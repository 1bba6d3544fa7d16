import { CATALOGUE, consoleCommand } from '#routeros';
import type { Catalogue } from '../canonical.ts';
import type { Change } from '../change.ts';
import { maskPlan } from '../mask.ts';
import type { Plan, PlanBody } from '../plan.ts';
import { shownChanges } from '../shown.ts';

/**
 * The changes as the commands that somebody at the router's terminal would type, one a line. For reading: secrets are
 * masked.
 */
export function renderPlanCommands(plan: Plan): string {
  return renderShownCommands(maskPlan(plan).changes);
}

/** The changes of a body as commands. Of each sealed secret the first digits are shown. */
export function renderBodyCommands(body: Pick<PlanBody, 'operations'>, catalogue: Catalogue = CATALOGUE): string {
  return renderShownCommands(shownChanges(body, catalogue));
}

/** As `renderPlanCommands`, of changes whose secrets are masked already. */
export function renderShownCommands(changes: readonly Change[]): string {
  return changes.map((change) => `${consoleCommand(change)}\n`).join('');
}
