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
  gitToken: Secret | null,
): Promise<OwnSecrets> {
  const ownSecrets = makeOwnSecrets();
  for (const { username, password } of await readableCredentials(bindings, sources))
    ownSecrets.add(password.reveal(), username);
  if (gitToken !== null) {
    const { user, secret } = loginOf(gitToken.reveal());
    ownSecrets.add(secret, user);
  }
  return ownSecrets;
}
