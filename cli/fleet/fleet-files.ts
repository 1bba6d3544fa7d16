import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspectCheckout, type InspectedFolder, inspectFolder } from '#controller';
import { type CommandContext, optionPath } from '../command.ts';

/**
 * The files of a fleet as a controller would read them once they are committed: in a Git checkout what git lists,
 * elsewhere what lies there but for the state folder that `--state` names.
 * @throws {CommandError} where git can not tell; {Failure} with a code of SOURCE_FAILURES.
 */
export async function inspectFleet(context: CommandContext, named: string): Promise<InspectedFolder> {
  const { cwd, env, signal } = context;
  const folder = realFolder(resolve(cwd, named));
  const { checkoutPaths, isInCheckout } = await import('../git/checkout.ts');
  if (!isInCheckout(folder)) return await inspectFolder(folder, optionPath(context, 'state') ?? null);
  return await inspectCheckout(folder, await checkoutPaths({ folder, env, signal }));
}

/** A link to a folder of a checkout leads into that checkout. */
function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
