import { createServer, type IncomingMessage, type Server } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { Failure } from '#failure';
import { visibleJson } from '#visible';
import type { Authenticated } from '../access/authenticated.ts';
import { operationsAt } from '../operations/at-door.ts';
import { newCorrelationId } from '../telemetry/correlation.ts';
import { addRoute, JSON_TYPE } from './api-route.ts';
import type { ApiDoor, ApiDoorWorld } from './api-world.ts';
import { challengeOf, METADATA_PATH, resourceMetadata } from './challenge.ts';
import { quotas } from './quotas.ts';
import { failedAnswer } from './told-failure.ts';
import { saidTwice } from './who-asks.ts';

const MAX_BODY_BYTES = 1_000_000;
/** Late by more than that, the event loop would make a visit late. */
const MAX_LATE_MS = 250;
const SAMPLE_MS = 500;
/** A token in a URL ends up in logs and histories. */
const TOKEN_NAME = /^\W*((\w+_)?token|authorization|bearer|jwt)\W*$/i;

const ANYBODY: Authenticated = {
  principal: { actor: 'anybody', may: () => false },
  rights: [],
  requestsPerMinute: 0,
  expiresAt: null,
};

/** Makes the routes of a door out of the one table. It listens nowhere. */
export async function openApiDoor(world: ApiDoorWorld): Promise<ApiDoor> {
  let handle: ApiDoor['handle'] | undefined;
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: false,
    genReqId: ({ headers }) => correlationOf(headers['traceparent']),
    frameworkErrors: (error, request, reply) => void fail(world, error, request, reply),
    // The proxy of the operator's says last where a request comes from; what it was told before may be made up.
    trustProxy: world.behindProxy ? (_, hop) => hop === 0 : false,
    serverFactory(handler): Server {
      handle = handler;
      return createServer();
    },
  });
  app.decorateRequest('who');
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(async (error, request, reply) => await fail(world, error, request, reply));
  app.setNotFoundHandler(async (request, reply) => {
    await fail(
      world,
      new Failure(
        'NotFound',
        'There is no such path here, or not for this method: /api/v1/openapi.json has those there are.',
      ),
      request,
      reply,
    );
  });
  await app.register(rateLimit, { global: false });
  app.addHook('onRequest', (request, _, done) => {
    request.who = ANYBODY;
    done(misdirected(world, request.raw));
  });
  if (world.limits.shedding) await app.register(underPressure, sheddingReads());
  app.get(METADATA_PATH, async () => resourceMetadata(world.publicUrl, world.access));
  app.get('/api/v1/openapi.json', async () => await openApi());
  const limits = quotas(app, world);
  for (const name of operationsAt(world.door)) addRoute(app, world, name, limits);
  await app.ready();
  if (handle === undefined) throw new Error('Fastify did not ask for a server');
  const answer = handle;
  return { handle: (request, response) => answer(request, response), close: async () => await app.close() };
}

/** Why a request gets no further, whoever sends it; undefined: it does. */
function misdirected(
  { judgeHost }: ApiDoorWorld,
  { url = '', headers, rawHeaders }: IncomingMessage,
): Failure | undefined {
  const twice = saidTwice(rawHeaders);
  if (twice !== undefined) return new Failure('BadRequest', `The header ${twice} is there twice.`);
  // Of a request that names its host itself the header says nothing (RFC 9112, 3.2.2).
  const [, named = headers.host] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  const verdict = judgeHost(named);
  if (verdict === 'malformed') return new Failure('BadRequest', 'The Host header is missing or malformed.');
  if (verdict === 'foreign')
    return new Failure('Misdirected', 'This controller is not known by the name in the Host header.');
  if (fieldsIn(url).some((name) => TOKEN_NAME.test(name)))
    return new Failure('BadRequest', 'A token belongs into the Authorization header, never into the URL.');
  return undefined;
}

/** Also those that somebody else's reader would find: some part fields by semicolons. */
function fieldsIn(url: string): readonly string[] {
  const [, query = ''] = /\?(.*)$/s.exec(url) ?? [];
  return [...new URLSearchParams(query.replaceAll(';', '&')).keys()];
}

async function openApi(): Promise<unknown> {
  const { default: file } = await import('#openapi', { with: { type: 'json' } });
  return file;
}

function sheddingReads(): object {
  return {
    maxEventLoopDelay: MAX_LATE_MS,
    sampleInterval: SAMPLE_MS,
    async pressureHandler({ method }: FastifyRequest) {
      if (method === 'GET')
        throw new Failure('Busy', 'The controller is late with its own work, which goes before reads.');
    },
  };
}

async function fail(world: ApiDoorWorld, error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { status, body } = failedAnswer(error, request.id);
  if (status === 500) world.log.error({ correlationId: request.id, err: error }, 'a request ended in a defect');
  if (status === 401 || status === 403) {
    const asked = {
      publicUrl: world.publicUrl,
      withToken: request.headers.authorization !== undefined,
      permission: request.routeOptions.config.permission ?? null,
    };
    void reply.header('www-authenticate', challengeOf(status, asked));
  }
  if (body.retryAfterSeconds !== null) void reply.header('retry-after', String(body.retryAfterSeconds));
  await reply
    .code(status)
    .type(JSON_TYPE)
    .header('cache-control', 'no-store')
    .send(visibleJson(JSON.stringify(body)));
}

const TRACE = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

function correlationOf(traceparent: string | readonly string[] | undefined): string {
  return (typeof traceparent === 'string' ? TRACE.exec(traceparent)?.[1] : undefined) ?? newCorrelationId();
}
