import type { DeviceName, Instant } from '../ports.ts';

/** Something that was done or decided, by whom and to what. `detail` never holds a secret. */
export interface AuditEvent {
  readonly at: Instant;
  readonly correlationId: string;
  /** `controller`, or the operator on the control socket (`operator:alice`). */
  readonly actor: string;
  readonly action: string;
  readonly device: DeviceName | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An event in the chain: `sequence` counts from 1 without gaps, the first `previousHash` is 64 zeros. */
export interface AuditRecord extends AuditEvent {
  readonly sequence: number;
  readonly previousHash: string;
  /** SHA-256 over the previous hash and the canonical event. */
  readonly hash: string;
}

/** One record of the chain, by its place and its hash: enough to see whether it is still there. */
export type AuditMark = Pick<AuditRecord, 'sequence' | 'hash'>;

/** How far the chain was walked. */
export interface AuditWalk {
  /** Sequence number of the first record that is changed or missing; null: there is none. */
  readonly brokenAt: number | null;
  /** The last record that follows from the one before it; null: none does. */
  readonly end: AuditMark | null;
}

/** The audit: append only, and each record binds the one before it, so that a change or a gap shows. */
export interface AuditRecords {
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { readonly device?: DeviceName; readonly limit: number }): Promise<readonly AuditRecord[]>;
  /**
   * Walks the whole chain up to its head, which is kept beside it, and looks for a mark that somebody `kept` elsewhere.
   * @returns the sequence number of the first record that is broken or missing, or null.
   */
  verify(kept?: AuditMark | null): Promise<number | null>;
  /**
   * Walks the chain from a record that was found in it (null: from its beginning) up to its head, and looks for the
   * marks on the way.
   */
  walk(from: AuditMark | null, marks: readonly AuditMark[]): Promise<AuditWalk>;
  /** The newest record, as it is kept outside of the chain; null: there is none. */
  head(): Promise<AuditMark | null>;
}
