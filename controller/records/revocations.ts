import type { Instant } from '../ports.ts';

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
