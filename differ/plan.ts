import type { EmptyBefore, MenuPath, Row, Version } from '#routeros';
import type { Change, DriftEntry } from './change.ts';
import type { DesiredState, LiveState } from './state.ts';

/** SHA-256 in hex over the canonical JSON of a plan body, or of a fleet plan. It is what people approve. */
export type PlanId = `sha256:${string}`;

/** The third side of planning is null before the first confirmed state: then nothing is removed. */
export interface PlanInput {
  readonly desired: DesiredState;
  readonly base: DesiredState | null;
  readonly live: LiveState;
  /** Fields that did not converge twice: left alone and reported (`freezeKeyOf`). */
  readonly frozen?: readonly NonConvergingField[];
  /** Of the router: rows with fields that it does not have are held back, of settings menus those fields alone. Absent: not asked. */
  readonly version?: Version;
  /** Rows that are held back already, whatever is declared. */
  readonly heldBack?: readonly HeldBackRow[];
  /** Whether rows with secrets may be planned. Absent: no secret is read, and none is written. */
  readonly secrets?: SecretTerms;
  /** Menus in which nothing is to be changed, although they differ. */
  readonly leave?: readonly MenuPath[];
}

/** What is known of secrets when a router is planned; in rows they stand as seals, or as the name that has no value. */
export interface SecretTerms {
  /** Why none can be compared or written here, as a clause with what to do; null: all can that are bound. */
  readonly because: string | null;
  /** Why a name has no value for this router, by name. */
  readonly unbound: Readonly<Record<string, string>>;
}

/**
 * A row, or settings menu, that a plan leaves as it is although something else is declared, so that it stops nothing
 * else.
 */
export interface HeldBackRow {
  readonly menu: MenuPath;
  /** Its match tuple: all rows that go by it are held back. Null: the settings menu. */
  readonly match: Row | null;
  /** Of a settings menu only these fields, which its rest goes on without. Absent: all. */
  readonly fields?: readonly string[];
  /** Why, as a clause, and what to do. It holds no value of a field, but for names. */
  readonly because: string;
}

/** A field that the router does not keep as written. Left alone until another value is desired (`freezeKeyOf`). */
export interface NonConvergingField {
  readonly menu: MenuPath;
  readonly match: Row | null;
  readonly field: string;
  /** What we wrote and what the router read back. */
  readonly desired: string;
  readonly live: string;
}

/**
 * For one touched match tuple: how many rows the snapshot held and their writable fields, in the order of the table; a
 * field that the plan sets and that was absent is given with its default, `''` where there is none. Applied once or
 * twice, after any prefix of the plan, it gives the snapshot.
 */
export interface Restore {
  readonly menu: MenuPath;
  /** null: the settings menu; then `rows` has one row with the touched fields only. */
  readonly match: Row | null;
  readonly rows: readonly Row[];
  /**
   * The plan adds a row that goes by itself (`Menu.timedBy`); `rows` is empty. It alone goes, and others of the tuple
   * that came meanwhile stay.
   */
  readonly timed?: true;
  /**
   * Only in one entry for each ordered menu that moves or loses rows, with `match` null and no `rows`: the match
   * tuples of all its rows in the order of the snapshot, to which they go back after every tuple is restored.
   */
  readonly order?: readonly Row[];
}

/**
 * Live rows of one touched tuple as read, without `.id` and read-only fields: they enter the plan id, so a router that
 * moved voids the plan. In the body that an id is made of, fields at their default are left out.
 */
export interface TouchedRows {
  readonly menu: MenuPath;
  readonly match: Row | null;
  readonly rows: readonly Row[];
}

/** A row, or fields, that stay on the router unmanaged. `match` null: fields of the settings menu. */
export interface ReleasedRow extends TouchedRows {
  /** Only these fields are released; the row itself is still declared. */
  readonly fieldsOnly?: true;
}

/** What will be done to one device. Pure data, serialisable, the same for the same input. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly inverse: readonly Restore[];
  readonly touched: readonly TouchedRows[];
  /**
   * Parts of list menus that held no row but the router's own, and to which the plan adds many: the undo empties them
   * by one condition. Absent: there is none.
   */
  readonly emptyBefore?: readonly EmptyBefore[];
  /** Rows nobody declared that this plan leaves alone: tolerated, or where the base does not prune yet. */
  readonly extras: readonly DriftEntry[];
  /**
   * What the base declared and whose RouterConfig or section has vanished, rows that were only tolerated because of
   * one, and every row released earlier that is still there: unmanaged, and never pruned (`nextBase`).
   */
  readonly released: readonly ReleasedRow[];
  readonly frozen: readonly NonConvergingField[];
  /** Always empty. Plans that earlier builds stored say here what stood in their way, and were never applied. */
  readonly conflicts: readonly string[];
  /** Rows that are left out, with what depends on them. Absent: none. */
  readonly heldBack?: readonly HeldBackRow[];
  /** Menus that differ and that it was told to leave as they are. Absent: none. */
  readonly left?: readonly MenuPath[];
}

/** Everything that enters a plan id (approval.md §3). Commit, time and engine version stay out. */
export interface PlanBody {
  readonly source: string;
  readonly device: {
    readonly name: string;
    readonly serial: string;
    readonly address: string;
    readonly credential: string;
  };
  readonly operations: readonly Change[];
  readonly confirmWithinSeconds: number;
  /** How fast the router was found to write many rows, rounded down; a long plan's time comes from it. Absent: nobody knows, or the plan is short. */
  readonly rowsPerSecond?: number;
  /**
   * How many changes each part has, where the router has no room for the undo of all: one after the other is armed,
   * written and confirmed; if one is undone, those before it stand. Absent: it is one part.
   */
  readonly split?: readonly number[];
  readonly touched: readonly TouchedRows[];
  /** What the plan leaves out, and why. Absent: nothing. */
  readonly heldBack?: readonly HeldBackRow[];
  /** Digest of the effective RolloutPolicy. */
  readonly policyDigest: string;
}

/** Ceilings and protections that `checkPlan` holds a plan to. */
export interface Limits {
  readonly maxChanges: number;
  readonly maxDeletions: number;
  /** Rows that no plan may touch (the management path). A row is protected when all given fields are equal. */
  readonly protectedRows: readonly { readonly menu: MenuPath; readonly match: Row }[];
  /** Menus the device's capabilities allow. */
  readonly allowedMenus: readonly MenuPath[];
}

/** One broken rule of a plan, in words. A plan with any is never proposed. */
export interface Violation {
  readonly code:
    | 'DoesNotApply'
    | 'DoesNotConverge'
    | 'InverseFails'
    | 'DanglingReference'
    | 'OverChangeBudget'
    | 'OverDeletionBudget'
    | 'ProtectedRow'
    | 'MenuNotAllowed';
  readonly message: string;
}
