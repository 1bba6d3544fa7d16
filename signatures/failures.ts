import type { FailureKind } from '#failure';

/** Failures of what signatures are taken from and checked with. */
export const SIGNATURE_FAILURES = {
  CommitMalformed: {
    retry: 'onChange',
    summary: 'A commit holds something that programs may read in different ways.',
    hint: 'Make that commit again with git; the detail says which one and what is wrong with it.',
  },
  KeyUnreadable: {
    retry: 'onChange',
    summary: 'A key cannot be read, or is of a kind that counts for nothing here.',
    hint: 'Give a line of a .pub file, an armoured OpenPGP public key, or a whole fingerprint.',
  },
} as const satisfies Record<string, FailureKind>;
