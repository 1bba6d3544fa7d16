import type { DeviceName, Instant } from '../ports.ts';

/**
 * Where a proposal stands: `open` on its branch, `kept` in the store alone, `taken` into the followed branch,
 * `withdrawn` by somebody.
 */
export type ProposalState = 'open' | 'kept' | 'taken' | 'withdrawn';

/** A file that a proposal changes. */
export interface ProposedFile {
  readonly file: string;
  readonly made: boolean;
  /** As `git apply` takes it; `bare`: without the lines around, which may be about other devices. */
  readonly patch: string;
  readonly bare: string;
  /** What is put into the file as it is at the base; into nothing, where it is made. */
  readonly splices: readonly { readonly from: number; readonly to: number; readonly text: string }[];
}

/** A change that somebody proposed. */
export interface ProposalRecord {
  readonly id: string;
  readonly source: string;
  /** As the audit names them. */
  readonly proposedBy: string;
  readonly section: string;
  readonly reason: string;
  /** What was asked for, as RFC 8785 JSON. */
  readonly intent: string;
  /** The revision whose files it changes. */
  readonly base: string;
  readonly files: readonly ProposedFile[];
  /** Of whom something else would be desired. */
  readonly devices: readonly DeviceName[];
  readonly state: ProposalState;
  /** The commit on its branch; null: there is none. */
  readonly commit: string | null;
  readonly proposedAt: Instant;
  /** When it was made on its base. */
  readonly madeAt: Instant;
  readonly endedAt: Instant | null;
}

/** Proposals by source and id. */
export interface ProposalRecords {
  /**
   * Keeps a proposal, in place of the one of this id that `before` says it knows. @param before null: there is none.
   * @param most open ones of whoever proposes it. @returns why not: somebody else was quicker, or there are too many.
   */
  keep(record: ProposalRecord, before: ProposalRecord | null, most: number): Promise<'moved' | 'tooMany' | null>;
  get(source: string, id: string): Promise<ProposalRecord | null>;
  /** The newest first. */
  list(source: string, limit: number): Promise<readonly ProposalRecord[]>;
  /** Those that are to go on their branch, or whose branch is to go; the oldest first. */
  listUnsettled(source: string, limit: number): Promise<readonly ProposalRecord[]>;
  /** What of these was open has come into the followed branch. */
  take(source: string, ids: readonly string[], at: Instant): Promise<void>;
}
