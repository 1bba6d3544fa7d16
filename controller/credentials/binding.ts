import type { SecretPlace } from './secret-place.ts';

/**
 * How surely the router proves who it is, best first; `plaintext` is http, where it proves nothing and everybody on
 * the way reads along.
 */
export const TRUST_LADDER = ['verify', 'pinned', 'insecure', 'plaintext'] as const;

/** One step of {@link TRUST_LADDER}. */
export type Trust = (typeof TRUST_LADDER)[number];

/**
 * What the operator allows, outside Git, for one name that RouterDevices may use as `credentialsRef` (approval.md §7).
 */
export interface CredentialBinding {
  readonly name: string;
  readonly username: string;
  /** Where the password is: an environment variable, a file, or sealed in the store under this name. */
  readonly from: SecretPlace | { readonly store: true };
  /**
   * Where it may be sent: IP addresses, networks (`192.0.2.0/24`) and host names, the latter exactly as the device's
   * address spells them.
   */
  readonly hosts: readonly string[];
  /**
   * The least that is good enough. `verify` takes a certificate of a trusted CA and nothing else: a pinned fingerprint
   * comes out of Git, so whoever may edit there could pin his own. `pinned` takes both, `insecure` any TLS,
   * `plaintext` http too.
   */
  readonly tls: Trust;
  /** A second user of the same routers, which can write nothing: live reads go through it. Absent: there are none. */
  readonly read?: ReadLogin;
}

/** Whom to log in as for reading, with the hosts and the least trust of the binding. */
export interface ReadLogin {
  readonly username: string;
  /** As for the user that writes; in the store it lies under `NAME-read`. */
  readonly from: CredentialBinding['from'];
}

/** The name under which the store keeps the password of a binding's read user. */
export function readNameOf(name: string): string {
  return `${name}-read`;
}

/** What the operator allows, outside Git, for one name that sections may use as `secretRef`. */
export interface SecretBinding extends Pick<CredentialBinding, 'name' | 'from' | 'hosts'> {
  /** The least that is good enough; a secret never goes over http. */
  readonly tls: Exclude<Trust, 'plaintext'>;
}

/** A bare name; never a path, a variable or the secret itself. */
export const CREDENTIAL_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
