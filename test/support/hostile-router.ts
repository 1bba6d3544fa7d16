import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';

/** What a hostile router says to a request; false: what an honest one would. */
export type Hostility = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Stands in front of an honest router and answers in its place when it likes. */
export interface HostileRouter {
  readonly url: string;
  /** How often it was hostile. */
  readonly struck: number;
  /** From now on. */
  turn(hostility: Hostility): void;
  close(): Promise<void>;
}

export async function startHostileRouter(honestUrl: () => string): Promise<HostileRouter> {
  let hostility: Hostility = () => false;
  let struck = 0;
  const server = createServer((incoming, response) => {
    response.on('error', () => undefined);
    if (hostility(incoming, response)) {
      struck += 1;
      return;
    }
    const { method, url = '', headers } = incoming;
    const asked = ask(new URL(url, honestUrl()), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    incoming.pipe(asked);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get struck() {
      return struck;
    },
    turn(next) {
      hostility = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A body without end: `first`, then `again` as fast as it is taken. */
export function endlessly(response: ServerResponse, status: number, first: string, again: string): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.write(first);
  void pour(response, Buffer.from(again.repeat(Math.ceil(16_384 / again.length))));
  return true;
}

/** Writes as fast as it is taken, until the other side has had enough. */
export async function pour(writable: Writable, piece: Buffer): Promise<void> {
  const gone = happens(writable, 'close');
  while ((await Promise.race([gone, writable.write(piece) ? null : happens(writable, 'drain')])) !== 'close');
}

function happens(writable: Writable, event: 'close' | 'drain'): Promise<string> {
  return new Promise((resolve) => writable.once(event, () => resolve(event)));
}
