import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Door } from '../door.ts';
import { createMcpHandler, isLegacyRequest, type JSONRPCMessage, toNodeHandler } from '../sdk.ts';
import type { Served } from '../served.ts';
import type { Tool } from '../tool.ts';
import { bodyOf } from './body.ts';
import { type Caller, callerOf } from './caller.ts';
import type { HttpContent, HttpWorld } from './http-world.ts';
import type { HttpMetrics } from './metrics.ts';
import { refusal, type Refusal, refuse, refusedResponse } from './refusal.ts';
import { refusalFor, refusalOf, scopeRefusal } from './refusals.ts';
import { headersOf, toolsLeftBy } from './selection.ts';
import { Sessions } from './sessions.ts';
import { streamPlaces, TOO_MANY_STREAMS } from './stream-places.ts';

/** The endpoint of the protocol. */
export interface McpEndpoint {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends sessions and streams. */
  close(): Promise<void>;
}

/** What the endpoint rests on. */
export interface EndpointWorld extends HttpWorld {
  readonly publicUrl: string;
  readonly metrics: HttpMetrics;
}

/** As a server of Node gives it. */
type NodeRequest = IncomingMessage & { readonly method: string; readonly url: string };

/** One request of a caller who is known. */
interface Asked {
  readonly caller: Caller;
  /** Those that its headers leave. */
  readonly tools: readonly Tool[];
  /** As it was parsed; undefined: it has none. */
  readonly body: unknown;
  /** Aborts once its answer has ended, whoever ended it. */
  readonly closed: AbortSignal;
}

/** Speaks both eras of the protocol with callers whom the service knows. */
export function mcpEndpoint(world: EndpointWorld, content: HttpContent): McpEndpoint {
  const { metrics, now, tell } = world;
  const closing = new AbortController();
  const places = streamPlaces();
  const sessions = new Sessions({
    serve: (requestInfo, door) =>
      content.serverOf(servedTo(door, toolsLeftBy(requestInfo.headers, world.tools), 'legacy'), {
        era: 'legacy',
        requestInfo,
      }),
    now,
    tell,
  });

  function servedTo(door: Door, tools: readonly Tool[], era: 'legacy' | 'modern'): Served {
    const { version } = world;
    return { version, tools, door, now, noteCall: (note) => metrics.called(era, note) };
  }

  async function served(request: Request, { caller, tools, body, closed }: Asked): Promise<Response> {
    if (await isLegacyRequest(request, body)) return await sessions.answer({ request, caller, body, closed });
    // One handler for one request: no two callers share anything of it.
    const handler = createMcpHandler(
      (context) =>
        content.serverOf(servedTo(caller.requestDoor, tools, context.era), { ...context, requestInfo: request }),
      { legacy: 'reject', onerror: tell },
    );
    if (!isListen(body)) return await handler.fetch(request, { parsedBody: body });
    const following = servedTo(caller.door, tools, 'modern');
    const signal = AbortSignal.any([closed, closing.signal]);
    const leave = places.take(caller.me.actor);
    if (leave === null) return refusedResponse(refusal(429, TOO_MANY_STREAMS));
    closed.addEventListener('abort', leave, { once: true });
    const cut = await content.cut(following, body, signal);
    const response = await handler.fetch(request, { parsedBody: cut });
    if (response.headers.get('content-type') !== 'text/event-stream') return response;
    const uris = new Set(cut.params.notifications?.resourceSubscriptions);
    const end = (): void => void handler.close();
    content.follow(following, uris, handler.notify, signal).then(end, end);
    return response;
  }

  function refuseAndCount(response: ServerResponse, refused: Refusal): void {
    metrics.refused(refused.status);
    refuse(response, refused);
  }

  return {
    async answer(request, response) {
      const closed = new AbortController();
      response.once('close', () => closed.abort(ENDED));
      try {
        const tools = toolsLeftBy(headersOf(request), world.tools);
        const caller = await callerOf(world, request, closed.signal);
        const body = request.method === 'POST' ? await bodyOf(request) : undefined;
        const refused = scopeRefusal(caller, body, world);
        if (refused !== null) return refuseAndCount(response, refused);
        const fetch = async (asked: Request): Promise<Response> => {
          const told = await served(asked, { caller, tools, body, closed: closed.signal });
          const expired = caller.expired();
          if (expired === null || told.headers.get('content-type') !== 'application/json') return told;
          return refusedResponse(refusalOf(expired, request, world));
        };
        await toNodeHandler({ fetch }, { onerror: tell })(request as NodeRequest, response, body);
      } catch (error) {
        if (closed.signal.aborted) return;
        const refused = refusalFor(error, request, world);
        if (refused === null) tell(error instanceof Error ? error : new Error(String(error)));
        refuseAndCount(response, refused ?? refusal(500, DEFECT));
      }
    },
    async close() {
      closing.abort();
      await sessions.close();
    },
  };
}

/** Made once: an error of its own for each request would cost a look at the stack. */
const ENDED = new Error('The request has ended.');

const DEFECT = { code: 'Internal', message: 'The MCP server has a defect.', hint: 'Its log says more.' };

/** A request for a stream of what happens, whether its filter is one or not. */
type Listen = JSONRPCMessage & {
  readonly params: { readonly notifications?: { readonly resourceSubscriptions?: readonly string[] } };
};

function isListen(body: unknown): body is Listen {
  return typeof body === 'object' && body !== null && 'method' in body && body.method === 'subscriptions/listen';
}
