import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { type InputOf, type OperationName, operationsAt, type OutputOf, requestOf } from '#controller/operations';
import { unbracketed } from '#hosts';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { osErrorText } from '../text/os-error-text.ts';
import { controllerToken, otherTokenStep } from './controller-token.ts';
import { type Answer, type Destination, roundTrip } from './round-trip.ts';
import { parsedAnswer, toldError } from './told-error.ts';

/** A controller elsewhere, asked over its API. */
interface RemoteClient {
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
}

/** The controller at a URL, asked with the token of whoever is logged in there. Nothing is sent before it is asked. */
export function remoteClient(context: CommandContext, url: string): RemoteClient {
  const base = controllerUrl(url);
  return {
    async ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
      if (!operationsAt('http').includes(name)) {
        const hint = "run it on the controller's own machine, as its user, without --controller";
        throw new CommandError('usage', 'this is not to be had through --controller', hint);
      }
      const { path, ...request } = requestOf(name, input);
      const answer = await sent(context, base, { ...request, path: apiRootOf(base) + path });
      return resultOf(context, answer, base) as OutputOf<Name>;
    },
  };
}

/** The URL of a controller. @throws {CommandError} `usage` for one over which a token would go in plain text. */
export function controllerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url !== null && (url.hostname === 'localhost' || /^127\.|^\[::1\]$/.test(url.hostname));
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) return url;
  throw new CommandError(
    'usage',
    `--controller takes an https:// URL, not ${JSON.stringify(text)}`,
    'http:// would show your token to the network; it is only for this machine itself: http://127.0.0.1:9475',
  );
}

/** What the paths of the API begin with there, also where somebody gave the URL with it. */
export function apiRootOf(base: URL): string {
  return `${base.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}/api`;
}

/** The certificate authorities that count, in PEM: those of the system, and those of --ca. @throws {Error} of Node */
export async function authoritiesIn(context: CommandContext): Promise<string[]> {
  const file = optionPath(context, 'ca');
  const own = file === undefined ? [] : [await readFile(file, 'utf8')];
  return [...getCACertificates('default'), ...own];
}

async function sent(context: CommandContext, base: URL, request: Parameters<typeof roundTrip>[1]): Promise<Answer> {
  const token = await controllerToken(context, base);
  try {
    return await roundTrip(await destinationOf(context, base, token), request, context.signal);
  } catch (error) {
    if (context.signal.aborted || error instanceof CommandError) throw error;
    const refused = osErrorText(error);
    const why = refused?.words ?? (error instanceof Error ? error.message : String(error));
    const hint =
      refused?.hint ?? 'see that the URL is right, that it can be reached, and --ca where its certificate is your own';
    throw new CommandError('unavailable', `the controller at ${base.href} can not be asked: ${why}`, hint);
  }
}

async function destinationOf(
  context: CommandContext,
  { protocol, hostname, port }: URL,
  token: string,
): Promise<Destination> {
  const host = unbracketed(hostname);
  const headers = { authorization: `Bearer ${token}` };
  if (protocol === 'http:') return { host, port: port === '' ? 80 : Number(port), headers };
  const name = isIP(host) === 0 ? { servername: host } : {};
  return {
    host,
    port: port === '' ? 443 : Number(port),
    headers,
    ...name,
    ca: await authoritiesIn(context),
  };
}

/** Nothing is wrong with what was asked. */
const AWAY: ReadonlySet<string> = new Set(['TooManyRequests', 'Busy', 'IssuerUnavailable', 'StoreGone']);

/** What the API tells of a failure, as far as rosctl looks at it. */
interface Told {
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly retryAfterSeconds?: number | null;
}

function resultOf(context: CommandContext, { status, text }: Answer, base: URL): unknown {
  if (status === 200) return parsedAnswer(text);
  const { code = `status ${String(status)}`, message = 'no reason was given', hint, retryAfterSeconds } = toldIn(text);
  if (code === 'NotAuthenticated') {
    throw new CommandError('failure', message, otherTokenStep(context, base), code);
  }
  if (AWAY.has(code) || code.startsWith('status ')) {
    const wait = typeof retryAfterSeconds === 'number' ? `try again in ${String(retryAfterSeconds)} s` : hint;
    throw new CommandError('unavailable', `${message} [${code}]`, wait);
  }
  throw toldError(code, message);
}

/** A proxy may answer instead, with whatever it has. */
function toldIn(text: string): Told {
  try {
    return (JSON.parse(text) as Told | null) ?? {};
  } catch {
    return {};
  }
}
