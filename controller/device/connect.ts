import { type OwnSecrets, SET_SECRET } from '#routeros';
import { connectReader, connectRouter, type RequestReport, type RestClock, type TlsTrust } from '#routeros/rest';
import {
  resolveCredential,
  resolveReadCredential,
  type CredentialBinding,
  type SecretSources,
} from '../credentials/index.ts';
import type { DeviceSession, ReadSession } from '../ports.ts';
import type { Target } from '../fleet/target.ts';
import { readSessionOn } from './read-session.ts';
import { sealedSession, type Vault } from './sealed-session.ts';

/** What a line to any router of the fleet needs. */
export interface Access {
  readonly bindings: readonly CredentialBinding[];
  readonly secrets: SecretSources;
  /** What must not come back from any router. */
  readonly ownSecrets: OwnSecrets;
  /** Certificate authorities in PEM, besides those of the system. */
  readonly ca: readonly string[];
  readonly clock: RestClock;
  /** How much faster than real time the clock runs. */
  readonly timeScale: number;
  /** Asked right before each request: what it throws ends the pass, and nothing is sent. */
  readonly beforeSend?: () => void;
  readonly onRequest: (report: RequestReport) => void;
}

/** The device's address, how its router proves who it is, and the name of its credentials. */
export type Destination = Pick<Target, 'address' | 'credential' | 'tls'>;

/**
 * The line to the router and the user it logs in with. No secret of its rows passes in clear; null for `vault`: none at
 * all.
 * @throws {Failure} of CREDENTIAL_FAILURES when the credential may not go there; nothing is sent then.
 */
export async function connectDevice(
  { address, credential, tls }: Destination,
  { bindings, secrets, ca, ...line }: Access,
  vault: Vault | null = null,
): Promise<{ readonly session: DeviceSession; readonly user: string }> {
  const { username, password } = await resolveCredential(bindings, credential, address, tls.mode, secrets);
  const session = connectRouter({
    url: address.origin,
    username,
    password: () => password.reveal(),
    tls: trustOf(tls, ca),
    ...line,
  });
  return { session: sealedSession(session, vault), user: username };
}

/** Behind it a secret is set or not, and nothing else is known of it. */
export const SET_OR_NOT: Vault = { seal: () => SET_SECRET, valueOf: () => undefined, values: [] };

/**
 * The line of the user that only reads. @throws {Failure} `ReadUserMissing` too, and those of CREDENTIAL_FAILURES;
 * nothing is sent then.
 */
export async function connectReadSession(
  { address, credential, tls }: Destination,
  { bindings, secrets, ca, ...line }: Access,
): Promise<{ readonly session: ReadSession; readonly user: string; readonly close: () => Promise<void> }> {
  const { username, password } = await resolveReadCredential(bindings, credential, address, tls.mode, secrets);
  const reader = connectReader({
    url: address.origin,
    username,
    password: () => password.reveal(),
    tls: trustOf(tls, ca),
    ...line,
  });
  return { session: readSessionOn(reader, line.ownSecrets), user: username, close: () => reader.close() };
}

function trustOf(tls: Target['tls'], ca: readonly string[]): TlsTrust {
  switch (tls.mode) {
    case 'verify':
      return { mode: 'verify', ca };
    case 'pinned':
      return { mode: 'pinned', fingerprint: tls.fingerprint ?? '' };
    case 'insecure':
      return { mode: 'insecure' };
  }
}
