import { setTimeout as pause } from 'node:timers/promises';
import {
  type InputOf,
  type OperationName,
  operationsAt,
  type OutputOf,
  requestOf,
  type WireRequest,
} from '#controller/operations';
import { codeOf } from '#failure';
import { type Door, DoorError, type DoorEvent, type DoorFailure } from '#mcp';
import { type Dispatcher, Pool } from 'undici';
import { away } from './away.ts';
import { eventsIn } from './events-in.ts';

/** Who comes, and as what they come. */
export type DoorHeaders = Readonly<Record<string, string>>;

/** Where a controller answers. */
export interface DoorPlace {
  /** `https://gitops.example.net`, or any where there is a socket. */
  readonly origin: string;
  /** What its paths begin with: `/api`. */
  readonly root: string;
  /** As people are told of it. */
  readonly name: string;
  /** What to do where the caller's token does not count; absent: what the service says. */
  readonly loginStep?: string;
  readonly tls?: { readonly ca: string[] };
  readonly socketPath?: string;
}

/** Gives what a request carries of its caller. @throws {DoorError} where they have to log in first. */
export type HeadersOf = () => DoorHeaders | Promise<DoorHeaders>;

const CONNECT_MS = 5000;
/** A router may answer slowly, and others may wait for it. */
const ANSWER_MS = 120_000;
const MOST_BYTES = 32_000_000;
const MOST_REQUESTS = 64;
/** A stream says every 15 s that it is there. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

/** The ways of many callers to one controller: they share its connections and nothing else. */
export function httpDoors(place: DoorPlace): (headersOf: HeadersOf) => Door {
  const { origin, tls, socketPath } = place;
  const options = {
    ...(socketPath === undefined ? {} : { socketPath }),
    connect: { timeout: CONNECT_MS, ...tls },
    headersTimeout: ANSWER_MS,
  };
  const answers = new Pool(origin, {
    ...options,
    connections: MOST_REQUESTS,
    bodyTimeout: ANSWER_MS,
    maxResponseSize: MOST_BYTES,
  });
  // Each holds its connection until it ends, so they get in the way of no answer.
  const streams = new Pool(origin, { ...options, connections: null, bodyTimeout: SILENCE_MS });
  const known = new Set<OperationName>(operationsAt('mcp'));
  return (headersOf) => doorOf({ place, answers, streams, known }, headersOf);
}

interface Ways {
  readonly place: DoorPlace;
  readonly answers: Pool;
  readonly streams: Pool;
  readonly known: ReadonlySet<OperationName>;
}

function doorOf({ place, answers, streams, known }: Ways, headersOf: HeadersOf): Door {
  /** @throws {DoorError} where the answer is a refusal, or there is none; of the signal when it aborts. */
  async function sent<T>(
    pool: Pool,
    { method, path, body }: WireRequest,
    more: DoorHeaders,
    signal: AbortSignal,
    read: (body: Dispatcher.ResponseData['body']) => T | Promise<T>,
  ): Promise<T> {
    const headers = { ...(await headersOf()), ...more, ...(body === undefined ? {} : JSON_BODY) };
    if (path.length > MOST_PATH) throw new DoorError(TOO_LONG);
    const request: Dispatcher.RequestOptions = {
      method,
      path: place.root + path,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    };
    try {
      const answer = await pool.request(request).catch(async (error: unknown) => {
        // A kept connection may lead to a controller that has gone meanwhile; to read twice is harmless.
        if (method !== 'GET' || signal.aborted || !isCut(error)) throw error;
        return await pool.request(request);
      });
      if (answer.statusCode === 200) return await read(answer.body);
      throw new DoorError(refusalIn(place, answer.statusCode, await answer.body.text()));
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof DoorError ? error : new DoorError(away(place.name, error));
    }
  }

  async function* streamed<T>(
    request: WireRequest,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<Step<T>> {
    const more = after === null ? {} : { 'last-event-id': after };
    const body = await sent(streams, request, more, signal, (each) => each);
    try {
      for await (const { kind, id, data } of eventsIn(body)) {
        if (kind === 'error') throw new DoorError(refusalIn(place, 503, data));
        if (kind === 'end') return void (yield 'end');
        yield { id, data: JSON.parse(data) as T };
      }
    } catch (error) {
      if (error instanceof DoorError) throw error;
      // Cut off: whoever follows comes again.
    } finally {
      body.destroy();
    }
  }

  return {
    has: (name) => known.has(name),
    ask: async <Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal) =>
      await sent(answers, requestOf(name, input), {}, signal, async (body) => (await body.json()) as OutputOf<Name>),
    async *follow<Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal) {
      const request = requestOf(name, input);
      let after: string | null = null;
      let began = false;
      for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          for await (const event of streamed<OutputOf<Name>>(request, after, signal)) {
            if (event === 'end') return;
            after = event.id ?? after;
            began = true;
            wait = FIRST_WAIT_MS;
            yield event;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (!began || !(error instanceof DoorError) || !error.failure.retryable) throw error;
        }
        await pause(wait, undefined, { signal }).catch(() => {});
      }
    },
  };
}

/** With the token that is all that a request of HTTP carries besides its body. */
const MOST_PATH = 12_000;

const TOO_LONG: DoorFailure = {
  code: 'BadRequest',
  message: 'What is asked for says more than one request carries.',
  hint: 'Ask with shorter values.',
  retryable: false,
  retryAfterSeconds: null,
  correlationId: null,
  field: null,
  status: 400,
};

const JSON_BODY = { 'content-type': 'application/json' };

type Step<T> = DoorEvent<T> | 'end';

function isCut(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');
}

/** What the service refuses with; a proxy may answer instead, with whatever it has. */
function refusalIn({ name, loginStep }: DoorPlace, status: number, text: string): DoorFailure {
  try {
    const told = JSON.parse(text) as Partial<DoorFailure> | null;
    if (typeof told?.code === 'string' && typeof told.message === 'string') {
      const isUnknown = told.code === 'NotAuthenticated' && loginStep !== undefined;
      return {
        ...(told as DoorFailure),
        ...(isUnknown ? { hint: `The person whom you help has to do it: ${loginStep}.` } : {}),
        status,
      };
    }
  } catch {
    // It is told below.
  }
  return away(name, new Error(`something answers ${String(status)}, and not as a controller does`));
}
