import type { KeyObject } from 'node:crypto';
import { Failure } from '#failure';
import { record, type EventOrigin } from '../events.ts';
import type { Store } from '../records/store.ts';
import { CREDENTIAL_NAME } from './binding.ts';
import { sealSecret } from './sealing.ts';
import type { Secret } from './secret.ts';

/**
 * Seals a password and keeps it under a bare name. @throws {Failure} `BadRequest` for the name, `SecretKeyInvalid`
 * without a key.
 */
export async function keepSecret(
  store: Store,
  key: KeyObject | null,
  name: string,
  secret: Secret,
  act: EventOrigin,
): Promise<void> {
  if (!CREDENTIAL_NAME.test(name)) {
    throw new Failure('BadRequest', 'The name of credentials has lower-case letters, digits and hyphens, at most 63.');
  }
  if (key === null) {
    throw new Failure(
      'SecretKeyInvalid',
      'Passwords can be kept only with a key: set ROUTEROS_GITOPS_KEY or ROUTEROS_GITOPS_KEY_FILE, for the controller too.',
    );
  }
  const sealed = sealSecret(key, name, secret);
  await store.transaction(async (records) => {
    await records.secrets.set({ name, sealed, updatedAt: act.at });
    await record(records, { action: 'credentials.set', device: null, detail: { name } }, act);
  });
}

/** @returns whether there was one under this name. */
export async function forgetSecret(store: Store, name: string, act: EventOrigin): Promise<boolean> {
  return await store.transaction(async (records) => {
    const removed = await records.secrets.remove(name);
    if (removed) await record(records, { action: 'credentials.removed', device: null, detail: { name } }, act);
    return removed;
  });
}
