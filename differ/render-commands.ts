import { consoleCommand } from '#routeros';
import { maskPlan } from './mask.ts';
import type { Plan } from './plan.ts';
import { visible } from './row-text.ts';

/** The changes as the commands that somebody at the router's terminal would type, one a line. For reading: secrets are masked. */
export function renderPlanCommands(plan: Plan): string {
  return maskPlan(plan)
    .changes.map((change) => `${visible(consoleCommand(change))}\n`)
    .join('');
}
