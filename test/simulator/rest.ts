import { request } from 'node:http';
import { createClock, startFleet, type Fleet, type RouterSeed, type SimulatedRouter } from '#simulator';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  readonly json: unknown;
}

export interface CallOptions {
  readonly user?: string;
  readonly password?: string;
  /** Sent as it is instead of JSON. */
  readonly raw?: string | Buffer;
  readonly contentType?: string | null;
  readonly authorization?: string | null;
}

/** One request to a router, answered or failed as the router did it. */
export function call(
  router: SimulatedRouter,
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Reply> {
  const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const { user = 'ctl', password = 'pw', contentType = 'application/json' } = options;
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const authorization = options.authorization === undefined ? basic : options.authorization;
  return new Promise((resolve, reject) => {
    const sent = request(`${router.url}/rest${path}`, {
      method,
      agent: false,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(payload === undefined || contentType === null ? {} : { 'content-type': contentType }),
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          text,
          json: isJson ? safeJson(text) : undefined,
        });
      });
    });
    sent.end(payload);
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The rows of a menu, as REST gives them. */
export async function rows(router: SimulatedRouter, path: string): Promise<Record<string, string>[]> {
  return (await call(router, 'GET', path)).json as Record<string, string>[];
}

/** The detail text of an error answer, with its status in front: `400 no such command`. */
export function refusal(reply: Reply): string {
  const { detail } = reply.json as { detail?: string };
  return detail === undefined ? String(reply.status) : `${reply.status} ${detail}`;
}

export interface OneRouter {
  readonly fleet: Fleet;
  readonly router: SimulatedRouter;
}

/** A fleet of one router at the speed; user `ctl` with password `pw` is in group full. */
export async function oneRouter(seed: Partial<RouterSeed> = {}, speed = 100): Promise<OneRouter> {
  const fleet = await startFleet(
    [
      {
        name: 'r1',
        host: '127.0.0.1',
        port: 0,
        tls: false,
        version: '7.20',
        serial: 'HX0000001',
        ...seed,
        users: [{ name: 'ctl', password: 'pw', group: 'full' }, ...(seed.users ?? [])],
      },
    ],
    { clock: createClock(speed) },
  );
  return { fleet, router: fleet.router('r1') };
}

/** Waits until the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error('the condition did not come true within ten seconds');
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
