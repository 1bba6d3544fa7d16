import { request as startRequest } from 'node:http';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { faultAtPath } from '#controller';
import { type InputOf, type OperationName, type OutputOf, requestOf, type WireRequest } from '#controller/operations';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { shellWord } from '../text/shell-word.ts';

/** The running controller, asked over its control socket. */
export interface ControlClient {
  readonly socketPath: string;
  /**
   * @throws {CommandError} `unavailable` when no controller answers, `usage` for a name it does not know, `failure`
   * with its reason otherwise.
   */
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
}

const TIMEOUT_MS = 60_000;

/** Where a controller with this state folder listens; the controller has the same rule (`socketPathIn`). */
export function controlSocketIn(stateFolder: string): string {
  return join(stateFolder, 'control.sock');
}

/** The controller of the `--state` folder. Nothing is sent before it is asked. */
export function controlClient(context: CommandContext): ControlClient {
  const state = optionText(context, 'state') ?? './state';
  const socketPath = controlSocketIn(resolve(context.cwd, state));
  return {
    socketPath,
    async ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
      const answer = await roundTrip(socketPath, requestOf(name, input), context.signal).catch((error: unknown) => {
        throw connectionError(error, socketPath, state);
      });
      return resultOf(answer) as OutputOf<Name>;
    },
  };
}

/** The operating system's name of whoever runs rosctl: the actor in the audit trail. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Passwords go through it, so it must not be one that somebody else put there. @throws {CommandError} `failure` */
function mustBeOwn(socketPath: string): void {
  const refused = faultAtPath(socketPath, 'own', 'socket');
  if (refused !== null) throw new CommandError('failure', `${socketPath} ${refused.fault}`, refused.hint);
}

async function roundTrip(
  socketPath: string,
  { method, path, body }: WireRequest,
  signal: AbortSignal,
): Promise<Answer> {
  mustBeOwn(socketPath);
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((done, fail) => {
    const request = startRequest({
      socketPath,
      method,
      path,
      headers: {
        'x-operator': operatorName(),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal,
      timeout: TIMEOUT_MS,
      // A kept connection may lead to a controller that has gone meanwhile.
      agent: false,
    });
    request.on('timeout', () => request.destroy(new Error('it did not answer in time')));
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.end(payload);
  });
}

function connectionError(error: unknown, socketPath: string, state: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ABORT_ERR' || error instanceof CommandError) return error;
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'only the user that runs the controller may talk to it: use that user, for instance with sudo -u';
    return new CommandError('failure', `${socketPath} belongs to another user`, hint);
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    const hint = `start one: rosctl controller --source SOURCE --state ${shellWord(state)}; or name its folder: --state FOLDER`;
    return new CommandError('unavailable', `no controller answers on ${socketPath}`, hint);
  }
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(
    'failure',
    `the controller on ${socketPath} can not be asked (${why})`,
    "look at the controller's log",
  );
}

function resultOf({ status, text }: Answer): unknown {
  const body = parsed(text);
  if (status === 200) return body;
  const { error = `status ${String(status)}`, message = 'the controller gave no reason' } = (body ?? {}) as {
    error?: string;
    message?: string;
  };
  if (status === 404) {
    throw new CommandError('failure', 'the controller does not know this request', 'use a rosctl of the same release');
  }
  if (error === 'NotFound' || error === 'BadRequest') throw new CommandError('usage', message);
  if (error === 'NoRevision' || error === 'NotRead') throw new CommandError('notKnown', message, 'see: rosctl status');
  throw new CommandError('failure', `${message} [${error}]`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CommandError('failure', 'the controller did not answer with JSON', 'use a rosctl of the same release');
  }
}
