import type { Caller, Properties } from '../console.ts';
import type { Kind } from '../kinds/kind.ts';
import type { RouterState, StoredRow } from '../state.ts';

/** How one property of a menu is read, kept and printed. */
export interface FieldSpec {
  readonly kind: Kind;
  /** What the router uses, and prints, when nobody set the field. */
  readonly default?: string;
  /** When it is printed; `always` with a default, else `set`. `true`: only as "true". */
  readonly show?: 'always' | 'set' | 'true' | 'never';
  /** State of the router: refused as an argument. */
  readonly readOnly?: true;
  /** `add` without it fails with `missing =X=`. */
  readonly required?: true;
  readonly since?: string;
  /** First version that lacks the field. */
  readonly until?: string;
  /** First version in which `set` takes it too. */
  readonly setSince?: string;
}

/** What happened to a stored row, for a menu's own consequences. */
export interface RowChange {
  readonly verb: 'add' | 'set' | 'remove';
  readonly row: StoredRow;
  readonly before: Properties | null;
  /** The canonical arguments of the change. */
  readonly args: Properties;
}

/** One menu, described once for all versions; the engine does the rest. */
export interface MenuSpec {
  readonly path: string;
  readonly shape: 'settings' | 'list' | 'orderedList';
  /** What /system/history and the log call a row: `static dns entry`. */
  readonly noun: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly since?: string;
  readonly until?: string;
  /** Hardware it exists on; everywhere when absent. */
  readonly on?: 'board' | 'chr';
  /** `fixed`: set but neither add nor remove. `removeOnly`: remove alone. `readOnly`: no writes. Default: all. */
  readonly rows?: 'fixed' | 'removeOnly' | 'readOnly';
  /** Fields by which a seeded row replaces a default one. */
  readonly key?: readonly string[];
  /** First number of the `.id` counter. */
  readonly firstId?: number;
  /** Version since which `unset` exists here. */
  readonly unsetSince?: string;
  readonly resetCounters?: true;
  /** First version whose `add` has no `copy-from`. */
  readonly copyFromUntil?: string;
  /** Policies a write needs; `write` when absent. */
  readonly writePolicies?: readonly string[];
  /** Two rows with one key are refused with `message`; no key: the row does not count. */
  readonly unique?: { key(values: Properties): string | undefined; readonly message: string };
  /** Rows of a router that nobody touched. */
  initial?(router: RouterState): readonly Properties[];
  /** What the caller leaves in the row (owner, policy). @throws {ConsoleFailure} */
  stamp?(args: Properties, caller: Caller, verb: 'add' | 'set'): Properties;
  /** Validates and completes what is about to be stored; `args` are the canonical arguments. @throws {ConsoleFailure} */
  prepare?(router: RouterState, next: Properties, before: Properties | null, args: Properties): Properties;
  /** Read-only properties at this moment. */
  computed?(router: RouterState, row: StoredRow): Properties;
  /** Last word on what a row prints (presence rules that depend on its state). */
  finish?(printed: Properties, router: RouterState): Properties;
  /** Rows that are not stored: connected routes, open connections, jobs. */
  live?(router: RouterState): readonly Properties[];
  /** Removes a row that `live` made. @returns false when there is none. */
  removeLive?(router: RouterState, id: string): boolean;
  /** Consequences in other menus or rows. */
  changed?(router: RouterState, change: RowChange, caller: Caller): void;
}

/** A command that is not one of the generic verbs. */
export interface CommandSpec {
  /** `/tool/ping`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly policies: readonly string[];
  readonly since?: string;
  readonly until?: string;
  /** Runs it; records, or text that REST answers as `{"ret": …}`. @throws {ConsoleFailure} */
  run(
    router: RouterState,
    args: Properties,
    caller: Caller,
  ): Promise<readonly Properties[] | string> | readonly Properties[] | string;
}
