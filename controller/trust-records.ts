import type { PlanId } from '#differ';
import type { DeviceName, Instant } from './ports.ts';

/** What a person may do, as the Roster says. */
export type Role = 'contributor' | 'approver' | 'policy';

/** Whose signature it is. */
export interface Signer {
  /** Name in the Roster. */
  readonly person: string;
  readonly roles: readonly Role[];
  /** `SHA256:…` of an SSH key as ssh-keygen prints it, `OPENPGP:…` with a certificate's fingerprint in upper-case hex. */
  readonly key: string;
}

/** The commit up to which a source's history is accepted (approval.md §1). */
export interface TrustRecord {
  readonly source: string;
  /** The trusted head: a whole commit id. */
  readonly head: string;
  readonly advancedAt: Instant;
  /** Where the operator, outside Git, said that trust begins. Approvals at or below it never count. */
  readonly anchor: string;
  readonly anchoredAt: Instant;
  readonly anchoredBy: string;
}

/** One trusted head for each source. */
export interface TrustRecords {
  get(source: string): Promise<TrustRecord | null>;
  /** The operator's word: head and anchor become this commit, and every approval commit, sighting and authorship of the source is forgotten. */
  anchor(source: string, commit: string, at: Instant, by: string): Promise<void>;
  /** @throws {Failure} `TrustMoved` when the head is not at `from` any more. */
  advance(source: string, from: string, to: string, at: Instant): Promise<void>;
}

/** When the controller first saw a commit: the only time that an approval's expiry and a key's validity may rest on (approval.md §4). */
export interface SightingRecords {
  /** @returns when each of these commits was first seen; those not seen before are noted with `at`. Writes nothing when all are known. */
  note(source: string, commits: readonly string[], at: Instant): Promise<ReadonlyMap<string, Instant>>;
  /** Which of these commits were seen and never accepted. */
  pending(source: string, commits: readonly string[]): Promise<ReadonlySet<string>>;
  /** Forgets commits that are accepted: nobody asks for them again. */
  forget(source: string, commits: readonly string[]): Promise<void>;
}

/** A signed commit in the one form of approval, its signature verified (approval.md §4). Whether its signer has a say is asked when it is used. */
export interface ApprovalCommit {
  readonly source: string;
  readonly commit: string;
  /** The id of a device plan, a fleet plan or a control plan. */
  readonly approvedId: PlanId;
  readonly person: string;
  /** `SHA256:…` of an SSH key, `OPENPGP:…` of a certificate. */
  readonly key: string;
  /** The same, or the subkey of that certificate that made the signature. */
  readonly signedWith: string;
  readonly firstSeenAt: Instant;
  /** From when expiry counts: the first sight, or an earlier time that the commit or its signature names. */
  readonly startsAt: Instant;
}

/** An approval commit as it concerns one (plan, device) pair. */
export interface Consent extends ApprovalCommit {
  /** It names this very plan, not a fleet plan among whose plans this is. */
  readonly own: boolean;
  /** The attempt that used it for this pair. */
  readonly spentBy: string | null;
}

/** What an attempt used up: an approval commit (`commit`), or the standing word of a policy or of a rollout that rolls back. */
export interface SpentApproval {
  readonly kind: 'auto' | 'commit' | 'rollout';
  /** The person, the policies, or the rollout. */
  readonly by: string;
  /** Null unless `kind` is `commit`. */
  readonly commit: string | null;
}

/** The device name under which control plans are approved and spent; no RouterDevice can have it. */
export const CONTROL = '(control)';

/** Approval commits, and which of them were used for which (plan, device) pair: each pair once, and nothing gives it back. */
export interface ApprovalRecords {
  /** @returns false when this commit of this source is known. */
  note(approval: ApprovalCommit): Promise<boolean>;
  /** What this source's commits say about a pair, by the plan's own id or a recorded fleet plan's; in the order of first sight. */
  consentsFor(source: string, planId: PlanId, device: DeviceName): Promise<readonly Consent[]>;
  /** @throws {Failure} `ApprovalSpent` when one of the commits was used for this pair before. */
  spend(planId: PlanId, device: DeviceName, attemptId: string, used: readonly SpentApproval[]): Promise<void>;
  /** What was used for this attempt. */
  spentFor(attemptId: string): Promise<readonly SpentApproval[]>;
  /** Newest first. */
  list(source: string, limit: number): Promise<readonly ApprovalCommit[]>;
}

/** A commit of an accepted range: who brought it and which files of the source it changed. */
export interface AuthorshipRecord {
  readonly commit: string;
  /** The verified signer. */
  readonly person: string;
  /** Paths below the source's path that differ from every parent. */
  readonly paths: readonly string[];
}

/** Who changed what, in the order of acceptance; it decides who may not approve (approval.md §2). */
export interface AuthorshipRecords {
  /** Appends those that are not there yet, parents first. */
  append(source: string, commits: readonly AuthorshipRecord[]): Promise<void>;
  /** Forgets those that were never accepted (they are sightings still) but for `kept`: they left the branch, and come anew if they come back. */
  withdraw(source: string, kept: readonly string[]): Promise<void>;
  /**
   * The people who changed one of these files after the commit `since`; null: after the anchor. A `since` that is neither the anchor nor on record gives
   * `unknown: true`.
   */
  authorsOf(
    source: string,
    since: string | null,
    paths: readonly string[],
  ): Promise<{ readonly people: readonly string[]; readonly unknown: boolean }>;
}

/** A key that the operator revoked outside Git: it beats every roster, at once. */
export interface RevocationRecord {
  readonly key: string;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** Revoked keys; revoking twice keeps the first, and there is no way back. */
export interface RevocationRecords {
  /** @returns false when it was revoked already. */
  revoke(revocation: RevocationRecord): Promise<boolean>;
  list(): Promise<readonly RevocationRecord[]>;
}
