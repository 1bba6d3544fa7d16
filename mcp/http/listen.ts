import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { isLoopback } from '#hosts';
import { oneLine } from '#visible';
import { hostHeaderValidation, originValidation } from '../sdk.ts';
import { toldShort } from '../told-short.ts';
import { METADATA_PATH, resourceMetadata } from './challenge.ts';
import { mcpEndpoint } from './endpoint.ts';
import { CONTENT, type HttpWorld } from './http-world.ts';
import { createHttpMetrics } from './metrics.ts';
import { refusal, refuse } from './refusal.ts';
import { refusalFor } from './refusals.ts';

/** A server that listens. */
export interface HttpServing {
  /** Where clients reach it, without a path. */
  readonly publicUrl: string;
  /** Takes no new connection, ends streams, lets calls end for a while, and closes what is left. */
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 32 * 1024;
const DRAIN_MS = 5000;
const READY_WITHIN_MS = 2000;

/** Serves the protocol at /mcp, what a token has to be, and the probes. @throws where it cannot listen. */
export async function serveOnHttp(given: HttpWorld, content = CONTENT): Promise<HttpServing> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(given.port, given.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : given.port;
  const publicUrl = given.publicUrl ?? `http://${bracketed(given.host)}:${String(port)}`;
  const metrics = createHttpMetrics(given.tools);
  const world = { ...given, tell: toldShort(given.tell), publicUrl, metrics };
  const endpoint = mcpEndpoint(world, content);
  const names = namesOf(given.host, publicUrl);
  const isForUs = hostHeaderValidation(names);
  const isFromUs = originValidation(names);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query] = (request.url ?? '').split(/\?(.*)/s);
    if (PROBES.has(path)) return await probe(path, response);
    if (!saysOneHost(request)) return refuse(response, refusal(400, WRONG_HOST));
    if (!isForUs(request, response) || !isFromUs(request, response)) return;
    if (path === METADATA_PATH) {
      const { mcpIssuers } = await world
        .doorOf({ authorization: '' })
        .ask('login', {}, AbortSignal.timeout(READY_WITHIN_MS));
      return send(
        response,
        200,
        'application/json',
        JSON.stringify(resourceMetadata(publicUrl, mcpIssuers, given.tools)),
      );
    }
    if (path !== '/mcp') return refuse(response, refusal(404, NOT_HERE));
    if (query !== undefined) return refuse(response, refusal(400, NO_QUERY));
    if (!METHODS.has(request.method ?? ''))
      return refuse(response, refusal(405, WRONG_METHOD, { allow: [...METHODS].join(', ') }));
    await endpoint.answer(request, response);
  }

  async function probe(path: string, response: ServerResponse): Promise<void> {
    if (path === '/healthz') return send(response, 200, TEXT, 'ok\n');
    if (path === '/metrics') {
      const { contentType, body } = await metrics.page();
      return send(response, 200, contentType, body);
    }
    const signal = AbortSignal.timeout(READY_WITHIN_MS);
    const fault = await world
      .doorOf({ authorization: '' })
      .ask('login', {}, signal)
      .then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    send(response, fault === null ? 200 : 503, TEXT, `${oneLine(fault ?? 'ok')}\n`);
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const refused = refusalFor(error, request, world);
      if (refused === null) world.tell(error instanceof Error ? error : new Error(String(error)));
      refuse(response, refused ?? refusal(500, { code: 'Internal', message: 'This is a defect.', hint: '' }));
    });
  });
  return {
    publicUrl,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await endpoint.close();
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

const PROBES = new Set(['/healthz', '/readyz', '/metrics']);
const METHODS = new Set(['GET', 'POST', 'DELETE']);
const TEXT = 'text/plain; charset=utf-8';

const NOT_HERE = { code: 'NotFound', message: 'There is no such path here.', hint: 'The protocol is spoken at /mcp.' };
const WRONG_METHOD = { code: 'BadRequest', message: 'There is no such method here.', hint: 'Post to /mcp.' };
const NO_QUERY = {
  code: 'BadRequest',
  message: 'The URL of /mcp takes no query, least of all a token.',
  hint: 'A token belongs into the header authorization, and what narrows the tools into headers of its own.',
};

const WRONG_HOST = {
  code: 'BadRequest',
  message: 'The header host is no host with or without a port, or is there twice.',
  hint: 'Send the host of the URL of this server, once.',
};

const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/** One that is in front, or a parser of URLs, may read more than a host otherwise. */
function saysOneHost({ headers, rawHeaders }: IncomingMessage): boolean {
  const given = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return given.length === 1 && HOST.test(headers.host ?? '');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

/** The names by which requests mean this server: that of the public URL, what is listened on, and loopback there. */
function namesOf(host: string, publicUrl: string): string[] {
  const loopback = isLoopback(host) ? ['localhost', '127.0.0.1', '[::1]'] : [];
  return [...new Set([bracketed(host), new URL(publicUrl).hostname, ...loopback])];
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
