import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { lastEventIn, sendEvents } from '../../controller/doors/event-stream.ts';
import type { StreamEvent } from '../../controller/operations/operation.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves one stream. @returns its URL, and when its serving is over. */
async function serve(
  events: AsyncIterable<StreamEvent<unknown>>,
  signal = new AbortController().signal,
): Promise<{ readonly url: string; readonly over: Promise<void> }> {
  const over = Promise.withResolvers<void>();
  server = createServer((_, response) => {
    const tell = (error: unknown): object => ({ code: error instanceof Failure ? error.code : 'Internal' });
    sendEvents(response, events, tell, signal).then(over.resolve, over.reject);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`, over: over.promise };
}

async function* of(...values: readonly (string | Failure)[]): AsyncGenerator<StreamEvent<unknown>> {
  for (const value of values) {
    if (value instanceof Failure) throw value;
    yield await Promise.resolve({ id: value.slice(0, 1), data: { value } });
  }
}

describe('a stream of events', () => {
  it('is told with ids and says that it is over', async () => {
    const { url } = await serve(of('1', '2\n3'));
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toBe(
      'retry: 2000\n\nid: 1\ndata: {"value":"1"}\n\nid: 2\ndata: {"value":"2\\n3"}\n\nevent: end\ndata: {}\n\n',
    );
  });

  it('tells the failure that it ends with', async () => {
    const { url } = await serve(of('1', new Failure('NotRead', 'no')));
    expect(await (await fetch(url)).text()).toMatch(/"value":"1"}\n\nevent: error\ndata: {"code":"NotRead"}\n\n$/);
  });

  it('that is stopped ends without the word that it is over, whatever its source does', async () => {
    const stop = new AbortController();
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setImmediate(() => stop.abort());
          return new Promise<never>(() => {});
        },
      }),
    };
    const { url } = await serve(source, stop.signal);
    expect(await (await fetch(url)).text()).toBe('retry: 2000\n\n');
  });

  it('waits for a client that reads slowly, and ends when it has gone', async () => {
    let given = 0;
    let ended = false;
    async function* flood(): AsyncGenerator<StreamEvent<unknown>> {
      try {
        for (; ; given += 1) yield await Promise.resolve({ id: null, data: 'x'.repeat(100_000) });
      } finally {
        ended = true;
      }
    }
    const { url, over } = await serve(flood());
    const client = new AbortController();
    await fetch(url, { signal: client.signal });
    let before = -1;
    while (before !== given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(given).toBeLessThan(1000);
    client.abort();
    await over;
    expect(ended).toBe(true);
  });

  it('is asked from the last event on by a header', () => {
    expect(lastEventIn({ 'last-event-id': '7' })).toEqual({ after: '7' });
    expect(lastEventIn({})).toEqual({});
  });
});
