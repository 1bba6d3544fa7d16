import type { KeyObject } from 'node:crypto';
import { Failure } from '#failure';
import type { SecretRecords } from '../records/secrets.ts';
import { CREDENTIAL_NAME, readNameOf, TRUST_LADDER, type CredentialBinding, type Trust } from './binding.ts';
import { isAllowedHost } from './hosts.ts';
import { openSecret } from './sealing.ts';
import { readSecret, type Environment } from './secret-place.ts';
import type { Secret } from './secret.ts';

/** Whom to log in as on one router. The password stays behind a {@link Secret}, which no log or error prints. */
export interface Credential {
  readonly username: string;
  readonly password: Secret;
}

/** Where passwords may lie. The key is null when the operator gave none: then nothing sealed can be opened. */
export interface SecretSources {
  readonly environment: Environment;
  readonly records: Pick<SecretRecords, 'get'>;
  readonly key: KeyObject | null;
}

/**
 * The user and password that a name stands for, if they may go to this address in this way (approval.md §7). The
 * password is read last, so
 * a refusal never has one in hand, and before any connection.
 * @param tls `spec.tls.mode` of the device; an http address proves nothing, whatever it says.
 * @throws {Failure} `CredentialUnknown`, `CredentialHostRefused`, `CredentialTlsRefused`, `CredentialMissing`,
 * `CredentialSealed`
 */
export async function resolveCredential(
  bindings: readonly CredentialBinding[],
  name: string,
  address: URL,
  tls: Exclude<Trust, 'plaintext'>,
  sources: SecretSources,
): Promise<Credential> {
  const binding = admitted(bindings, name, address, tls);
  return { username: binding.username, password: await passwordOf(binding, sources) };
}

/**
 * The same of the user that only reads: it may go where the user that writes may, and nowhere else. @throws {Failure}
 * `ReadUserMissing` too.
 */
export async function resolveReadCredential(
  bindings: readonly CredentialBinding[],
  name: string,
  address: URL,
  tls: Exclude<Trust, 'plaintext'>,
  sources: SecretSources,
): Promise<Credential> {
  const binding = admitted(bindings, name, address, tls);
  if (binding.read === undefined) {
    throw new Failure(
      'ReadUserMissing',
      `The credentials "${name}" name no user that only reads. The operator adds "read: {username, from}" to them in the credentials file; "rosctl doctor --commands" prints how the router gets that user.`,
    );
  }
  const { username, from } = binding.read;
  return { username, password: await passwordOf({ name: readNameOf(name), from }, sources) };
}

/** @throws {Failure} unless the credentials may go there. */
function admitted(
  bindings: readonly CredentialBinding[],
  name: string,
  address: URL,
  tls: Exclude<Trust, 'plaintext'>,
): CredentialBinding {
  const binding = boundAs(bindings, name);
  if (!isAllowedHost(binding.hosts, address)) {
    throw new Failure(
      'CredentialHostRefused',
      `The credentials "${name}" may not be sent to ${address.hostname}. If that is the router, the operator adds it to their hosts in the credentials file.`,
    );
  }
  const trust = trustOf(address, tls);
  if (trust === null || TRUST_LADDER.indexOf(trust) > TRUST_LADDER.indexOf(binding.tls)) {
    const offered = trust === null ? 'another protocol than https' : OFFERED[trust];
    throw new Failure(
      'CredentialTlsRefused',
      `The credentials "${name}" ask for at least "tls: ${binding.tls}"; ${address.origin} has ${offered}. Change spec.address or spec.tls, or lower tls in the credentials file.`,
    );
  }
  return binding;
}

/** Every login whose password can be had now. The others are left out: whoever needs one is told why. */
export async function readableCredentials(
  bindings: readonly CredentialBinding[],
  sources: SecretSources,
): Promise<readonly Credential[]> {
  const readable: Credential[] = [];
  const logins = bindings.flatMap(({ name, username, from, read }) => [
    { name, username, from },
    ...(read === undefined ? [] : [{ name: readNameOf(name), ...read }]),
  ]);
  for (const login of logins) {
    try {
      readable.push({ username: login.username, password: await passwordOf(login, sources) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return readable;
}

const OFFERED = {
  verify: 'a certificate that a trusted CA signed',
  pinned: 'a pinned certificate',
  insecure: 'TLS without a check of the certificate',
  plaintext: 'http, which everybody on the way can read',
} as const satisfies Record<Trust, string>;

/** What is no name is not repeated: it may be a password in the wrong field. */
function boundAs(bindings: readonly CredentialBinding[], name: string): CredentialBinding {
  if (!CREDENTIAL_NAME.test(name)) {
    throw new Failure(
      'CredentialUnknown',
      'spec.credentialsRef is no bare name of lower-case letters, digits and hyphens. Paths, variables and passwords do not belong there.',
    );
  }
  const binding = bindings.find((each) => each.name === name);
  if (binding !== undefined) return binding;
  throw new Failure(
    'CredentialUnknown',
    `The operator has bound no credentials "${name}". Add them to the credentials file, or correct spec.credentialsRef.`,
  );
}

/** How surely a router at this address proves who it is; null: over no protocol that is known. */
export function trustOf(address: URL, tls: Exclude<Trust, 'plaintext'>): Trust | null {
  if (address.protocol === 'https:') return tls;
  return address.protocol === 'http:' ? 'plaintext' : null;
}

async function passwordOf(
  { name, from }: Pick<CredentialBinding, 'name' | 'from'>,
  sources: SecretSources,
): Promise<Secret> {
  if (!('store' in from)) {
    const secret = await readSecret(from, sources.environment);
    if (typeof secret !== 'string') return secret;
    throw new Failure('CredentialMissing', `The password of the credentials "${name}" is missing: ${secret}.`);
  }
  const sealed = await sources.records.get(name);
  if (sealed === null) {
    throw new Failure(
      'CredentialMissing',
      `The store has no password for the credentials "${name}". Run "rosctl credentials set ${name}".`,
    );
  }
  if (sources.key === null) {
    throw new Failure(
      'CredentialSealed',
      `The password of the credentials "${name}" is sealed and the controller was started without the key.`,
    );
  }
  return openSecret(sources.key, name, sealed.sealed);
}
