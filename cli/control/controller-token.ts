import { resolve } from 'node:path';
import { readPrivateText } from '#controller';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { unreadable } from '../input/files.ts';

/**
 * The token for a controller elsewhere: of ROUTEROS_GITOPS_TOKEN, the file that ROUTEROS_GITOPS_TOKEN_FILE names, or
 * `rosctl login`. @throws {CommandError} `usage` where there is none.
 */
export async function controllerToken(context: CommandContext, url: URL): Promise<string> {
  const given = await environmentToken(context);
  if (given !== null) return given;
  const { loggedInToken } = await import('../login/renewed-token.ts');
  const own = await loggedInToken(context, url);
  if (own !== null) return own;
  throw new CommandError(
    'usage',
    `nobody is logged in at ${url.href}`,
    `log in: rosctl login --controller ${url.href}, or give a token: ROUTEROS_GITOPS_TOKEN`,
  );
}

/** The token of the environment; null: there is none. @throws {CommandError} for a file that can or must not be read */
export async function environmentToken({ env, cwd }: Pick<CommandContext, 'env' | 'cwd'>): Promise<string | null> {
  const token = env['ROUTEROS_GITOPS_TOKEN'];
  if (token !== undefined && token !== '') return token.trim();
  const file = env['ROUTEROS_GITOPS_TOKEN_FILE'];
  return file === undefined || file === '' ? null : await tokenIn(resolve(cwd, file));
}

/** What to do where the token does not count: one of the environment goes before a login. */
export function otherTokenStep({ env }: CommandContext, url: URL): string {
  const login = `log in: rosctl login --controller ${url.href}`;
  const given = ['ROUTEROS_GITOPS_TOKEN', 'ROUTEROS_GITOPS_TOKEN_FILE'].find((name) => (env[name] ?? '') !== '');
  return given === undefined ? login : `it is that of ${given}: ask the operator for another, or unset it and ${login}`;
}

async function tokenIn(file: string): Promise<string> {
  const read = await readPrivateText(file, 'secret').catch((error: unknown) => {
    throw unreadable(`${file} with the token`, error);
  });
  if ('fault' in read) throw new CommandError('noInput', `${file} with the token ${read.fault}`, read.hint);
  return read.text.trim();
}
