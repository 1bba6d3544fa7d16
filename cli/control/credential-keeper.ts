import type { CredentialsView } from '#controller';
import { type CommandContext, optionPath } from '../command.ts';
import { type ControlClient, controlClient, operatorName } from './control-client.ts';
import { isUnavailable } from './controller-or-store.ts';

/** Who keeps the passwords: the running controller, else the store itself. */
export interface CredentialKeeper {
  set(name: string, secret: string): Promise<void>;
  list(): Promise<CredentialsView>;
  /** @returns whether there was one. */
  remove(name: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A store belongs to its controller while that runs, so the controller is asked first. @throws {Failure} `StoreLocked`
 * and others of the store.
 */
export async function openCredentialKeeper(context: CommandContext): Promise<CredentialKeeper> {
  const client = controlClient(context);
  return (await answers(client)) ? controllerAsKeeper(client) : await storeAsKeeper(context);
}

/** Whether a controller runs on the state folder. @throws {CommandError} when one may run and can not be asked. */
export async function answers(client: ControlClient): Promise<boolean> {
  try {
    await client.credentials();
    return true;
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
}

function controllerAsKeeper(client: ControlClient): CredentialKeeper {
  return {
    async set(name, secret) {
      await client.setCredential(name, secret);
    },
    list: () => client.credentials(),
    remove: async (name) => (await client.removeCredential(name)).removed,
    async close() {},
  };
}

async function storeAsKeeper(context: CommandContext): Promise<CredentialKeeper> {
  const { forgetSecret, keepSecret, keyOf, openStore, Secret } = await import('#controller');
  const folder = optionPath(context, 'state') ?? context.cwd;
  const databaseUrl = context.env['DATABASE_URL'];
  const key = await keyOf(context.env);
  const store = await openStore(databaseUrl === undefined ? { folder } : { databaseUrl });
  const act = () => ({ actor: `operator:${operatorName()}`, at: Date.now() });
  return {
    set: (name, secret) => keepSecret(store, key, name, new Secret(secret), act()),
    list: () => store.secrets.list(),
    remove: (name) => forgetSecret(store, name, act()),
    close: () => store.close(),
  };
}
