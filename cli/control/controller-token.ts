import { resolve } from 'node:path';
import { readPrivateText } from '#controller';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';

/**
 * The token for a controller elsewhere: of ROUTEROS_GITOPS_TOKEN or the file that ROUTEROS_GITOPS_TOKEN_FILE names. @throws
 * {CommandError} `usage` where there is none.
 */
export async function controllerToken({ env, cwd }: CommandContext, url: URL): Promise<string> {
  const token = env['ROUTEROS_GITOPS_TOKEN'];
  if (token !== undefined && token !== '') return token.trim();
  const file = env['ROUTEROS_GITOPS_TOKEN_FILE'];
  if (file !== undefined && file !== '') return await tokenIn(resolve(cwd, file));
  throw new CommandError(
    'usage',
    `nobody is logged in at ${url.href}`,
    `log in: rosctl login --controller ${url.href}`,
  );
}

async function tokenIn(file: string): Promise<string> {
  const read = await readPrivateText(file, 'secret').catch((error: unknown) => {
    throw new CommandError('noInput', `${file} with the token can not be read: ${String(error)}`);
  });
  if ('fault' in read) throw new CommandError('noInput', `${file} with the token ${read.fault}`, read.hint);
  return read.text.trim();
}
