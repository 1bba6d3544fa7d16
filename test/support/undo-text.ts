import { type Plan, restoresInPlace } from '#differ';
import { MAX_SCRIPT_BYTES, packedScripts, restoreStatements, type StateToRestore, type Version } from '#routeros';

/** The restorer of a state as one script, however long. */
export function restoreText(state: StateToRestore, alikeFrom?: number, version: Version = [7, 20, 8]): string {
  const statements = restoreStatements(state, version, MAX_SCRIPT_BYTES, alikeFrom);
  return packedScripts(statements, Number.POSITIVE_INFINITY)[0] ?? ':local rgFailed 0';
}

/** What the undo of a plan restores. */
export function stateOf(plan: Plan): StateToRestore {
  return { restores: restoresInPlace(plan), emptyBefore: plan.emptyBefore ?? [] };
}
