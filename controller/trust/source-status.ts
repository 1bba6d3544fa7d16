import type { ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';
import type { StatementId } from '#signatures';
import type { TrustRecord } from '../records/trust.ts';
import type { ControlPlan } from './control-plan.ts';

/** Where a Git source stands: what is trusted, what the branch holds now, and what keeps the one from becoming the other. */
export interface SourceStatus {
  readonly source: string;
  readonly branch: string;
  /** Null: the operator has not said where trust begins, so nothing is applied. */
  readonly trust: TrustRecord | null;
  /** Head of the branch as last fetched, and when it was first seen. */
  readonly candidate: { readonly commit: string; readonly seenAt: Instant } | null;
  /** Why the candidate does not count. Empty: it does, or only its control plan waits. */
  readonly refusals: readonly ToldReason[];
  /** Approvals that wait with the control plan to be accepted. */
  readonly pending: readonly StatementId[];
  /** Commits among the newest ones that look like an approval and are none, and why. */
  readonly disregarded: readonly ToldReason[];
  /** The control plan that waits, with what it waits for. */
  readonly control: { readonly plan: ControlPlan; readonly reasons: readonly ToldReason[] } | null;
}
