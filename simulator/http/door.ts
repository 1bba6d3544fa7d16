import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Faults } from '../faults/active.ts';
import type { Fault } from '../faults/fault.ts';
import { type Caller, ConsoleFailure } from '../model/console.ts';
import { type Answer, answerOf } from './answer.ts';
import { authenticate, type Login } from './authenticate.ts';
import { dispatch } from './dispatch.ts';
import { bodyObject, readBody, writeAnswer } from './exchange.ts';
import type { UserQueues } from './fifo.ts';
import type { MixUp } from './mix-up.ts';
import type { Packet, Way } from './reachability.ts';
import type { RecordedRequest, RequestLog } from './recorded.ts';
import { has, Reset, strikeAfter, strikeBefore, type Struck, withOddBytes } from './strike.ts';

/** What a hook sees of a request. */
export interface InterceptedRequest {
  readonly phase: 'before-effect' | 'after-effect';
  readonly method: string;
  /** Below /rest, with leading slash, without query string. */
  readonly path: string;
  readonly body: string;
  readonly user: string;
}

/**
 * Called for every authorised request, in its turn; throwing resets the connection (before the effect: instead of it),
 * a promise delays.
 */
export type Intercept = (request: InterceptedRequest) => void | Promise<void>;

/** What the door of one router needs. */
export interface DoorParts extends Struck {
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly queues: UserQueues;
  readonly logins: Map<string, Login>;
  readonly mixUp: MixUp;
  readonly latency: { readonly perRequestMs: number; readonly perRowMs: number };
  intercept(): Intercept | null;
  /** Changes with every reboot; a request that began before one has no effect after it. */
  boot(): number;
  /** Whether packets of the client get through at this moment. */
  way(packet: Packet): Way;
}

/** Answers one HTTP request as the router's web server does. */
export async function answerRequest(
  parts: DoorParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => undefined);
  const bytes = await readBody(request);
  if (bytes === undefined) {
    return;
  }
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  const below = path.startsWith('/rest/') ? path.slice('/rest'.length) : path === '/rest' ? '/' : undefined;
  const recorded = record(parts, request, below ?? path, search, bytes);
  const faults = parts.faults.hitting({ method: recorded.method, path: below ?? path, user: recorded.user });
  try {
    const answer = await answerInTurn(parts, request, { below, search, bytes, recorded, faults });
    const given = handedOut(parts, request, answer);
    recorded.status = given.status;
    writeAnswer(response, withOddBytes(given, faults), has(faults, 'raw-control') ? 'raw' : 'escaped');
  } catch (error) {
    if (!(error instanceof Reset)) {
      throw error;
    }
    // A TLS connection has no reset of its own; its end without a word says the same.
    if (request.socket instanceof TLSSocket) request.socket.destroy();
    else request.socket.resetAndDestroy();
  }
}

/** What this client gets: where answers are mixed up, perhaps somebody else's. @throws {Reset} */
function handedOut({ faults, mixUp }: DoorParts, request: IncomingMessage, answer: Answer): Answer {
  if (faults.standing('mixed-answers') === undefined) {
    return answer;
  }
  if (request.socket.destroyed) {
    mixUp.left();
    return answer;
  }
  const given = mixUp.given(answer);
  if (given === undefined) {
    throw new Reset();
  }
  return given;
}

interface Incoming {
  readonly below: string | undefined;
  readonly search: string;
  readonly bytes: Buffer;
  readonly recorded: RecordedRequest;
  readonly faults: readonly Fault[];
}

async function answerInTurn(parts: DoorParts, request: IncomingMessage, incoming: Incoming): Promise<Answer> {
  const { faults, recorded } = incoming;
  if (has(faults, 'refuse-source')) {
    throw new Reset();
  }
  if (has(faults, 'forbidden-html')) {
    return { status: 403, html: '<html><body><h1>Forbidden</h1></body></html>' };
  }
  if (recorded.method === 'OPTIONS') {
    return { status: 503 };
  }
  if (recorded.method === 'HEAD') {
    return { status: 501 };
  }
  if (incoming.below === undefined) {
    return { status: recorded.path === '/' ? 200 : 404, html: '<html><body>RouterOS</body></html>' };
  }
  const boot = parts.boot();
  try {
    if (has(faults, 'unauthorized')) {
      throw new ConsoleFailure('Unauthorized', 401);
    }
    const address = parts.router.facts.seenFrom ?? request.socket.remoteAddress ?? '';
    await passage(parts, request, packetOn(request.socket, address), boot);
    const caller = authenticate(parts.router, parts.logins, request.headers.authorization, address);
    const answer = await parts.queues.run(caller.user, (signal) =>
      carryOut(parts, request, incoming, { caller, boot, signal }),
    );
    // The answer belongs to a connection that was let in: only lost packets can still stop it.
    if (parts.way({ from: address, state: 'established' }) === 'silent') {
      await passage(parts, request, { from: address, state: 'established' }, boot);
    }
    return answer;
  } catch (error) {
    if (error instanceof Reset || parts.boot() !== boot) {
      throw error instanceof Reset ? error : new Reset();
    }
    return answerOf(error);
  }
}

/** Connections that have carried a request: their packets are `established`. */
const established = new WeakSet<Socket>();

function packetOn(socket: Socket, from: string): Packet {
  const state = established.has(socket) ? 'established' : 'new';
  established.add(socket);
  return { from, state };
}

/** TCP repeats what is lost for this long. */
const patience = 120_000;

/** Waits until packets get through again, as TCP does. @throws {Reset} when they do not. */
async function passage(parts: DoorParts, request: IncomingMessage, packet: Packet, boot: number): Promise<void> {
  const { clock } = parts.router;
  const end = clock.now() + patience;
  for (let way = parts.way(packet); way !== 'open'; way = parts.way(packet)) {
    if (way === 'closed' || clock.now() >= end || request.socket.destroyed || parts.boot() !== boot) {
      throw new Reset();
    }
    await clock.sleep(1000);
  }
}

/** Whose turn it is, since which boot, and until when. */
interface Turn {
  readonly caller: Caller;
  readonly boot: number;
  readonly signal: AbortSignal;
}

async function carryOut(
  parts: DoorParts,
  request: IncomingMessage,
  { below, search, bytes, recorded, faults }: Incoming,
  { caller, boot, signal }: Turn,
): Promise<Answer> {
  const path = below ?? '/';
  const seen = { method: recorded.method, path, body: recorded.body, user: caller.user };
  await hook(parts, { phase: 'before-effect', ...seen });
  const refusal = await strikeBefore(parts, faults);
  if (parts.boot() !== boot) {
    throw new Reset();
  }
  if (refusal !== undefined) {
    return refusal;
  }
  const answer = await effect(parts, request, { path, search, bytes }, caller, signal);
  await hook(parts, { phase: 'after-effect', ...seen });
  return strikeAfter(parts, faults, answer);
}

async function effect(
  parts: DoorParts,
  request: IncomingMessage,
  { path, search, bytes }: { readonly path: string; readonly search: string; readonly bytes: Buffer },
  caller: Caller,
  signal: AbortSignal,
): Promise<Answer> {
  const scheme = parts.router.facts.tls ? 'https' : 'http';
  let answer: Answer;
  try {
    answer = await dispatch(
      parts.router,
      {
        method: request.method ?? 'GET',
        path,
        query: [...new URLSearchParams(search)],
        body: bodyObject(bytes, request.headers['content-type']),
        origin: `${scheme}://${request.headers.host ?? ''}`,
      },
      caller,
      signal,
    );
  } catch (error) {
    answer = answerOf(error);
  }
  const rows = Array.isArray(answer.body) ? answer.body.length : 1;
  const delay = parts.latency.perRequestMs + parts.latency.perRowMs * rows;
  if (delay > 0) {
    await parts.router.clock.sleep(delay);
  }
  return answer;
}

async function hook(parts: DoorParts, request: InterceptedRequest): Promise<void> {
  try {
    await parts.intercept()?.(request);
  } catch {
    throw new Reset();
  }
}

function record(
  parts: DoorParts,
  request: IncomingMessage,
  path: string,
  search: string,
  bytes: Buffer,
): RecordedRequest {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const recorded: RecordedRequest = {
    method: request.method ?? 'GET',
    path: search === '' ? path : `${path}?${search}`,
    body: bytes.toString('utf8'),
    user: Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] ?? '',
    at: parts.router.clock.now(),
  };
  parts.requests.record(recorded);
  return recorded;
}
