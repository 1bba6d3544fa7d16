import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '#failure';
import { visibleJson } from '#visible';
import type { Authenticated } from '../access/authenticated.ts';
import type { Permission } from '../access/permissions.ts';
import type { Operation } from '../operations/operation.ts';
import { isStream } from '../operations/run.ts';
import { OPERATIONS, type OperationName } from '../operations/table.ts';
import { mustKnowFields } from '../operations/known-fields.ts';
import { givenIn } from '../operations/wire.ts';
import type { ApiDoorWorld } from './api-world.ts';
import { closingOf, lastEventIn, sendEvents } from './event-stream.ts';
import { followedBy } from './followed.ts';
import type { Quotas } from './quotas.ts';
import { failedAnswer } from './told-failure.ts';

/** What every answer of the API is, but streams. */
export const JSON_TYPE = 'application/json; charset=utf-8';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly permission?: Permission | null;
  }
  interface FastifyRequest {
    /** Anybody, until they have said who they are. */
    who: Authenticated;
  }
}

/** Serves one operation at a door. */
export function addRoute(app: FastifyInstance, world: ApiDoorWorld, name: OperationName, limits: Quotas): void {
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
        const actor = `address:${world.door === 'http' ? request.ip : 'local'}`;
        const outcome = error instanceof Failure ? error.code : 'Defect';
        world.accessLog.note({ actor, operation: name, device: null, outcome });
        await limits.noteRefused(request);
        throw error;
      });
      await limits.byPrincipal(request, request.who);
    },
    async handler(request, reply) {
      const principal = { ...request.who.principal, correlationId: request.id };
      const query = queryIn(request.url);
      mustKnowFields(operation, query, request.body);
      const given = givenIn(operation, inPath(operation, request), query, request.body);
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

function queryIn(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

function inPath({ path }: Operation, { params }: FastifyRequest): Readonly<Record<string, string>> {
  const given = params as Readonly<Record<string, string>>;
  const wild = /:(\w+)\*$/.exec(path)?.[1];
  const { '*': rest, ...named } = given;
  return wild === undefined ? given : { ...named, [wild]: `/${rest ?? ''}` };
}
