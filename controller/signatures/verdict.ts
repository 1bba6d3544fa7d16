import type { Instant } from '../ports.ts';
import type { Signer } from '../trust-records.ts';

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
      /** The signer's key, or the subkey of that certificate. */
      readonly signedWith: string;
      /** When an OpenPGP signature says that it was made; null for SSH, which does not say. */
      readonly signedAt: Instant | null;
    }
  | { readonly ok: false; readonly code: SignatureFault; readonly message: string };
