import type { PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';
import type { StatementId } from '#signatures';
import { carrierOf } from './proofs.ts';
import type { StatementRecord } from './statements.ts';

/**
 * A person's yes to one id, in the one form of approval (approval.md §4). Whether they have a say is asked when it is
 * used.
 */
export interface Consent extends Pick<
  StatementRecord,
  'proof' | 'person' | 'firstSeenAt' | 'acceptedAt' | 'withdrawnAt'
> {
  /** Of the statement that it is. */
  readonly id: StatementId;
  readonly source: string;
  /** The id of a device plan, a fleet plan or a control plan. */
  readonly approves: PlanId;
  /** From when expiry counts: the first sight, or an earlier time that the commit or its signature names. */
  readonly startsAt: Instant;
}

/** A consent as it concerns one (plan, device) pair. */
export interface PairConsent extends Consent {
  /** It names this very plan, not a fleet plan among whose plans this is. */
  readonly own: boolean;
  /** The attempt that used it for this pair. */
  readonly spentBy: string | null;
  /** It was refused for this pair before, because its signer had brought the change. */
  readonly refused: boolean;
}

/**
 * What an attempt used up: a person's consent, or the standing word of a policy (`auto`) or of a rollout that rolls
 * back.
 */
export type SpentApproval =
  | { readonly kind: 'auto' | 'rollout'; readonly by: string }
  | {
      readonly kind: 'consent';
      /** The person. */
      readonly by: string;
      readonly id: StatementId;
      /** What carried its proof when it was first seen. */
      readonly carrier: string;
    };

/** What using a consent is kept as. */
export function spentOf({ id, person, proof }: Pick<Consent, 'id' | 'person' | 'proof'>): SpentApproval {
  return { kind: 'consent', by: person, id, carrier: carrierOf(proof) };
}

/** Approvals, and which of them were used for which (plan, device) pair: each pair once, and nothing gives it back. */
export interface ApprovalRecords {
  /** Of a statement that is noted. @returns false when it is known as an approval. */
  note(source: string, consent: Pick<Consent, 'id' | 'approves' | 'startsAt'>): Promise<boolean>;
  /**
   * What this source's approvals say about a pair, by the plan's own id or a recorded fleet plan's; in the order of
   * first sight.
   */
  consentsFor(source: string, planId: PlanId, device: DeviceName): Promise<readonly PairConsent[]>;
  /**
   * Remembers for good that these were refused for the pair because their signers had brought the change. Known ones
   * are no fault.
   */
  refuse(
    source: string,
    planId: PlanId,
    device: DeviceName,
    consents: readonly StatementId[],
    at: Instant,
  ): Promise<void>;
  /** @throws {Failure} `ApprovalSpent` when one of the consents was used for this pair before. */
  spend(planId: PlanId, device: DeviceName, attemptId: string, used: readonly SpentApproval[]): Promise<void>;
  /** What was used for this attempt. */
  spentFor(attemptId: string): Promise<readonly SpentApproval[]>;
  /** Newest first. */
  list(source: string, limit: number): Promise<readonly Consent[]>;
}
