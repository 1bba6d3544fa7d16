import { quote } from './text.ts';

const NOT_ARMED = 'rg-not-armed';

/** What a bulk script said about itself. Without its last line nobody knows how far it came: read the menu again. */
export type BulkResult =
  | { readonly state: 'ended'; readonly statements: number; readonly failed: number }
  | { readonly state: 'notArmed' }
  | { readonly state: 'unknown' };

/** For one command that nothing guards: when it fails, the router's own words are all that is printed. */
export function singleScript(command: string, guardScriptName: string): string {
  return guardedScript([command], guardScriptName, '1 failed 0');
}

/**
 * One block for `/execute` that does nothing unless the script `guardScriptName` (the armed undo) exists, then runs the
 * statements and prints a last line for `parseBulkResult`: `rg-done` and `counts`. Not atomic: what failed is counted
 * and the rest stays (armed-rollback.md §3). The caller keeps it below MAX_SCRIPT_BYTES and the 60 s limit.
 * @throws {InvalidValue}
 */
export function guardedScript(statements: readonly string[], guardScriptName: string, counts: string): string {
  const guard = `:if ([:len [/system script find where name=${quote(guardScriptName)}]] = 0) do={:error "${NOT_ARMED}"}`;
  return `{${[guard, ...statements, `:put "rg-done ${counts}"`].join(';\n')};}`;
}

/** Reads what a bulk script printed; console errors arrive as text in a success (routeros-rest.md §2.6). */
export function parseBulkResult(printed: string): BulkResult {
  const last = /^rg-done (\d+) failed (\d+)\s*$/m.exec(printed);
  if (last !== null) return { state: 'ended', statements: Number(last[1]), failed: Number(last[2]) };
  return printed.includes(NOT_ARMED) ? { state: 'notArmed' } : { state: 'unknown' };
}
