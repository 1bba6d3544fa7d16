import { resolve } from 'node:path';
import { faultAtPath } from '#controller';
import { type InputOf, type OperationName, type OutputOf, requestOf, type WireRequest } from '#controller/operations';
import { CommandError } from '../command-error.ts';
import { NO_CONTROLLER } from '../json/error-kinds.ts';
import { type CommandContext, optionText } from '../command.ts';
import { osErrorText } from '../text/os-error-text.ts';
import { remoteClient } from './remote-client.ts';
import { type Answer, controlSocketIn, operatorName, roundTrip } from './round-trip.ts';
import { parsedAnswer, toldError } from './told-error.ts';

/** A running controller, asked over its control socket or over HTTPS. */
export interface ControlClient {
  /**
   * @throws {NoController} when none listens; {CommandError} `unavailable` when one can not be asked, `usage` for a name
   * it does not know, `failure` with its reason otherwise.
   */
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
}

/** Nobody listens there: what the store alone answers may be asked of that. */
export class NoController extends CommandError {
  constructor(message: string, hint: string) {
    super('unavailable', message, hint, NO_CONTROLLER);
  }
}

/** The controller of the `--state` folder, or the one at `--controller`. Nothing is sent before it is asked. */
export function controlClient(context: CommandContext): ControlClient {
  const url = optionText(context, 'controller');
  if (url !== undefined) return remoteClient(context, url);
  const state = optionText(context, 'state') ?? './state';
  const socketPath = controlSocketIn(resolve(context.cwd, state));
  return {
    async ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
      return resultOf(await answerOf(socketPath, requestOf(name, input), context.signal)) as OutputOf<Name>;
    },
  };
}

/** Passwords go through it, so it must not be one that somebody else put there. @throws {CommandError} `unavailable` */
function mustBeOwn(socketPath: string): void {
  const refused = faultAtPath(socketPath, 'own', 'socket');
  if (refused !== null) throw new CommandError('unavailable', `${socketPath} ${refused.fault}`, refused.hint);
}

async function answerOf(socketPath: string, request: WireRequest, signal: AbortSignal): Promise<Answer> {
  try {
    mustBeOwn(socketPath);
    const headers = { 'x-operator': operatorName() };
    return await roundTrip({ socketPath, headers }, request, signal);
  } catch (error) {
    throw connectionError(error, socketPath);
  }
}

function connectionError(error: unknown, socketPath: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ABORT_ERR' || error instanceof CommandError) return error;
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'only the user that runs the controller may talk to it: use that user, for instance with sudo -u';
    return new CommandError('unavailable', `${socketPath} belongs to another user`, hint);
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    const hint =
      'start one, in the fleet: rosctl controller; or name the folder of one that runs: --state, or ROSCTL_STATE';
    return new NoController(`no controller answers on ${socketPath}`, hint);
  }
  const refused = osErrorText(error);
  const why = refused?.words ?? (error instanceof Error ? error.message : String(error));
  const hint = refused?.hint ?? "look at the controller's log";
  return new CommandError('unavailable', `the controller on ${socketPath} can not be asked: ${why}`, hint);
}

function resultOf({ status, text }: Answer): unknown {
  const body = parsedAnswer(text);
  if (status === 200) return body;
  const { error = `status ${String(status)}`, message = 'the controller gave no reason' } = (body ?? {}) as {
    error?: string;
    message?: string;
  };
  if (status === 404) {
    throw new CommandError('failure', 'the controller does not know this request', 'use a rosctl of the same release');
  }
  throw toldError(error, message);
}
