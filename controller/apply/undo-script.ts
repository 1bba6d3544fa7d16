import { type Plan, restoresInPlace } from '#differ';
import {
  MAX_SCRIPT_BYTES,
  packedScripts,
  quote,
  type RestoreStatement,
  restoreStatements,
  scriptSizeBytes,
  type Version,
} from '#routeros';
import { keepsOf } from './keeps.ts';
import type { ArmedNames } from './token.ts';

/** The scripts of one undo (armed-rollback.md §1-§3). */
export interface UndoScripts {
  /** The source of `rg-T-armed`. */
  readonly armed: string;
  /** The sources of `rg-T-part-1`, `rg-T-part-2`, …; none: the armed script restores everything itself. */
  readonly parts: readonly string[];
  /** What the startup entry runs. */
  readonly onStartup: string;
}

/** Of a plan, what its undo is made of. */
type Restorable = Pick<Plan, 'changes' | 'inverse' | 'emptyBefore'>;

/** With what is written of rows that are still there. */
type ToRestore = Omit<Restorable, 'inverse'> & { readonly inverse: ReturnType<typeof restoresInPlace> };

/** What stands around the statements of a part. */
const PART_FRAME_BYTES = 200;

/**
 * The claim by rename, then the state restorer, then one log line. A restorer of many rows stands in parts that the
 * armed script runs; after a reboot in between, the startup entry runs them from the first one on, and the last one
 * removes that entry. The claim stands outside any `on-error`: when the item is gone the script ends there and does
 * nothing. Of a row that is still there only what the plan sets is written.
 * @throws {InvalidValue} when a script cannot hold a value: such a plan cannot be armed.
 */
export function undoScripts(plan: Restorable, names: ArmedNames, version: Version | null): UndoScripts {
  const statements = statementsOf({ ...plan, inverse: restoresInPlace(plan) }, names, version);
  const claim = `/system script set ${quote(names.armed)} name=${quote(names.fired)}`;
  const run = `/system script run ${quote(names.armed)}`;
  const whole = [claim, ...packedScripts(statements, Number.POSITIVE_INFINITY), logOf(names)].join('\n');
  if (!statements.some(({ bulk }) => bulk) && scriptSizeBytes(whole) <= MAX_SCRIPT_BYTES)
    return { armed: whole, parts: [], onStartup: run };
  const scripts = packedScripts(statements, MAX_SCRIPT_BYTES - PART_FRAME_BYTES);
  const parts = scripts.map((script, index) => {
    const last = index === scripts.length - 1;
    const lines = last ? [`/system scheduler remove [find where name=${quote(names.boot)}]`] : [];
    return [script, ...lines, ':if ($rgFailed > 0) do={:error "rg-failed"}'].join('\n');
  });
  const runAll = runParts(names, parts.length);
  const fired = `[:len [/system script find where name=${quote(names.fired)}]] > 0`;
  return {
    armed: [claim, runAll, logOf(names)].join('\n'),
    parts,
    onStartup: `:if (${fired}) do={${runAll}} else={${run}}`,
  };
}

/** What the scripts of an undo take on the router. */
export function undoBytes({ armed, parts }: UndoScripts): number {
  return [armed, ...parts].reduce((sum, source) => sum + scriptSizeBytes(source), 0);
}

/**
 * The restorer alone, for requests of our own, each below the size of a script: all of every row, because the undo has
 * run and the rows are not the snapshot's. @throws {InvalidValue}
 */
export function restoreScripts(plan: Restorable, names: ArmedNames, version: Version): readonly string[] {
  return packedScripts(statementsOf(plan, names, version), MAX_SCRIPT_BYTES);
}

/** The name of the part with this number, from 1 on. */
export function partName(names: ArmedNames, number: number): string {
  return `${names.part}${number}`;
}

function statementsOf(plan: ToRestore, names: ArmedNames, version: Version | null): readonly RestoreStatement[] {
  const keeps = keepsOf(plan, names);
  const restores = plan.inverse.map((restore) => {
    const copy = keeps.find(({ menu, of }) => menu === restore.menu && of === restore.match?.['name']);
    return copy === undefined ? restore : { ...restore, keep: copy.name };
  });
  const state = { restores, emptyBefore: plan.emptyBefore ?? [] };
  return restoreStatements(state, version, MAX_SCRIPT_BYTES - 2 * PART_FRAME_BYTES);
}

/** One part after the other; one that fails stops none. `$rgFailed` counts them. */
function runParts(names: ArmedNames, count: number): string {
  const each = Array.from({ length: count }, (_, index) => quote(partName(names, index + 1)));
  const run = ':do {/system script run $rgPart} on-error={:set rgFailed ($rgFailed + 1)}';
  return `:local rgFailed 0; :foreach rgPart in={${each.join(';')}} do={${run}}`;
}

function logOf({ token }: ArmedNames): string {
  return `:log warning (${quote(`routeros-gitops: the change ${token} was undone, failed statements: `)} . $rgFailed)`;
}
