import type { PlanId } from '#differ';
import type { DeviceName, Instant } from './ports.ts';
import type { MaterialId } from './signatures/key-material.ts';
import type { StatementId } from './signatures/statement.ts';

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

/** Which key made a signature. */
export interface SignedBy {
  /** As in Signer. */
  readonly key: string;
  /** The same, or the subkey of that certificate that made the signature. */
  readonly signedWith: string;
  /** The key that made it, itself. */
  readonly material: MaterialId;
}

/** The commit up to which a source's history is accepted (approval.md §1). */
export interface TrustRecord {
  readonly source: string;
  /** The trusted head: a whole commit id. */
  readonly head: string;
  readonly advancedAt: Instant;
  /** When the last control plan came into force; null: none has since the anchor. */
  readonly controlAt: Instant | null;
  /** Where the operator, outside Git, said that trust begins. Approvals at or below it never count. */
  readonly anchor: string;
  readonly anchoredAt: Instant;
  readonly anchoredBy: string;
}

/** One trusted head for each source. */
export interface TrustRecords {
  get(source: string): Promise<TrustRecord | null>;
  /** The operator's word: head and anchor become this commit, and every statement of the source is forgotten, with the approvals and the history that rest on them. */
  anchor(source: string, commit: string, at: Instant, by: string): Promise<void>;
  /** `control`: with a control plan that comes into force. @throws {Failure} `TrustMoved` when the head is not at `from` any more. */
  advance(source: string, from: string, to: string, at: Instant, control?: 'control'): Promise<void>;
}

/** What a key has signed, and what became of it. Whatever carries it anew, it keeps its first sight, withdrawal and spending (approval.md §4). */
export interface StatementRecord extends SignedBy {
  readonly statement: StatementId;
  /** The commit that carried it when it was first seen. */
  readonly commit: string;
  /** Who held the key then. */
  readonly person: string;
  /** The only time that an approval's expiry and a key's validity may rest on. */
  readonly firstSeenAt: Instant;
  /** When the trusted head first passed it; null: it waits, or never came in. */
  readonly acceptedAt: Instant | null;
  /** When it left the branch before it was accepted; null: it did not. It never comes back as news. */
  readonly withdrawnAt: Instant | null;
}

/** A statement at its first sight. */
export type SightedStatement = Omit<StatementRecord, 'firstSeenAt' | 'acceptedAt' | 'withdrawnAt'>;

/** Statements of each source, for ever; a new anchor alone forgets them, since plan ids are others from then on. */
export interface StatementRecords {
  /** @returns what is known of each of these; those not seen before are noted with `at`. Writes nothing when all are known. */
  note(
    source: string,
    statements: readonly SightedStatement[],
    at: Instant,
  ): Promise<ReadonlyMap<StatementId, StatementRecord>>;
  /** The trusted head passed them. */
  accept(source: string, statements: readonly StatementId[], at: Instant): Promise<void>;
  /** Those that were neither accepted nor withdrawn. */
  waiting(source: string): Promise<readonly StatementRecord[]>;
  /**
   * Withdraws for good those that were never accepted, but for `kept`: they left the branch. Only those up to the newest that was noted before the branch was fetched: what
   * another controller saw since then may be newer than that.
   */
  withdraw(source: string, kept: readonly StatementId[], at: Instant, upTo: number): Promise<void>;
  /** The number of the newest that was noted; 0: none was. */
  newest(source: string): Promise<number>;
  /** The keys themselves that signed under one of these ids. */
  materialsOf(ids: readonly string[]): Promise<readonly MaterialId[]>;
}

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

/** The device name under which control plans are approved and spent; no RouterDevice can have it. */
export const CONTROL = '(control)';

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

/** An object that people declare, by what it is and is called. */
export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** One object as a commit left it. */
export interface ObjectForm {
  /** What decides which devices it feeds: the selector of a RouterConfig, the document of a RouterDevice; null: it feeds none. */
  readonly feeds: unknown;
  /** Digest of its kind and spec: what gets the spec of another is that object under a new name. */
  readonly spec: string;
}

/** How a commit left one object. */
export interface ObjectChange extends ObjectName {
  /** None: it is gone. Only a commit that is no head of a range can hold it more than once. */
  readonly forms: readonly ObjectForm[];
  /** Whose signatures changed its content; null among them: nobody can tell who. None: only its name is new. */
  readonly statements: readonly (StatementId | null)[];
}

/** A commit of an accepted range, or of one that waits: what it says, and what it changed. */
export interface HistoryEntry {
  readonly commit: string;
  readonly statement: StatementId;
  readonly changes: readonly ObjectChange[];
}

/** A change with its place in the order of acceptance: once for each form and each signature. */
export interface PlacedChange extends ObjectName {
  /** Null: it is gone. */
  readonly form: ObjectForm | null;
  readonly position: number;
  /** False: its commit waits. */
  readonly accepted: boolean;
  /** Null where `by` is no person. */
  readonly statement: StatementId | null;
  /** Whose signature it was: who held the key then, and the key. `nobody`: only the name is new. */
  readonly by: { readonly person: string; readonly material: MaterialId } | 'unknown' | 'nobody';
}

/** Who changed which objects, in the order of acceptance; it decides who may not approve (approval.md §2). */
export interface HistoryRecords {
  /** Appends those that are not there yet, parents first. */
  append(source: string, entries: readonly HistoryEntry[]): Promise<void>;
  /** The trusted head passed these commits. */
  accept(source: string, commits: readonly string[]): Promise<void>;
  /** Forgets commits that wait but for those of `kept`: they left the branch, and come anew if they come back. */
  withdraw(source: string, kept: readonly string[]): Promise<void>;
  /** Where a commit stands: 0 is the anchor; null: it is neither that nor on record. */
  positionOf(source: string, commit: string): Promise<number | null>;
  /** All changes after a position, in order. */
  changesAfter(source: string, position: number): Promise<readonly PlacedChange[]>;
  /** All changes of these objects, in order. */
  changesOf(source: string, objects: readonly ObjectName[]): Promise<readonly PlacedChange[]>;
  /** The objects that ever had one of these specs. */
  objectsOfSpecs(source: string, specs: readonly string[]): Promise<readonly ObjectName[]>;
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
