import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Failure } from '#failure';
import { visibleJson } from '#visible';
import type { Access, Authenticated } from '../access/authenticated.ts';
import type { Permission } from '../access/permissions.ts';
import { operationsAt } from '../operations/at-door.ts';
import type { Operations } from '../operations/api.ts';
import type { Operation } from '../operations/operation.ts';
import { isStream } from '../operations/run.ts';
import { OPERATIONS, type OperationName } from '../operations/table.ts';
import { givenIn } from '../operations/wire.ts';
import type { Clock } from '../ports.ts';
import { newCorrelationId } from '../telemetry/correlation.ts';
import type { Logger } from '../telemetry/log.ts';
import { challengeOf, METADATA_PATH, resourceMetadata } from './challenge.ts';
import { closingOf, lastEventIn, sendEvents } from './event-stream.ts';
import { followedBy } from './followed.ts';
import type { HostVerdict } from './known-host.ts';
import { quotas } from './quotas.ts';
import { failedAnswer } from './told-failure.ts';
import type { WhoAsks } from './who-asks.ts';

/** What a door of the API serves, and to whom. */
export interface ApiDoorWorld {
  readonly door: 'http' | 'mcp';
  readonly operations: Operations;
  readonly access: Access;
  readonly whoAsks: WhoAsks;
  readonly judgeHost: (header: string | undefined) => HostVerdict;
  /** At which clients reach it, without a slash at the end. */
  readonly publicUrl: string;
  readonly behindProxy: boolean;
  /** Off where something is measured. */
  readonly limits: 'on' | 'off';
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the controller ends: streams are told to come again. */
  readonly closing: AbortSignal;
}

/** One door of the API: it answers requests that a server of Node hands to it. */
export interface ApiDoor {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;
const JSON_TYPE = 'application/json; charset=utf-8';
/** Late by more than that, the event loop would make a visit late. */
const MAX_LATE_MS = 250;
const SAMPLE_MS = 500;
/** A token in a URL ends up in logs and histories. */
const TOKEN_IN_QUERY = /[?&](access_token|token|authorization|bearer)=/i;

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly permission?: Permission | null;
  }
  interface FastifyRequest {
    /** Anybody, until they have said who they are. */
    who: Authenticated;
  }
}

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
  app.addHook('onRequest', async (request) => void (request.who = ANYBODY));
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(async (error, request, reply) => await fail(world, error, request, reply));
  app.setNotFoundHandler(async (request, reply) => {
    await fail(world, new Failure('NotFound', 'There is no such path here.'), request, reply);
  });
  await app.register(rateLimit, { global: false });
  app.addHook('onRequest', async ({ headers, url }) => refuseMisdirected(world, headers.host, url));
  if (world.limits === 'on') await app.register(underPressure, sheddingReads());
  app.get(METADATA_PATH, async () => resourceMetadata(world.publicUrl, world.access));
  const limits = quotas(app, world);
  for (const name of operationsAt(world.door)) addRoute(app, world, name, limits);
  await app.ready();
  if (handle === undefined) throw new Error('Fastify did not ask for a server');
  const answer = handle;
  return { handle: (request, response) => answer(request, response), close: async () => await app.close() };
}

function refuseMisdirected({ judgeHost }: ApiDoorWorld, host: string | undefined, url: string): void {
  const verdict = judgeHost(host);
  if (verdict === 'malformed') throw new Failure('BadRequest', 'The Host header is missing or malformed.');
  if (verdict === 'foreign')
    throw new Failure('Misdirected', 'This controller is not known by the name in the Host header.');
  if (TOKEN_IN_QUERY.test(url))
    throw new Failure('BadRequest', 'A token belongs into the Authorization header, never into the URL.');
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

function addRoute(
  app: FastifyInstance,
  world: ApiDoorWorld,
  name: OperationName,
  limits: ReturnType<typeof quotas>,
): void {
  const operation: Operation = OPERATIONS[name];
  const { operations } = world;
  app.route({
    method: operation.method,
    url: `/api/v1/${operation.path.replace(/:\w+\*$/, '*')}`,
    config: { permission: operation.needs.permission },
    async onRequest(request) {
      await limits.byAddress(request);
      if (operation.open === true) return;
      request.who = await world.whoAsks(request.headers).catch(async (error: unknown) => {
        await limits.noteRefused(request);
        throw error;
      });
      await limits.byPrincipal(request, request.who);
    },
    async handler(request, reply) {
      const { principal } = request.who;
      const { searchParams } = new URL(request.url, 'http://controller');
      const given = givenIn(operation, inPath(operation, request), searchParams, request.body);
      if (!isStream(name)) {
        const view = await operations.ask(principal, name, given);
        return await reply
          .type(JSON_TYPE)
          .header('cache-control', 'no-store')
          .send(visibleJson(JSON.stringify(view)));
      }
      const followed = followedBy(request.who, async () => await world.whoAsks(request.headers), world.clock);
      try {
        const signal = AbortSignal.any([followed.signal, world.closing, closingOf(reply.raw)]);
        const input = { ...given, ...lastEventIn(request.headers) };
        const events = await operations.follow(principal, name, input, signal);
        reply.hijack();
        await sendEvents(reply.raw, events, (error) => failedAnswer(error, request.id).body, signal);
      } finally {
        followed.end();
      }
      return reply;
    },
  });
}

function inPath({ path }: Operation, { params }: FastifyRequest): Readonly<Record<string, string>> {
  const given = params as Readonly<Record<string, string>>;
  const wild = /:(\w+)\*$/.exec(path)?.[1];
  const { '*': rest, ...named } = given;
  return wild === undefined ? given : { ...named, [wild]: `/${rest ?? ''}` };
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
