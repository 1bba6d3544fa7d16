import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { UserRepository } from '../git/repository.ts';
import { askGit, type GitPlace, runGit } from '../git/run-git.ts';
import { userGit } from '../git/user-git.ts';

/**
 * Makes a repository by the system's git, or takes one that has no commit yet, and has it sign with this key from now
 * on.
 */
export async function newRepository(
  place: GitPlace,
  branch: string,
  signingKey: string,
  person: string,
): Promise<UserRepository> {
  const there = existsSync(join(place.folder, '.git'));
  if (there && (await askGit(place, ['rev-parse', '-q', '--verify', 'HEAD^{commit}'])).code === 0) {
    const hint = 'name a new folder; trust in a repository that has commits is begun by: rosctl trust init COMMIT';
    throw new CommandError('usage', `${place.folder} holds a repository that has commits already`, hint);
  }
  await runGit(place, ['init', '-q']);
  await runGit(place, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  await configure(place, 'gpg.format', 'ssh');
  await configure(place, 'user.signingKey', signingKey);
  await configure(place, 'commit.gpgSign', 'true');
  if ((await askGit(place, ['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT'])).code !== 0) {
    await configure(place, 'user.name', person);
    await configure(place, 'user.email', `${person}@localhost`);
  }
  return userGit(place);
}

/** In the repository alone, and only where the user's own configuration says something else. */
async function configure(place: GitPlace, name: string, value: string): Promise<void> {
  const now = await askGit(place, ['config', '--get', name]);
  if (now.code === 0 && now.stdout.trim() === value) return;
  await runGit(place, ['config', '--local', name, value]);
}
