import type { Signer } from './signer.ts';
import type { MaterialId } from './key-material.ts';
import type { StatementId } from './statement.ts';

/** Why a signature proves nothing. */
export type SignatureFault =
  | 'Unsigned'
  | 'UnknownKey'
  | 'BadSignature'
  | 'WrongNamespace'
  | 'WeakKey'
  | 'KeyExpired'
  | 'KeyRevoked';

/** A signature that proves nothing, with why. */
export interface Unproven {
  readonly ok: false;
  readonly code: SignatureFault;
  readonly message: string;
}

/**
 * When an OpenPGP signature counts: the certificate must be in force when the signature says that it was made and when
 * it was first seen.
 */
export interface Validity {
  /** The certificate, for the reason. */
  readonly key: string;
  /** When the signature says that it was made; not a number: it does not say. */
  readonly signedAt: number;
  /** The certificate is in force from here, and until before there. */
  readonly from: number;
  readonly until: number;
  /** From then on the signature itself counts no more; Infinity: it does not expire. */
  readonly expiresAt: number;
}

/**
 * What a signature proves, by one roster: who made which statement. Whether it was made in time is asked once its
 * first sight is known.
 */
export type SignatureVerdict =
  | {
      readonly ok: true;
      readonly signer: Signer;
      /** The signer's key, or the subkey of that certificate. */
      readonly signedWith: string;
      readonly material: MaterialId;
      readonly statement: StatementId;
      /** Null for SSH, whose keys and signatures name no times. */
      readonly validity: Validity | null;
    }
  | Unproven;

/** Signatures from the future are refused; clocks may differ by so much. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Why a signature does not count yet; null: it is not from the future. */
export function fromFuture(validity: Validity | null, now: number): Unproven | null {
  // Not a number compares as false: a signature without a time is refused with those from the future.
  if (validity === null || validity.signedAt <= now + CLOCKS_DIFFER_MS) return null;
  return fault('BadSignature', `the signature by ${validity.key} claims to come from the future`);
}

function fault(code: SignatureFault, message: string): Unproven {
  return { ok: false, code, message };
}

/**
 * Why a signature did not count at the time when its statement was first seen; null: it did. A backdated signature of
 * an expired key proves nothing.
 */
export function untimely(validity: Validity | null, firstSeenAt: number): Unproven | null {
  if (validity === null) return null;
  const { key, signedAt, from, until, expiresAt } = validity;
  const early = fromFuture(validity, firstSeenAt);
  if (early !== null) return early;
  if (signedAt < from) return fault('BadSignature', `the signature by ${key} claims to be older than the key`);
  if (signedAt >= until || firstSeenAt >= until)
    return fault('KeyExpired', `the key ${key} expired on ${new Date(until).toISOString()}`);
  if (expiresAt <= firstSeenAt) return fault('BadSignature', `the signature by ${key} has expired itself`);
  return null;
}
