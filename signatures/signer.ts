import type { MaterialId } from './key-material.ts';

/** What a person may do, as the Roster says. */
export type Role = 'contributor' | 'approver' | 'policy';

/** Whose signature it is. */
export interface Signer {
  /** Name in the Roster. */
  readonly person: string;
  readonly roles: readonly Role[];
  /**
   * `SHA256:…` of an SSH key as ssh-keygen prints it, `OPENPGP:…` with a certificate's fingerprint in upper-case hex.
   */
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
