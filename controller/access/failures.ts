import type { FailureKind } from '#failure';

/** Failures of saying who asks, and what they may do. */
export const ACCESS_FAILURES = {
  AccessInvalid: {
    retry: 'onChange',
    summary: 'The access file, which says who may do what, is not valid.',
    hint: 'Correct the fields that the message names; until then the last valid one counts, and at the start none.',
  },
  IssuerUnavailable: {
    retry: 'backoff',
    summary: 'The identity provider does not answer, and the key of the token is not known.',
    hint: 'Try again; the message says what the identity provider answered.',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that this folder throws. */
export type AccessFailureCode = keyof typeof ACCESS_FAILURES;
