import { Failure } from '#failure';
import { TRUST_LADDER, type SecretBinding } from './binding.ts';
import { isAllowedHost } from './hosts.ts';
import { trustOf, type SecretSources } from './resolve.ts';
import { openSecret } from './sealing.ts';
import { readSecret } from './secret-place.ts';
import type { Secret } from './secret.ts';

/** Where a secret would go. */
export interface SecretDestination {
  readonly address: URL;
  readonly tls: { readonly mode: 'verify' | 'pinned' | 'insecure' };
}

/**
 * The value that a name stands for, if it may go to this router; else why not, as a clause with what to do. It is read
 * last: a refusal never has one in hand.
 */
export async function resolveSecret(
  bindings: readonly SecretBinding[],
  name: string,
  { address, tls }: SecretDestination,
  sources: SecretSources,
): Promise<Secret | string> {
  const binding = bindings.find((each) => each.name === name);
  if (binding === undefined)
    return `the operator has bound no secret "${name}"; add it to secrets in the credentials file, and start the controller anew`;
  if (!isAllowedHost(binding.hosts, address))
    return `the secret "${name}" may not be sent to ${address.hostname}; add that to its hosts in the credentials file`;
  const trust = trustOf(address, tls.mode);
  if (trust === null || TRUST_LADDER.indexOf(trust) > TRUST_LADDER.indexOf(binding.tls))
    return `the secret "${name}" asks for at least "tls: ${binding.tls}" of its router; change spec.address or spec.tls of the device`;
  const value = await valueOf(binding, sources);
  if (typeof value === 'string' || SENDABLE.test(value.reveal())) return value;
  return `the secret "${name}" is not 8 to 64 printable ASCII characters; bind another value`;
}

/** What a passphrase may be; whatever else a router would read elsewise, or cut off. */
const SENDABLE = /^[ -~]{8,64}$/;

async function valueOf({ name, from }: SecretBinding, sources: SecretSources): Promise<Secret | string> {
  if (!('store' in from)) {
    const value = await readSecret(from, sources.environment);
    return typeof value === 'string' ? `the secret "${name}" is missing: ${value}` : value;
  }
  const sealed = await sources.records.get(name);
  if (sealed === null) return `the store has no secret "${name}"; run: rosctl credentials set ${name}`;
  if (sources.key === null) return `the secret "${name}" is sealed and there is no key; set ROUTEROS_GITOPS_KEY`;
  try {
    return openSecret(sources.key, name, sealed.sealed);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `the secret "${name}" cannot be opened; run: rosctl credentials set ${name}`;
  }
}
