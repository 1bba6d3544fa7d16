import { readFile } from 'node:fs/promises';
import { type Access, connectToRead, createClock, type Destination } from '#controller';
import { unbracketed } from '#hosts';
import { makeOwnSecrets } from '#routeros';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { knock } from '../doctor/knock.ts';
import { unreadable } from '../input/files.ts';
import { readSecretInput } from '../input/secret-input.ts';
import type { Reached } from './new-device.ts';
import type { Connect } from './read-routers.ts';

/** A router that is in no fleet yet, and the way to it with a password from standard input. */
export interface LoneRouter {
  readonly destination: Destination;
  readonly reached: NonNullable<Reached>;
  readonly connect: Connect;
}

const NAME = 'import';
const PASSWORD = 'ROSCTL_IMPORT_PASSWORD';

/** The router at `--address`, with the user `--user`. @throws {CommandError} `usage` */
export async function loneRouter(context: CommandContext): Promise<LoneRouter> {
  const address = URL.parse(optionText(context, 'address') ?? '');
  const user = optionText(context, 'user');
  if (address === null || !/^https?:$/.test(address.protocol) || address.hostname === '')
    throw new CommandError('usage', '--address takes a URL', 'for example: --address https://192.0.2.1');
  if (user === undefined) throw new CommandError('usage', '--address needs a user', 'for example: --user admin');
  const fingerprint = optionText(context, 'fingerprint') ?? null;
  const plain = address.protocol === 'http:';
  if (plain && optionText(context, 'environment') !== 'lab')
    throw new CommandError(
      'usage',
      'http carries the password in clear and is for lab devices only',
      'use https, or say --environment lab',
    );
  const tls = { mode: fingerprint === null ? ('verify' as const) : ('pinned' as const), fingerprint };
  const ca = optionPath(context, 'ca');
  const password = await readSecretInput(context, `Password of ${user} at ${address.host} (not shown):`);
  const access: Access = {
    bindings: [
      {
        name: NAME,
        username: user,
        from: { env: PASSWORD },
        hosts: [unbracketed(address.hostname)],
        tls: plain ? 'plaintext' : tls.mode,
      },
    ],
    secrets: { environment: { [PASSWORD]: password }, key: null, records: { get: () => Promise.resolve(null) } },
    ownSecrets: makeOwnSecrets(),
    ca: ca === undefined ? [] : [await pemIn(ca)],
    clock: createClock(1),
    timeScale: 1,
    onRequest: () => {},
  };
  return {
    destination: { address, credential: NAME, tls },
    reached: { address: address.origin, ...(fingerprint === null ? {} : { tls: { mode: 'pinned', fingerprint } }) },
    connect: (destination) => connectToRead(destination, access),
  };
}

/** What to do about a certificate that is not trusted: what is shown there, and the options that trust it. */
export async function untrustedText(
  { address, tls }: Destination,
  message: string,
  signal: AbortSignal,
): Promise<string> {
  const door = await knock(address, signal);
  if (door.kind === 'closed' || door.certificate === null) return message;
  const { subject, issuer, fingerprint } = door.certificate;
  const not = tls.mode === 'pinned' ? 'is not the one that --fingerprint names' : 'is not trusted';
  return `its certificate ${not}: ${subject}, issued by ${issuer}, fingerprint ${fingerprint}. Compare that with what the router itself says, /certificate print detail; then: --fingerprint ${fingerprint}, or the certificate of its CA: --ca FILE`;
}

async function pemIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}
