import {
  type Access,
  type Config,
  connectDevice,
  connectToRead,
  createClock,
  type Destination,
  type DeviceSession,
  loadConfig,
  openStore,
  passSecrets,
  proveReadUser,
  type PassSecrets,
  type Store,
  type Target,
} from '#controller';
import { makeOwnSecrets } from '#routeros';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { answers } from '../control/controller-or-store.ts';

/** The way to the routers of a fleet with the operator's credentials, without a controller. */
export interface RouterAccess {
  readonly config: Config;
  /** What every line needs. */
  readonly access: Access;
  /** @throws {Failure} of CREDENTIAL_FAILURES; nothing is sent then. */
  connect(destination: Destination): Promise<{ readonly session: DeviceSession; readonly user: string }>;
  /** The same line, which tells of secrets that they are set. */
  connectToRead(destination: Destination): Promise<{ readonly session: DeviceSession }>;
  /** Whether the router lets its read user in, and that user may do no more. @throws {Failure} */
  proveReader(target: Target, serial: string, signal: AbortSignal): Promise<void>;
  /** What the operator has bound of the secrets that the device's sections name. */
  secretsOf(target: Target): Promise<PassSecrets>;
  close(): Promise<void>;
}

/**
 * Reads what the controller would read: the credentials file, the CA, the key from the environment. @throws {Failure}
 * `ConfigInvalid` and others.
 */
export async function openRouterAccess(context: CommandContext): Promise<RouterAccess> {
  const { env, cwd } = context;
  const config = await loadConfig(
    {
      // The files as they lie there, in a clone too: what is committed and trusted concerns a controller.
      source: `folder:${optionPath(context, 'fleet') ?? cwd}`,
      state: optionPath(context, 'state') ?? cwd,
      credentials: optionPath(context, 'credentials'),
      ca: optionPath(context, 'ca'),
      listen: 'off',
    },
    env,
  );
  let store: Promise<Store> | undefined;
  const access: Access = {
    bindings: config.credentials,
    secrets: {
      environment: env,
      key: config.key,
      records: { get: async (name) => (await (store ??= openQuietStore(context, config))).secrets.get(name) },
    },
    ownSecrets: makeOwnSecrets(),
    ca: config.ca,
    clock: createClock(config.clockSpeed),
    timeScale: config.clockSpeed,
    onRequest: () => {},
  };
  return {
    config,
    access,
    connect: (destination) => connectDevice(destination, access),
    connectToRead: (destination) => connectToRead(destination, access),
    async proveReader(target, serial, signal) {
      await proveReadUser(target, access, serial, signal);
    },
    secretsOf: (target) => passSecrets(target.desired, target, config.secrets ?? [], access.secrets),
    async close() {
      // That it did not open was told to whoever needed it.
      await store?.then(
        (opened) => opened.close(),
        () => {},
      );
    },
  };
}

/** The store belongs to its controller while that runs. */
async function openQuietStore(context: CommandContext, config: Config): Promise<Store> {
  if (config.databaseUrl !== null) return await openStore({ databaseUrl: config.databaseUrl });
  if (await answers(controlClient(context))) {
    throw new CommandError(
      'failure',
      'the password lies in the store, which the running controller holds',
      'stop the controller for this, or bind the credentials to a file or a variable; rosctl status tells how the controller itself gets on',
    );
  }
  return await openStore({ folder: config.stateFolder });
}
