import type { SignedBy } from '#signatures';

/**
 * What shows that a person said something, by its kind: the signature of a commit, or one that stands by itself over
 * what it says. Whether it holds was judged before it was kept.
 */
export type Proof =
  | {
      readonly kind: 'signature';
      /** The commit that carried it when it was first seen. */
      readonly commit: string;
      readonly by: SignedBy;
    }
  | {
      readonly kind: 'statement';
      /** `sha256:…` of what carried it when it was first seen. */
      readonly carrier: string;
      readonly by: SignedBy;
    };

/** What carried a proof when it was first seen: a commit id, or `sha256:…`. */
export function carrierOf(proof: Proof): string {
  return proof.kind === 'signature' ? proof.commit : proof.carrier;
}

/** The proof that a key gave in this carrier: a commit id, or `sha256:…`. */
export function proofIn(carrier: string, by: SignedBy): Proof {
  return carrier.startsWith('sha256:')
    ? { kind: 'statement', carrier, by }
    : { kind: 'signature', commit: carrier, by };
}

/** Whether it was made with one of these keys: a certificate's own, or the subkey that signed. */
export function isProvenWith({ by }: Proof, keys: ReadonlySet<string>): boolean {
  return [by.key, by.signedWith, by.material].some((id) => keys.has(id));
}
