import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type ControlClient, controlClient } from './control-client.ts';

/** How a command is done by the running controller, and how by the store alone. */
export interface TwoWays<T> {
  readonly controller: (client: ControlClient) => Promise<T>;
  readonly store: (store: Store) => Promise<T>;
}

/**
 * The running controller does it; while none runs, the store that one left. The store has a lock of its own, so it is
 * never opened beside a controller. @throws {CommandError} `unavailable` when there is neither, `usage` for a name that
 * nobody knows; {Failure} of the store.
 */
export async function byControllerOrStore<T>(context: CommandContext, ways: TwoWays<T>): Promise<T> {
  try {
    return await ways.controller(controlClient(context));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await byStore(context, ways, error);
  }
}

/** Whether a command failed because no controller runs. */
export function isUnavailable(error: unknown): error is CommandError {
  return error instanceof CommandError && error.exitCode === EXIT.unavailable;
}

async function byStore<T>(context: CommandContext, ways: TwoWays<T>, noController: CommandError): Promise<T> {
  const folder = optionPath(context, 'state') ?? context.cwd;
  const databaseUrl = context.env['DATABASE_URL'];
  // A store that is made here would answer for a folder with a misspelt name.
  if (databaseUrl === undefined && !existsSync(join(folder, 'store.db'))) throw noController;
  const { openStore } = await import('#controller');
  let store: Store | undefined;
  try {
    store = await openStore(databaseUrl === undefined ? { folder } : { databaseUrl });
    return await ways.store(store);
  } catch (error) {
    throw inWords(error, noController);
  } finally {
    await store?.close();
  }
}

function inWords(error: unknown, noController: CommandError): unknown {
  if (!(error instanceof Failure)) return error;
  if (error.code === 'NotFound') return new CommandError('usage', error.message);
  if (error.code !== 'StoreLocked') return error;
  const hint = 'a controller starts or stops right now: try again';
  return new CommandError('unavailable', `${noController.message}, and another process holds the store`, hint);
}
