import type { DeviceName, Instant } from '../ports.ts';

/** Equal requests that came together: who asked for what, about which device, and how that ended. */
export interface Access {
  /** As the audit names them, or `address:IP` for whoever was not recognised. */
  readonly actor: string;
  /** Their name in the Roster, if it is known. */
  readonly person?: string;
  /** An operation's name, or `authenticate`. */
  readonly operation: string;
  readonly device: DeviceName | null;
  /** `ok`, or the code of the failure. */
  readonly outcome: string;
}

/** The same as it is kept. */
export interface AccessRow extends Access {
  /** When the first of them came. */
  readonly at: Instant;
  readonly count: number;
}

/** A row with its place in the order of writing. */
export interface KeptAccess extends AccessRow {
  readonly sequence: number;
}

/** Which rows are looked for; what is absent does not matter. */
export interface AccessSearch {
  readonly actor?: string | undefined;
  readonly operation?: string | undefined;
  readonly device?: DeviceName | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  /** Only those written before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** When somebody last came, and how often since the rows begin. */
export interface LastAccess {
  readonly actor: string;
  readonly at: Instant;
  readonly count: number;
}

/** Requests that change nothing. They are written in batches, each of which the audit chain holds the digest of. */
export interface AccessRecords {
  /** @param batch the correlation id of the record in the chain. */
  add(batch: string, writtenAt: Instant, rows: readonly AccessRow[]): Promise<void>;
  /** Newest first. */
  list(search: AccessSearch): Promise<readonly KeptAccess[]>;
  /** The rows of batches as they were written; a batch without any is left out. */
  batches(batches: readonly string[]): Promise<ReadonlyMap<string, readonly AccessRow[]>>;
  /** Of everybody who came, but for failed requests. */
  lastOf(): Promise<readonly LastAccess[]>;
  /** When the oldest batch was written; null: there is none. */
  oldest(): Promise<Instant | null>;
  /** Forgets batches that were written before. @returns how many rows went. */
  prune(before: Instant): Promise<number>;
}
