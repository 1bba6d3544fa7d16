import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connectRouter, type RestClock, type RestSession, type RouterOptions } from '#routeros/rest';

/** One request as it came in. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A server that answers as a test says, to the byte where it must. */
export interface RawRouter {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** How often somebody connected. */
  readonly connections: number;
  readonly openConnections: number;
  readonly busiest: number;
  answer(next: Answer): void;
  stop(): Promise<void>;
}

export async function startRawRouter(first: Answer, tls?: ServerOptions): Promise<RawRouter> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let answer = first;
  let connections = 0;
  let busy = 0;
  let busiest = 0;

  const listener: RequestListener = (incoming, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(request);
      busy += 1;
      busiest = Math.max(busiest, busy);
      response.once('close', () => (busy -= 1));
      await answer(request, response);
    })();
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    get busiest() {
      return busiest;
    },
    answer(next) {
      answer = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON as RouterOS does. */
export function json(status: number, value: unknown): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

/** RouterOS' words for a failure. */
export function refusal(status: number, detail?: string): Answer {
  return json(status, { ...(detail === undefined ? {} : { detail }), error: status, message: 'words' });
}

/** One answer after the other; the last one stays. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let at = 0;
  return (request, response) => {
    const next = answers[Math.min(at, answers.length - 1)];
    at += 1;
    return next?.(request, response);
  };
}

/** Answers the two reads by which a client proves that answers are its own, and leaves the rest to another. */
export function provable(rest: Answer): Answer {
  return (request, response) => {
    if (request.path.startsWith('/rest/system/identity')) return json(200, { name: 'r1' })(request, response);
    if (request.path.startsWith('/rest/system/resource')) {
      return json(200, { uptime: '1d', version: '7.20.8 (stable)' })(request, response);
    }
    return rest(request, response);
  };
}

/** A clock whose sleeps take no time: it jumps, and remembers how far. */
export function jumpingClock(): RestClock & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  let now = 0;
  return {
    pauses,
    monotonic: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      pauses.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** A session with that clock and no chance in its pauses: each backoff is three quarters of the longest. */
export function openSession(url: string, options: Partial<RouterOptions> = {}): RestSession {
  return connectRouter({
    url,
    username: 'gitops',
    password: 'correct horse',
    clock: jumpingClock(),
    random: () => 0.5,
    ...options,
  });
}
