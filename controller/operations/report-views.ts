import type { Instant } from '../ports.ts';

/** A change that was begun on a device. */
export interface ChangeRow {
  readonly device: string;
  /** Null: the device is not in the fleet any more. */
  readonly environment: string | null;
  readonly beganAt: Instant;
  readonly planId: string;
  readonly revision: string;
  /** How many rows it changed, and of which menus; null and none: the attempt is not kept any more. */
  readonly changes: number | null;
  readonly menus: readonly string[];
  /** Whose signatures brought it since the device was confirmed last; none: the source has none, or nobody knows. */
  readonly declaredBy: readonly string[];
  /** The people, policies or the rollout whose word it was. */
  readonly approvedBy: string;
  /** The commits that carry the approvals. */
  readonly approvals: readonly string[];
  /** `confirmed`, `undone`, `closed` or `stalled`; null: it is under way. */
  readonly end: string | null;
  readonly endedAt: Instant | null;
  readonly reason: string | null;
}

/** How long a plan took from one step to the next, in seconds; null: the step is not known, or not done. */
export interface ApprovalRow {
  readonly device: string;
  readonly planId: string;
  readonly plannedAt: Instant | null;
  readonly approvedAt: Instant | null;
  readonly beganAt: Instant;
  readonly endedAt: Instant | null;
  readonly approvedBy: string;
  readonly end: string | null;
  readonly plannedToApproved: number | null;
  readonly approvedToBegun: number | null;
  readonly begunToEnded: number | null;
}

/** How often a rule said no. */
export interface RefusalRow {
  /** The code of a reason, or what it was that was refused. */
  readonly rule: string;
  /** The event that says so. */
  readonly action: string;
  readonly count: number;
  readonly lastAt: Instant;
  readonly devices: readonly string[];
}

/** Who may come, as what, and when they last did. */
export interface AccessReportRow {
  /** As the access file names them, or as they came. */
  readonly who: string;
  /** Null: nothing gives them a right any more, or they are the operator. */
  readonly role: string | null;
  readonly devices: string | null;
  readonly person: string | null;
  readonly expiresAt: Instant | null;
  /** Of reads that are kept and of acts; null: they did not come. Of groups it is not known who of them came. */
  readonly lastUsedAt: Instant | null;
  /** Reads that are kept. */
  readonly reads: number;
}

/** A report: the rows of the one that was asked for, the newest first. */
export type ReportView = { readonly since: Instant } & (
  | { readonly name: 'changes'; readonly rows: readonly ChangeRow[] }
  | { readonly name: 'approvals'; readonly rows: readonly ApprovalRow[] }
  | { readonly name: 'refusals'; readonly rows: readonly RefusalRow[] }
  | { readonly name: 'access'; readonly rows: readonly AccessReportRow[] }
);
