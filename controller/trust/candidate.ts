import type { PlanId } from '#differ';
import type { MaterialId, Signer, StatementId } from '#signatures';
import type { Inventory } from '../desired/inventory.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { ProposalBranches, Reading, SourceChange } from '../fleet/source.ts';
import type { Instant } from '../ports.ts';
import type { ToldReason } from '../reasons.ts';
import type { ObjectChange } from '../records/history.ts';
import type { Proof } from '../records/proofs.ts';
import type { NewStatement, StatementRecord } from '../records/statements.ts';
import type { TrustRecord } from '../records/trust.ts';

/** What a source says at one version. */
export interface Content {
  /** Versions with equal content are one revision. */
  readonly digest: string;
  readonly inventory: Inventory;
}

/** A source that does not count, with why. */
export type RefusedReading = Extract<Reading, { kind: 'refused' }>;

/** Whoever brought something, with the key that they had then; `unknown`: nobody can tell who it was. */
export type Author = { readonly person: string; readonly material: MaterialId } | 'unknown';

/** What shows who brought an entry. Several people may have; `unknown` among them: these are not all. */
export interface Provenance {
  readonly proofs: readonly Proof[];
  readonly authors: readonly Author[];
}

/** What an entry approves; `refused`: it looks like an approval and is none. */
export type EntryApproval =
  | { readonly kind: 'none' }
  | { readonly kind: 'approval'; readonly by: Signer; readonly planId: PlanId }
  | { readonly kind: 'refused'; readonly by: Signer; readonly message: string };

/**
 * Something that came in after the trusted head and has provenance: a commit, or what a source without commits has in
 * its place.
 */
export interface Entry {
  /** A commit id, or `sha256:…`. */
  readonly id: string;
  /** `commit 1a2b3c4d5e6f "Subject"`: short enough for a line, long enough to find it. */
  readonly name: string;
  readonly statement: StatementId;
  readonly provenance: Provenance;
  /** From when the expiry of an approval in it counts (approval.md §4). */
  readonly startsAt: Instant;
  readonly approval: EntryApproval;
  readonly changes: readonly ObjectChange[];
  /** The proposal that it says it takes. It decides nothing but that this one is over. */
  readonly proposal?: string;
}

/** What a source holds now, if all that came in has provenance and its content is without faults. */
export interface Candidate {
  /** A commit id, or `sha256:…`. */
  readonly version: string;
  readonly seenAt: Instant;
  readonly content: Content;
  /** What came in after the trusted head: of two, the one that the other rests on first. */
  readonly entries: readonly Entry[];
  /** Kind and name of what an ignore file newly hides or shows: it counts as before until the control plan is approved. */
  readonly switched?: ReadonlySet<string>;
}

/** All the reasons why what a source holds is no candidate. */
export interface RefusedCandidate {
  readonly ok: false;
  readonly version: string;
  readonly reading: RefusedReading;
  readonly reasons: readonly ToldReason[];
}

/** A candidate, or why there is none. */
export type CandidateReading = { readonly ok: true; readonly candidate: Candidate } | RefusedCandidate;

/**
 * What is known of statements. Whoever follows a source notes those that were never seen as of now; for whoever only
 * looks they are as if seen now.
 */
export type FirstSights = (statements: readonly NewStatement[]) => Promise<ReadonlyMap<StatementId, StatementRecord>>;

/** What a candidate is judged by: the trusted head, and all that was said outside the source. */
export interface AsOf {
  readonly trust: TrustRecord;
  /** What counts at the trusted head. */
  readonly trusted: Content;
  /** Key ids; they beat every roster. */
  readonly revoked: ReadonlySet<string>;
  readonly now: Instant;
}

/**
 * One kind of source, as it is read: it tells what is there and who brought it, decides nothing of what counts, and
 * writes nothing.
 */
export interface SourceReader {
  /** The version that the source is at. @throws {Failure} with a code of SOURCE_FAILURES. */
  head(signal: AbortSignal): Promise<string>;
  /** @throws {Failure} with a code of SOURCE_FAILURES when the version can't be read. */
  contentAt(version: string): Promise<Content | RefusedReading>;
  /** Null: proposals cannot be written there. */
  readonly proposals: ProposalBranches | null;
  /** What a change would make of a version. @throws {Failure} as contentAt */
  changeAt(version: string, intent: ChangeIntent, scope: ChangeScope): Promise<SourceChange>;
  /** Where values come from that a version declares. @throws {Failure} like `contentAt` */
  explainAt(version: string, asked: Explaining): Promise<Explained>;
  /**
   * What came in between the trusted head and a version, as a whole (approval.md §1). @throws {Failure} as contentAt
   */
  candidateAt(version: string, asOf: AsOf, sights: FirstSights): Promise<CandidateReading>;
  /** What came in between two versions, by id; null: nobody can tell. */
  idsBetween(from: string, to: string): Promise<ReadonlySet<string> | null>;
  /** Yields whenever the source may have changed. */
  changes(signal: AbortSignal): AsyncIterable<void>;
  close(): Promise<void>;
}
