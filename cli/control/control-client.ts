import { request as startRequest } from 'node:http';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ApprovableView,
  type AuditView,
  type CredentialsView,
  type DriftView,
  faultAtPath,
  type HistoryView,
  type PlansView,
  type PlanView,
  type ReconcileView,
  type RolloutsView,
  type RolloutView,
  type SignersView,
  type StatusView,
  type TrustView,
} from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { shellWord } from '../text/shell-word.ts';

/**
 * The running controller, asked over its control socket. Every method
 * @throws {CommandError} `unavailable` when no controller answers, `usage` for a name it does not know, `failure` with
 * its reason otherwise.
 */
export interface ControlClient {
  readonly socketPath: string;
  status(): Promise<StatusView>;
  plans(): Promise<PlansView>;
  plan(idOrDevice: string): Promise<PlanView>;
  /** `fleet`, `control`, a device, a plan id or the beginning of one. */
  approvable(what: string): Promise<ApprovableView>;
  trust(): Promise<TrustView>;
  trustInit(commit: string): Promise<TrustView>;
  signers(): Promise<SignersView>;
  revoke(key: string, reason: string): Promise<{ readonly revoked: boolean }>;
  /** Of one device, or of all. */
  drift(device?: string): Promise<DriftView>;
  history(device: string, limit: number): Promise<HistoryView>;
  audit(limit: number, device?: string, kept?: string): Promise<AuditView>;
  rollouts(limit: number): Promise<RolloutsView>;
  /** By its id or the beginning of one. */
  rollout(id: string): Promise<RolloutView>;
  actOnRollout(id: string, request: RolloutRequest): Promise<RolloutView>;
  freeze(reason: string): Promise<unknown>;
  unfreeze(): Promise<unknown>;
  reconcile(devices: readonly string[]): Promise<ReconcileView>;
  credentials(): Promise<CredentialsView>;
  setCredential(name: string, secret: string): Promise<unknown>;
  removeCredential(name: string): Promise<{ readonly removed: boolean }>;
}

/** What is asked to be done to a rollout. */
export interface RolloutRequest {
  readonly action: string;
  readonly device?: string;
  readonly wave?: true;
  readonly reason?: string;
}

interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

const TIMEOUT_MS = 60_000;

/** Where a controller with this state folder listens; the controller has the same rule (`socketPathIn`). */
export function controlSocketIn(stateFolder: string): string {
  return join(stateFolder, 'control.sock');
}

/** The controller of the `--state` folder. Nothing is sent before its first method is called. */
export function controlClient(context: CommandContext): ControlClient {
  const state = optionText(context, 'state') ?? './state';
  const socketPath = controlSocketIn(resolve(context.cwd, state));
  const ask = async (exchange: Exchange): Promise<unknown> => {
    const answer = await roundTrip(socketPath, exchange, context.signal).catch((error: unknown) => {
      throw connectionError(error, socketPath, state);
    });
    return resultOf(answer);
  };
  const read = async <T>(path: string): Promise<T> => (await ask({ method: 'GET', path })) as T;
  const named = (resource: string, name: string): string => `${resource}/${encodeURIComponent(name)}`;
  return {
    socketPath,
    status: () => read('status'),
    plans: () => read('plans'),
    plan: (idOrDevice) => read(named('plans', idOrDevice)),
    approvable: (what) => read(named('approvable', what)),
    trust: () => read('trust'),
    trustInit: async (commit) => (await ask({ method: 'POST', path: 'trust', body: { commit } })) as TrustView,
    signers: () => read('signers'),
    revoke: async (key, reason) =>
      (await ask({ method: 'POST', path: 'revocations', body: { key, reason } })) as { readonly revoked: boolean },
    drift: (device) => read(device === undefined ? 'drift' : `drift?device=${encodeURIComponent(device)}`),
    history: (device, limit) => read(`${named('history', device)}?limit=${String(limit)}`),
    audit(limit, device, kept) {
      const only = device === undefined ? '' : `&device=${encodeURIComponent(device)}`;
      return read(
        `audit?limit=${String(limit)}${only}${kept === undefined ? '' : `&kept=${encodeURIComponent(kept)}`}`,
      );
    },
    rollouts: (limit) => read(`rollouts?limit=${String(limit)}`),
    rollout: (id) => read(named('rollouts', id)),
    actOnRollout: async (id, body) => (await ask({ method: 'POST', path: named('rollouts', id), body })) as RolloutView,
    freeze: (reason) => ask({ method: 'PUT', path: 'freeze', body: { reason } }),
    unfreeze: () => ask({ method: 'DELETE', path: 'freeze' }),
    reconcile: async (devices) =>
      (await ask({ method: 'POST', path: 'reconcile', body: { devices } })) as ReconcileView,
    credentials: () => read('credentials'),
    setCredential: (name, secret) => ask({ method: 'PUT', path: named('credentials', name), body: { secret } }),
    removeCredential: async (name) =>
      (await ask({ method: 'DELETE', path: named('credentials', name) })) as { readonly removed: boolean },
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

async function roundTrip(socketPath: string, { method, path, body }: Exchange, signal: AbortSignal): Promise<Answer> {
  mustBeOwn(socketPath);
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((done, fail) => {
    const request = startRequest({
      socketPath,
      method,
      path: `/v1/${path}`,
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
