import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Failure } from '#failure';
import { visibleJson } from '#visible';
import type { Operations } from '../operations/api.ts';
import { operator } from '../access/principal.ts';
import { isStream } from '../operations/run.ts';
import { askedIn } from '../operations/wire.ts';
import { closingOf, lastEventIn, sendEvents } from './event-stream.ts';
import { listenOnSocket } from './unix-socket.ts';

/** Where rosctl finds the controller: a Unix socket in the state folder. */
export function socketPathIn(stateFolder: string): string {
  return path.join(stateFolder, 'control.sock');
}

const MAX_BODY_BYTES = 1_000_000;

/**
 * Serves the operations as JSON over HTTP on a Unix socket that only the controller's own user may open (mode 0600).
 * @throws {Failure} `ConfigInvalid`
 */
export async function serveSocket(socketPath: string, operations: Operations): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(operations, request, response);
  });
  await listenOnSocket(server, socketPath, 0o600);
  return server;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(operations: Operations, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answerTo(operations, request, response);
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(visibleJson(JSON.stringify(body)));
}

async function answerTo(operations: Operations, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  const { method = 'GET', url: path = '/' } = request;
  try {
    const asked = askedIn({ method, path, body: await bodyOf(request) });
    if (asked === null) return failed(404, 'NotFound', `There is no ${new URL(path, 'http://controller').pathname}.`);
    const principal = operator(String(request.headers['x-operator'] ?? 'unknown'));
    const { name, input } = asked;
    if (!isStream(name)) return { status: 200, body: await operations.ask(principal, name, input) };
    const gone = closingOf(response);
    const events = await operations.follow(principal, name, { ...input, ...lastEventIn(request.headers) }, gone);
    await sendEvents(response, events, (error) => failedBy(error).body, gone);
    return { status: 200, body: null };
  } catch (error) {
    return failedBy(error);
  }
}

function failedBy(error: unknown): Answer & { readonly body: object } {
  if (error instanceof Failure) return failed(409, error.code, error.message);
  return failed(500, 'Internal', error instanceof Error ? error.message : String(error));
}

function failed(status: number, error: string, message: string): Answer & { readonly body: object } {
  return { status, body: { error, message } };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Failure('BadRequest', 'The request is too large.');
    chunks.push(chunk);
  }
  if (bytes === 0) return null;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new Failure('BadRequest', 'The request is not JSON.');
  }
}
