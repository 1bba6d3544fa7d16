import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Door } from '../door.ts';
import { type McpServing, WebStandardStreamableHTTPServerTransport } from '../sdk.ts';
import type { Caller } from './caller.ts';
import { refusal, refusedResponse } from './refusal.ts';
import { watchRights } from './rights-watch.ts';

const MOST_SESSIONS = 100;
const IDLE_MS = 10 * 60_000;

interface Session {
  readonly id: string;
  /** The only one who may use it, whichever token they bring. */
  readonly actor: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly serving: McpServing;
  readonly idle: NodeJS.Timeout;
  usedAt: number;
  /** Open requests: while there is one it is not idle. */
  open: number;
}

/** What a session is made of. */
export interface SessionsWorld {
  /** The server of a new session; its door is that of whichever request is being answered. */
  readonly serve: (request: Request, door: Door) => McpServing;
  readonly now: () => number;
  readonly tell: (error: Error) => void;
}

/** What a request of a client of 2025 brings. */
export interface SessionRequest {
  readonly request: Request;
  readonly caller: Caller;
  /** As it was parsed; undefined: it has none. */
  readonly body: unknown;
  /** Aborts once its answer has ended, whoever ended it. */
  readonly closed: AbortSignal;
}

/**
 * Sessions of clients of 2025, without which they could not subscribe. Each belongs to one principal: for another it
 * is not there. What is asked in it is asked with the token of that very request.
 */
export class Sessions {
  readonly #world: SessionsWorld;
  readonly #open = new Map<string, Session>();
  readonly #asking = new AsyncLocalStorage<Door>();

  constructor(world: SessionsWorld) {
    this.#world = world;
  }

  async answer(asked: SessionRequest): Promise<Response> {
    const { request, caller, body } = asked;
    const id = request.headers.get('mcp-session-id');
    const session = id === null ? undefined : this.#open.get(id);
    if (id !== null && session?.actor !== caller.me.actor) return noSession();
    if (session !== undefined) return await this.#within(session, asked);
    if (!isInitialize(body)) return sessionNeeded();
    const begun = await this.#begin(caller, request);
    const response = await this.#within(begun, asked);
    if (!response.ok) await this.#end(begun);
    return response;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(async (session) => await this.#end(session)));
  }

  async #begin(caller: Caller, request: Request): Promise<Session> {
    if (this.#open.size >= MOST_SESSIONS) await this.#makeRoom();
    const id = randomUUID();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: async () => await this.#end(session),
    });
    const serving = this.#world.serve(request, this.#askingDoor(caller.door));
    const session: Session = {
      id,
      actor: caller.me.actor,
      transport,
      serving,
      idle: setTimeout(() => this.#endIfIdle(session), IDLE_MS).unref(),
      usedAt: this.#world.now(),
      open: 0,
    };
    this.#open.set(id, session);
    await serving.connect(transport);
    return session;
  }

  async #within(session: Session, { request, caller, body, closed }: SessionRequest): Promise<Response> {
    const { transport } = session;
    const watch = request.method === 'GET' ? watchRights(caller.me, caller.door, this.#world.now) : null;
    watch?.signal.addEventListener('abort', () => transport.closeStandaloneSSEStream(), { once: true });
    session.usedAt = this.#world.now();
    session.open += 1;
    closed.addEventListener('abort', () => {
      session.open -= 1;
      session.idle.refresh();
      watch?.end();
    });
    // Nobody can fetch an answer later: without its stream a call is of no use, and no router must go on for it.
    request.signal.addEventListener('abort', () => {
      for (const requestId of idsIn(body))
        transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
    });
    return await this.#asking.run(
      caller.requestDoor,
      async () => await transport.handleRequest(request, body === undefined ? {} : { parsedBody: body }),
    );
  }

  #askingDoor(first: Door): Door {
    const asking = (): Door => {
      const door = this.#asking.getStore();
      if (door === undefined) throw new Error('Nobody is asking');
      return door;
    };
    return {
      has: (name) => first.has(name),
      ask: async (name, input, signal) => await asking().ask(name, input, signal),
      follow: (name, input, signal) => asking().follow(name, input, signal),
    };
  }

  #endIfIdle(session: Session): void {
    if (session.open > 0) session.idle.refresh();
    else void this.#end(session);
  }

  /** Whoever has most of them loses the one they used longest ago: nobody can drive out all others. */
  async #makeRoom(): Promise<void> {
    const byActor = Map.groupBy(this.#open.values(), ({ actor }) => actor);
    const most = [...byActor.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
    const oldest = most.toSorted((a, b) => a.usedAt - b.usedAt)[0];
    if (oldest !== undefined) await this.#end(oldest);
  }

  async #end(session: Session): Promise<void> {
    if (!this.#open.delete(session.id)) return;
    clearTimeout(session.idle);
    await session.serving.close().catch(this.#world.tell);
  }
}

function noSession(): Response {
  const hint = 'Send initialize without mcp-session-id: it begins a new session.';
  return refusedResponse(refusal(404, { code: 'NotFound', message: 'There is no such session.', hint }));
}

function sessionNeeded(): Response {
  const hint = 'Begin with initialize, or speak 2026-07-28, which has no sessions.';
  return refusedResponse(refusal(400, { code: 'BadRequest', message: 'The header mcp-session-id is missing.', hint }));
}

function isInitialize(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'method' in body && body.method === 'initialize';
}

function idsIn(body: unknown): readonly (string | number)[] {
  const messages = [body].flat() as readonly (Partial<Record<'id' | 'method', unknown>> | null)[];
  return messages.flatMap((each) =>
    (typeof each?.id === 'string' || typeof each?.id === 'number') && typeof each.method === 'string' ? [each.id] : [],
  );
}
