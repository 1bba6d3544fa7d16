import type { Instant } from '../ports.ts';
import type { MaterialId, StatementId } from '#signatures';
import type { Proof } from './proofs.ts';

/**
 * What a key has signed, and what became of it. Whatever carries it anew, it keeps its first sight, withdrawal and
 * spending (approval.md §4).
 */
export interface StatementRecord {
  readonly statement: StatementId;
  /** As it was first seen. */
  readonly proof: Proof;
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
export type NewStatement = Omit<StatementRecord, 'firstSeenAt' | 'acceptedAt' | 'withdrawnAt'>;

/** Statements of each source, for ever; a new anchor alone forgets them, since plan ids are others from then on. */
export interface StatementRecords {
  /**
   * @returns what is known of each of these; those not seen before are noted with `at`. Writes nothing when all are
   * known.
   */
  note(
    source: string,
    statements: readonly NewStatement[],
    at: Instant,
  ): Promise<ReadonlyMap<StatementId, StatementRecord>>;
  /** What is known of these; nothing is noted. */
  known(source: string, ids: readonly StatementId[]): Promise<ReadonlyMap<StatementId, StatementRecord>>;
  /** The trusted head passed them. */
  accept(source: string, statements: readonly StatementId[], at: Instant): Promise<void>;
  /** Those that were neither accepted nor withdrawn. */
  waiting(source: string): Promise<readonly StatementRecord[]>;
  /**
   * Withdraws for good those that were never accepted, but for `kept`: they left the branch. Only those up to the
   * newest that was noted before the branch was fetched: what another controller saw since then may be newer than
   * that.
   */
  withdraw(source: string, kept: readonly StatementId[], at: Instant, upTo: number): Promise<void>;
  /** The number of the newest that was noted; 0: none was. */
  newest(source: string): Promise<number>;
  /** The keys themselves that signed under one of these ids. */
  materialsOf(ids: readonly string[]): Promise<readonly MaterialId[]>;
}
