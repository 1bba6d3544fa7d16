import type { Diagnostic } from '../desired/diagnostic.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent, ChangeRefusal, ChangeScope } from '../edits/intent.ts';
import type { ChangeOfFiles } from '../edits/make-change.ts';
import type { Authors } from '../policy/consent.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { ProposedFile } from '../records/proposals.ts';
import type { SourcePlace, SourceStatus } from './source-status.ts';

/** What of a source counts. */
export interface InForce {
  /** The state's name: a digest of the content, or the version that brought it. */
  readonly revision: string;
  readonly at: Instant;
  readonly inventory: Inventory;
  /** What a control plan that waits would make of it: gates ask the stricter of both. */
  readonly incoming: Inventory | null;
  /** The source as plan ids name it, unlike that of every other installation. */
  readonly planSource: string;
}

/**
 * One look at a source. `instead`: what counts from now on though the newest content does not; absent: what was in
 * force stays. `news`: approvals came or went, so devices that wait should ask again.
 */
export type Reading =
  | { readonly kind: 'inForce'; readonly inForce: InForce; readonly news: boolean }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly faults: readonly Diagnostic[];
      readonly instead?: InForce;
    };

/** What a change would make of the files that count now, and what would be declared then; or why it is not made. */
export type SourceChange =
  | { readonly ok: true; readonly base: string; readonly change: ChangeOfFiles; readonly inventory: Inventory }
  | { readonly ok: false; readonly base: string; readonly refusals: readonly ChangeRefusal[] };

/** A commit for the branch of a proposal. */
export interface ProposalCommit {
  readonly id: string;
  /** The revision that it goes on. */
  readonly base: string;
  readonly files: readonly Pick<ProposedFile, 'file' | 'made' | 'splices'>[];
  readonly message: string;
  readonly at: Instant;
  /** Where the branch is known to stand; null: there is none. */
  readonly before: string | null;
}

/** The branches of proposals, where a source has them; nothing else of it is ever written. */
export interface ProposalBranches {
  /**
   * @returns the commit's id. @throws {Failure} of GIT_FAILURES where it can't be written; `ProposalMoved`: the branch is not
   * where it was known to be.
   */
  put(commit: ProposalCommit): Promise<string>;
  /** Takes the branch away where it still stands there. @throws {Failure} as put */
  remove(id: string, at: string): Promise<void>;
}

/** Follows one source: reads it again, judges what it finds, and keeps what it decided in the store. */
export interface Source {
  /** `folder:…`, `git:…`. */
  readonly source: string;
  readonly place: SourcePlace;
  /** The last good state of an earlier life, without asking anybody outside; null: there is none. */
  restore(): Promise<InForce | null>;
  /**
   * Reads the source and judges it. The very same `inForce` object comes back while nothing changed.
   * @throws {Failure} with a code of SOURCE_FAILURES when it can't be read.
   */
  read(signal: AbortSignal): Promise<Reading>;
  /** Yields whenever it may have changed. */
  changes(signal: AbortSignal): AsyncIterable<void>;
  /**
   * The operator's word on where trust begins. @throws {Failure} `BadRequest` for a source without trust, and when the
   * version can not be used.
   */
  anchor(version: string, actor: string): Promise<void>;
  /**
   * Makes a change of the files that count now, and writes none of them. @throws {Failure} `NoRevision` while none do,
   * and those of reading the source.
   */
  change(intent: ChangeIntent, scope: ChangeScope): Promise<SourceChange>;
  /** Where values come from that the files that count now declare. @throws {Failure} as `change` */
  explain(asked: Explaining): Promise<Explained>;
  /** Null: the source has no branches, or none that can be written. */
  readonly proposals: ProposalBranches | null;
  /** Null for a source without trust. */
  status(): SourceStatus | null;
  /**
   * Who changed what is desired of a device after the revision `since` (null: ever). @param by the inventory that says
   * what feeds it and whose keys they are; null: that in force.
   */
  authorsOf(device: DeviceName, since: string | null, by: Inventory | null): Promise<Authors>;
  close(): Promise<void>;
}
