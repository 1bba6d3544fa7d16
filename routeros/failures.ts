import type { FailureKind } from '#failure';

/** Failures that a router, or the way to it, can cause. */
export const ROUTER_FAILURES = {
  Unreachable: {
    retry: 'backoff',
    summary: 'No connection to the router.',
    hint: 'Check power, address and path; the device is Deferred and catches up by itself.',
  },
  TlsUntrusted: {
    retry: 'onChange',
    summary: 'The router showed a certificate that is not trusted.',
    hint: 'Give the controller the CA, or pin the fingerprint in spec.tls.',
  },
  Timeout: {
    retry: 'backoff',
    summary: 'The router did not answer in time; a write may have taken effect.',
    hint: 'Nothing to do: the menu is read again before anything else.',
  },
  Unauthorized: {
    retry: 'onChange',
    summary: 'The router refused the user or the password.',
    hint: 'Run "rosctl doctor DEVICE"; it prints the commands that make the right user and group.',
  },
  NotPermitted: {
    retry: 'onChange',
    summary: "The router user's group lacks a policy.",
    hint: 'Run "rosctl doctor DEVICE"; it names the missing policy.',
  },
  RestDisabled: {
    retry: 'onChange',
    summary: 'REST is switched off on the router, or this is no RouterOS v7.',
    hint: 'Enable www-ssl (and rest-secure under /ip/service/webserver), or check the address.',
  },
  NoSuchItem: {
    retry: 'backoff',
    summary: 'The row is gone.',
    hint: 'Nothing to do: the next pass reads again and plans anew.',
  },
  NoSuchMenu: {
    retry: 'onChange',
    summary: 'This RouterOS version or package set has no such menu or command.',
    hint: 'Remove the section from the device capabilities, or install the package.',
  },
  Duplicate: {
    retry: 'backoff',
    summary: 'The router already has such a row.',
    hint: 'Nothing to do: the next pass reads again and plans anew.',
  },
  Refused: {
    retry: 'onChange',
    summary: 'The router refused the request.',
    hint: 'See the detail; the value may not be valid for this RouterOS version.',
  },
  SessionClosed: {
    retry: 'backoff',
    summary: 'The router ended the request after its limit of 60 seconds; a write may have taken effect.',
    hint: 'Nothing to do: the menu is read again before anything else.',
  },
  ServerError: {
    retry: 'backoff',
    summary: 'The router answered with an internal error.',
    hint: 'If it stays, look at the load and the log of the router.',
  },
  WrongBody: {
    retry: 'backoff',
    summary: 'The answer belongs to another request, as some versions give shortly after boot.',
    hint: 'Nothing to do: the controller waits and asks again.',
  },
  BadAnswer: {
    retry: 'backoff',
    summary: 'The answer is not what a RouterOS v7 router says.',
    hint: 'Check the address: something else may be listening there.',
  },
  AnswerTooLarge: {
    retry: 'onChange',
    summary: 'The router answers with more than the controller can hold in memory.',
    hint: 'Shorten the list on the router, or start the controller with a larger heap (NODE_OPTIONS=--max-old-space-size=MEGABYTES).',
  },
  CircuitOpen: {
    retry: 'backoff',
    summary: 'The router failed repeatedly; requests pause for a while.',
    hint: 'Nothing to do: a single request tries again after the pause.',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that a request to a router can end in. */
export type RouterFailureCode = keyof typeof ROUTER_FAILURES;
