import type { PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';
import type { StatementId } from '#signatures';
import type { StatementRecord } from './statements.ts';

/** A statement in the one form of approval (approval.md §4). Whether its signer has a say is asked when it is used. */
export interface ApprovalRecord extends StatementRecord {
  readonly source: string;
  /** The id of a device plan, a fleet plan or a control plan. */
  readonly approvedId: PlanId;
  /** From when expiry counts: the first sight, or an earlier time that the commit or its signature names. */
  readonly startsAt: Instant;
}

/** An approval as it concerns one (plan, device) pair. */
export interface Consent extends ApprovalRecord {
  /** It names this very plan, not a fleet plan among whose plans this is. */
  readonly own: boolean;
  /** The attempt that used it for this pair. */
  readonly spentBy: string | null;
  /** It was refused for this pair before, because its signer had brought the change. */
  readonly refused: boolean;
}

/** What an attempt used up: an approval (`commit`), or the standing word of a policy or of a rollout that rolls back. */
export interface SpentApproval {
  readonly kind: 'auto' | 'commit' | 'rollout';
  /** The person, the policies, or the rollout. */
  readonly by: string;
  /** What was signed, and the commit that first carried it. Null unless `kind` is `commit`. */
  readonly statement: StatementId | null;
  readonly commit: string | null;
}

/** Approvals, and which of them were used for which (plan, device) pair: each pair once, and nothing gives it back. */
export interface ApprovalRecords {
  /** Of a statement that is noted. @returns false when it is known as an approval. */
  note(source: string, approval: Pick<ApprovalRecord, 'statement' | 'approvedId' | 'startsAt'>): Promise<boolean>;
  /** What this source's approvals say about a pair, by the plan's own id or a recorded fleet plan's; in the order of first sight. */
  consentsFor(source: string, planId: PlanId, device: DeviceName): Promise<readonly Consent[]>;
  /** Remembers for good that these were refused for the pair because their signers had brought the change. Known ones are no fault. */
  refuse(
    source: string,
    planId: PlanId,
    device: DeviceName,
    statements: readonly StatementId[],
    at: Instant,
  ): Promise<void>;
  /** @throws {Failure} `ApprovalSpent` when one of the statements was used for this pair before. */
  spend(planId: PlanId, device: DeviceName, attemptId: string, used: readonly SpentApproval[]): Promise<void>;
  /** What was used for this attempt. */
  spentFor(attemptId: string): Promise<readonly SpentApproval[]>;
  /** Newest first. */
  list(source: string, limit: number): Promise<readonly ApprovalRecord[]>;
}
