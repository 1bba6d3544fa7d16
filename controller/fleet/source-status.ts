import type { ControlAsked } from '../policy/control-approval.ts';
import type { ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';
import type { StatementId } from '#signatures';
import type { TrustRecord } from '../records/trust.ts';
import type { ControlPlan } from '../trust/control-plan.ts';

/** What a source says of itself, by its kind. */
export type SourcePlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'git'; readonly branch: string };

/**
 * Where a source with trust stands: what is trusted, what it holds now, and what keeps the one from becoming the
 * other.
 */
export interface SourceStatus {
  readonly source: string;
  readonly place: SourcePlace;
  /** Null: the operator has not said where trust begins, so nothing is applied. */
  readonly trust: TrustRecord | null;
  /** The version that it was at when it was read last (a commit id, or `sha256:…`), and when that was first seen. */
  readonly candidate: { readonly version: string; readonly seenAt: Instant } | null;
  /** Why the candidate does not count. Empty: it does, or only its control plan waits. */
  readonly refusals: readonly ToldReason[];
  /** Approvals that wait with the control plan to be accepted. */
  readonly pending: readonly StatementId[];
  /** Entries among the newest ones that look like an approval and are none, and why. */
  readonly disregarded: readonly ToldReason[];
  /** The control plan that waits, with what it waits for. */
  readonly control: {
    readonly plan: ControlPlan;
    readonly reasons: readonly ToldReason[];
    /** To ask what one more consent would do. */
    readonly asked: ControlAsked;
  } | null;
}
