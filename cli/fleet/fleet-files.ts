import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { visible } from '#visible';
import { inspectCheckout, type InspectedFolder, inspectFolder } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { unreadable } from '../input/files.ts';

/**
 * The files of a fleet as a controller would read them once they are committed: in a Git checkout what git lists,
 * elsewhere what lies there but for the state folder that `--state` names.
 * @throws {CommandError} where git can not tell; {Failure} with a code of SOURCE_FAILURES.
 */
export async function inspectFleet(context: CommandContext, named: string): Promise<InspectedFolder> {
  const { cwd, env, signal } = context;
  const folder = await realFolder(resolve(cwd, named), named);
  const { checkoutAround, checkoutPaths } = await import('../git/checkout.ts');
  if (checkoutAround(folder) === null) return await inspectFolder(folder, optionPath(context, 'state') ?? null);
  return await inspectCheckout(folder, await checkoutPaths({ folder, env, signal }));
}

/**
 * A link to a folder of a checkout leads into that checkout. @throws {CommandError} `noInput` when it is no folder that
 * can be looked at.
 */
async function realFolder(folder: string, named: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw unreadable(named, error);
  }
  throw new CommandError(
    'noInput',
    `${visible(named)} is no folder`,
    'name the folder that holds the files of the fleet',
  );
}
