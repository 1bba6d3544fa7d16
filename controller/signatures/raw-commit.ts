import type { Instant } from '../ports.ts';

/** Name, address and time in a commit's header: free text, which proves nothing. */
export interface CommitIdentity {
  readonly name: string;
  readonly email: string;
  readonly at: Instant;
}

/** A commit taken from one byte string, by our own strict parser (approval.md §6). */
export interface RawCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: CommitIdentity;
  readonly committer: CommitIdentity;
  readonly message: string;
  /** The armoured signature; null: none. */
  readonly signature: string | null;
  /** The bytes that a signature covers: the object without its gpgsig header. */
  readonly signedPayload: Uint8Array;
}
