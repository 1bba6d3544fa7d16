import { consoleCommand } from '#routeros';
import type { Change } from './change.ts';
import { maskPlan } from './mask.ts';
import type { Plan } from './plan.ts';

/** The changes as the commands that somebody at the router's terminal would type, one a line. For reading: secrets are masked. */
export function renderPlanCommands(plan: Plan): string {
  return commandLines(maskPlan(plan).changes);
}

/** The commands of changes whose secrets are masked already. */
export function commandLines(changes: readonly Change[]): string {
  return changes.map((change) => `${consoleCommand(change)}\n`).join('');
}
