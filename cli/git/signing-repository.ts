import { type CommandContext, optionPath } from '../command.ts';
import type { UserRepository } from './repository.ts';
import { userGit } from './user-git.ts';

/** A clone in which is signed with the key of --signing-key, or as the person's git is set up. @throws {CommandError} */
export async function signingRepository(context: CommandContext, folder: string): Promise<UserRepository> {
  const { env, signal } = context;
  const file = optionPath(context, 'signing-key');
  if (file === undefined) return userGit({ folder, env, signal });
  const { readSigningKey } = await import('./signing-key.ts');
  const { keyGit } = await import('./key-git.ts');
  const { operatorName } = await import('../control/round-trip.ts');
  const name = operatorName();
  return keyGit(folder, await readSigningKey(file), { name, email: `${name}@localhost` }, Date.now);
}
