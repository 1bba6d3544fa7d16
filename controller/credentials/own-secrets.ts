import { loginOf } from '#git';
import { makeOwnSecrets, type OwnSecrets } from '#routeros';
import type { CredentialBinding } from './binding.ts';
import { readableCredentials, type SecretSources } from './resolve.ts';
import type { Secret } from './secret.ts';

/**
 * Everything that we send to prove who we are, as far as it can be read now; a password that changes is added when it
 * is first sent.
 * @param gitToken what a repository is asked with; null: nothing.
 */
export async function readOwnSecrets(
  bindings: readonly CredentialBinding[],
  sources: SecretSources,
  gitTokens: readonly (Secret | null | undefined)[],
): Promise<OwnSecrets> {
  const ownSecrets = makeOwnSecrets();
  for (const { username, password } of await readableCredentials(bindings, sources))
    ownSecrets.add(password.reveal(), username);
  for (const token of gitTokens) {
    if (token === null || token === undefined) continue;
    const { user, secret } = loginOf(token.reveal());
    ownSecrets.add(secret, user);
  }
  return ownSecrets;
}
