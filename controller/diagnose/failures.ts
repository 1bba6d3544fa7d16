import type { FailureKind } from '#failure';

/** Failures of diagnostics; those of the router's line come beside them. */
export const DIAGNOSE_FAILURES = {
  ToolRefused: {
    retry: 'onChange',
    summary: 'This diagnostic is not among the tools that the device allows.',
    hint: 'Add it to spec.capabilities.tools of the RouterDevice; a bandwidth test needs it on both devices.',
  },
  TooManyDiagnostics: {
    retry: 'backoff',
    summary: 'Enough diagnostics of this device were asked for, or wait, already.',
    hint: 'Wait for those that run, or a minute.',
  },
  DiagnosticFailed: {
    retry: 'onChange',
    summary: 'The router began the diagnostic and says that it came to nothing.',
    hint: 'Do what the words of the router say; they stand in the message.',
  },
  DiagnosticLost: {
    about: 'controller',
    retry: 'onChange',
    summary: 'The controller that did the diagnostic ended before it did; what it had until then is kept.',
    hint: 'Start it again.',
  },
  RightGone: {
    retry: 'onChange',
    summary: 'Whoever asked for it may not do it any more: their token has expired, or their rights have changed.',
    hint: 'Log in again, or ask for the right, and start it again.',
  },
} as const satisfies Record<string, FailureKind>;
