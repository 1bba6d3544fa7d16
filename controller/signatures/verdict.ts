import type { Instant } from '../ports.ts';

/** What a person may do, as the Roster says. */
export type Role = 'contributor' | 'approver' | 'policy';

/** Whose signature it is. */
export interface Signer {
  /** Name in the Roster. */
  readonly person: string;
  readonly roles: readonly Role[];
  /** `SHA256:…` of an SSH key as ssh-keygen prints it, `OPENPGP:…` with a certificate's fingerprint in upper-case hex. */
  readonly key: string;
}

/** Why a signature proves nothing. */
export type SignatureFault =
  | 'Unsigned'
  | 'UnknownKey'
  | 'BadSignature'
  | 'WrongNamespace'
  | 'WeakKey'
  | 'KeyExpired'
  | 'KeyRevoked';

/** What a signature proves, by one roster, at the time when the commit was first seen. */
export type SignatureVerdict =
  | {
      readonly ok: true;
      readonly signer: Signer;
      /** When an OpenPGP signature says that it was made; null for SSH, which does not say. */
      readonly signedAt: Instant | null;
    }
  | { readonly ok: false; readonly code: SignatureFault; readonly message: string };
