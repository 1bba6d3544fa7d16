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

/** Which records are looked for; what is absent does not matter. */
export interface AuditSearch {
  readonly actor?: string | undefined;
  /** An action; one that ends with a dot stands for all that begin so. */
  readonly action?: string | undefined;
  /** Actions to leave out, alike. */
  readonly without?: string | undefined;
  readonly device?: DeviceName | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  /** Only records before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** What a search found. */
export interface AuditFound {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** To look on from, as `before`; null: there is no more. */
  readonly next: number | null;
}

/** The audit: append only, and each record binds the one before it, so that a change or a gap shows. */
export interface AuditRecords {
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { readonly device?: DeviceName; readonly limit: number }): Promise<readonly AuditRecord[]>;
  /** Looks through a bounded number of records: where it ends before the chain does, it says from where to look on. */
  search(search: AuditSearch): Promise<AuditFound>;
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
