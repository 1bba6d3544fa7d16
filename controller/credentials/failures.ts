import type { FailureKind } from '#failure';

/** Failures on the way to a router's password. All of them come before any connection. */
export const CREDENTIAL_FAILURES = {
  CredentialBindingInvalid: {
    retry: 'onChange',
    summary: "The operator's credentials file is not valid.",
    hint: 'Correct the fields that the message names and start the controller again.',
  },
  CredentialUnknown: {
    retry: 'onChange',
    summary: 'The operator has bound no credentials of this name.',
    hint: "Add the name to the operator's credentials file, or correct spec.credentialsRef.",
  },
  CredentialHostRefused: {
    retry: 'onChange',
    summary: 'These credentials may not be sent to this address.',
    hint: "If the address is right, the operator adds it to hosts in the credentials file; a change in Git can't.",
  },
  CredentialTlsRefused: {
    retry: 'onChange',
    summary: 'These credentials ask for a better proof of who the router is.',
    hint: 'Use https with a trusted certificate or a pinned one (spec.tls), or lower tls in the credentials file.',
  },
  CredentialMissing: {
    retry: 'onChange',
    summary: 'The password is not where the credentials file says.',
    hint: 'Set the environment variable, write the file, or run "rosctl credentials set NAME".',
  },
  CredentialSealed: {
    retry: 'onChange',
    summary: 'The password in the store does not open with this key.',
    hint: 'Start the controller with the key it was sealed with, or run "rosctl credentials set NAME" anew.',
  },
  ReadUserMissing: {
    retry: 'onChange',
    summary: 'The credentials of this device name no user that only reads, so nothing is read of it live.',
    hint: 'Add "read: {username, from}" to them in the credentials file; "rosctl doctor --commands" prints the commands.',
  },
  SecretKeyInvalid: {
    retry: 'onChange',
    summary: 'The key for sealed passwords is not a key of 32 bytes.',
    hint: 'Make one with "openssl rand -hex 32" and keep it outside the store and outside Git.',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that this folder throws. */
export type CredentialFailureCode = keyof typeof CREDENTIAL_FAILURES;
