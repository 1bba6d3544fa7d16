import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '#controller';
import type { InputOf, OfflineName, OutputOf } from '#controller/operations';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { type ControlClient, controlClient, NoController } from './control-client.ts';
import { operatorName } from './round-trip.ts';
import { toldError } from './told-error.ts';

/** How a command is done by the running controller, and how by the store alone. */
export interface TwoWays<T> {
  readonly controller: (client: ControlClient) => Promise<T>;
  readonly store: (store: Store) => Promise<T>;
}

/**
 * What becomes of a folder that has no store yet: one that was made here would answer for a folder with a misspelt
 * name.
 */
type MissingStore = 'refused' | 'made';

/**
 * The running controller does it; while none runs, the store that one left. The store has a lock of its own, so it is
 * never opened beside a controller. @throws {CommandError} `unavailable` when there is neither, `usage` for a name that
 * nobody knows; {Failure} of the store.
 */
export async function byControllerOrStore<T>(
  context: CommandContext,
  ways: TwoWays<T>,
  missing: MissingStore = 'refused',
): Promise<T> {
  try {
    return await ways.controller(controlClient(context));
  } catch (error) {
    if (!(error instanceof NoController)) throw error;
    return await byStore(context, ways, missing, error);
  }
}

/** An answer, and who gave it. */
export interface Answered<T> {
  readonly answer: T;
  readonly by: 'controller' | 'store';
}

/** As `byControllerOrStore`, for what both answer alike. */
export async function askControllerOrStore<Name extends OfflineName>(
  context: CommandContext,
  name: Name,
  input: InputOf<Name>,
  missing: MissingStore = 'refused',
): Promise<Answered<OutputOf<Name>>> {
  const ways: TwoWays<Answered<OutputOf<Name>>> = {
    controller: async (client) => ({ answer: await client.ask(name, input), by: 'controller' }),
    async store(store) {
      const { askStore, keyOf } = await import('#controller');
      const opened = { store, key: () => keyOf(context.env), operator: operatorName() };
      return { answer: await askStore(opened, name, input), by: 'store' };
    },
  };
  return await byControllerOrStore(context, ways, missing);
}

/** Whether a controller runs on the state folder. @throws {CommandError} when one may run and can not be asked. */
export async function answers(client: ControlClient): Promise<boolean> {
  try {
    await client.ask('credentials', {});
    return true;
  } catch (error) {
    if (error instanceof NoController) return false;
    throw error;
  }
}

async function byStore<T>(
  context: CommandContext,
  ways: TwoWays<T>,
  missing: MissingStore,
  noController: CommandError,
): Promise<T> {
  const folder = optionPath(context, 'state') ?? context.cwd;
  const databaseUrl = context.env['DATABASE_URL'];
  if (missing === 'refused' && databaseUrl === undefined && !existsSync(join(folder, 'store.db'))) throw noController;
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
  if (error.code === 'NotFound') return toldError(error.code, error.message);
  if (error.code !== 'StoreLocked') return error;
  const hint = 'a controller starts or stops right now: try again';
  return new CommandError('unavailable', `${noController.message}, and another process holds the store`, hint);
}
