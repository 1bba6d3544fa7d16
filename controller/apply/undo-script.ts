import type { Plan } from '#differ';
import { quote, restoreScript, type Version } from '#routeros';
import type { ArmedNames } from './token.ts';

/**
 * The source of `rg-T-armed`: claim by rename, then the state restorer, then one log line (armed-rollback.md §1-§3).
 * @throws {InvalidValue} when a script cannot hold a value: such a plan cannot be armed.
 * The claim stands outside any `on-error`: when the item is gone the script ends there and does nothing.
 */
export function undoScript(plan: Plan, names: ArmedNames, version: Version): string {
  return [
    `/system script set ${quote(names.armed)} name=${quote(names.fired)}`,
    restoreScript(plan.inverse, version),
    `:log warning (${quote(`routeros-gitops: the change ${names.token} was undone, failed statements: `)} . $rgFailed)`,
  ].join('\n');
}
