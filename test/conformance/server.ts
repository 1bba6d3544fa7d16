import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Door, serveOnHttp } from '#mcp';
import { fixtures } from './fixtures.ts';

/** The fixtures behind our own HTTP stack. */
export interface FixturesServer {
  /** Of the endpoint, for suites that bring no token. */
  readonly url: string;
  close(): Promise<void>;
}

/** Everybody is somebody who may read. */
const DOOR: Door = {
  has: () => true,
  ask: async () => await Promise.resolve({ actor: 'token:suite', until: null, may: [], mcpIssuers: [] } as never),
  // eslint-disable-next-line require-yield
  async *follow(_, __, signal) {
    await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
  },
};

/** Starts both: the server, and what stands before it and puts a token into each request. */
export async function startFixtures(): Promise<FixturesServer> {
  const streams = new Set<{ toolsChanged(): void; promptsChanged(): void }>();
  const changed = (list: 'tools' | 'prompts'): void => {
    for (const each of streams) each[`${list}Changed`]();
  };
  const serving = await serveOnHttp(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      version: 'test',
      tools: [],
      doorOf: () => DOOR,
      now: () => Date.now(),
      tell: () => {},
    },
    {
      serverOf: () => fixtures(changed),
      cut: async (_, listen) => await Promise.resolve(listen),
      async follow(_, __, tell, signal) {
        streams.add(tell);
        await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
        streams.delete(tell);
      },
    },
  );
  const { port } = new URL(serving.publicUrl);
  const front = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const passedOn = ask(
      {
        host: '127.0.0.1',
        port,
        method,
        path: url,
        headers: { ...headers, authorization: 'Bearer suite' },
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passedOn.on('error', () => response.destroy());
    response.on('close', () => passedOn.destroy());
    request.pipe(passedOn);
  });
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${String((front.address() as AddressInfo).port)}/mcp`,
    async close() {
      front.closeAllConnections();
      front.close();
      await serving.close();
    },
  };
}
