import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pour } from '#test/hostile-router.ts';
import { makeRoom } from '../../routeros/rest/room.ts';
import { json, openSession, provable, startRawRouter, type Answer, type RawRouter } from './raw-router.ts';

const MB = 1024 * 1024;
const LIST = '/ip/firewall/address-list';
const room = makeRoom({ share: 24 * MB, total: 72 * MB });
/** What the process may grow by while it holds a share, both ends of the connection being in it. */
const BOUND = 150 * MB;

let router: RawRouter;

beforeAll(async () => {
  router = await startRawRouter(json(200, []));
});

afterAll(() => router.stop());

/** A body that never ends: `first`, then `again` for ever, as fast as it is taken. */
function endless(first: string, again: string, status = 200): Answer {
  return async (_request, response) => {
    response.on('error', () => undefined);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.write(first);
    await pour(response, Buffer.from(again));
  };
}

async function codeOf(reading: Promise<unknown>): Promise<string> {
  return await reading.then(
    () => 'taken',
    (error: { readonly code?: string }) => error.code ?? 'no failure of a router',
  );
}

async function readFrom(url: string, timeScale = 1): Promise<{ readonly code: string; readonly grown: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  const session = openSession(url, { room, timeScale, attemptsPerRead: 1 });
  const code = await codeOf(session.print(LIST));
  most = Math.max(most, process.memoryUsage().rss);
  clearInterval(watch);
  await session.close();
  return { code, grown: most - before };
}

const TOO_LARGE: readonly (readonly [string, Answer])[] = [
  ['empty rows', endless('[{}', ',{}'.repeat(1000))],
  ['lists', endless('[[]', ',[]'.repeat(1000))],
  ['numbers', endless('[1', ',1'.repeat(1000))],
  ['rows as a router gives them', endless('[{".id":"*1"}', ',{".id":"*1","list":"blocked"}'.repeat(100))],
  ['one row of many names', endless('{"a":""', ',"a":""'.repeat(1000))],
  ['one endless value', endless('[{"comment":"', 'x'.repeat(10_000))],
  ['one endless name', endless('{"', 'x'.repeat(10_000))],
  ['control characters in values', endless('[""', `,"${'\u0001'.repeat(1000)}"`)],
  ['escapes in values', endless('[""', `,"${'\\u20ac'.repeat(1000)}"`)],
  ['blanks', endless('', ' '.repeat(10_000))],
];

describe('an answer that would fill the memory', () => {
  test.each(TOO_LARGE)('%s', async (_name, answer) => {
    router.answer(answer);
    const { code, grown } = await readFrom(router.url);
    expect({ code, grown: Math.max(grown, BOUND) }).toEqual({ code: 'AnswerTooLarge', grown: BOUND });
  });

  test('is refused however it is cut up, and leaves the line usable', async () => {
    const small = makeRoom({ share: 3 * MB, total: 9 * MB });
    const part = fc.constantFrom('{}', '[]', '1', '"ab"', '{"a":"b"}', '"\\""', '"\u0001"', ' ');
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 3000 }),
        async (parts, times) => {
          const again = `${parts.join()},`.repeat(times);
          router.answer(provable(endless('[', again)));
          const session = openSession(router.url, { room: small, attemptsPerRead: 1 });
          expect(await codeOf(session.print(LIST))).toBe('AnswerTooLarge');
          router.answer(provable(json(200, [{ '.id': '*1', list: 'a' }])));
          expect(await session.print(LIST)).toEqual([{ '.id': '*1', list: 'a' }]);
          await session.close();
        },
      ),
      { numRuns: 12 },
    );
  });

  test('is not asked for again at once', async () => {
    router.answer(provable(endless('[{}', ',{}'.repeat(1000))));
    const session = openSession(router.url, { room });
    const asked = router.seen.length;
    expect(await codeOf(session.print(LIST))).toBe('AnswerTooLarge');
    expect(router.seen.slice(asked).filter(({ path }) => path.startsWith(`/rest${LIST}`))).toHaveLength(1);
    await session.close();
  });

  test('to a write tells that the write may have taken effect', async () => {
    router.answer(provable(endless('[{}', ',{}'.repeat(1000))));
    const session = openSession(router.url, { room });
    await expect(session.execute(':put 1')).rejects.toMatchObject({ code: 'AnswerTooLarge', effect: 'unknown' });
    await session.close();
  });
});

describe('an answer that is none', () => {
  test('of endless depth is no answer', async () => {
    router.answer(endless('', '['.repeat(1000)));
    expect(await readFrom(router.url)).toMatchObject({ code: 'BadAnswer' });
  });

  test('that is packed is not unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(50 * MB, '[{},'));
    router.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed);
    });
    const { code, grown } = await readFrom(router.url);
    expect({ code, small: grown < 40 * MB }).toEqual({ code: 'BadAnswer', small: true });
  });

  test.each([
    [400, 'Refused'],
    [404, 'NoSuchMenu'],
    [500, 'ServerError'],
    [302, 'BadAnswer'],
  ])('of status %i with an endless body counts for its status', async (status, expected) => {
    router.answer(endless('{"detail":"', 'no such item '.repeat(1000), status));
    const { code, grown } = await readFrom(router.url);
    expect({ code, small: grown < BOUND }).toEqual({ code: expected, small: true });
  });
});

describe('what comes beside the body', () => {
  const sockets = new Set<Socket>();
  let bytes: readonly [string, string] = ['', ''];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => void flood(socket));
  });

  async function flood(socket: Socket): Promise<void> {
    const [first, again] = bytes;
    socket.write(first);
    await pour(socket, Buffer.from(again.repeat(Math.ceil(16_384 / again.length))));
  }

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  });

  afterAll(() => void server.close());

  const ok = 'HTTP/1.1 200 OK\r\n';
  test.each([
    ['headers without end', ok, 'x-more: y\r\n'],
    ['one header without end', `${ok}x: `, 'y'],
    ['answers that are none yet', '', 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n'],
    ['a status line without end', 'HTTP/1.1 200 ', 'O'],
    ['remarks on each chunk', `${ok}transfer-encoding: chunked\r\n\r\n`, `1;${'x'.repeat(8000)}\r\n[\r\n`],
    ['a chunk for each byte', `${ok}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    ['trailers without end', `${ok}transfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n`, 'x-more: y\r\n'],
  ])('%s', async (_name, first, again) => {
    bytes = [first, again];
    const { port } = server.address() as AddressInfo;
    const { code, grown } = await readFrom(`http://127.0.0.1:${port}`, 40);
    expect(code).not.toBe('taken');
    expect(grown).toBeLessThan(BOUND);
  });
});

describe('honest answers', () => {
  const rows = Array.from({ length: 8000 }, (_, at) => ({ '.id': `*${at}`, list: 'blocked', address: `10.0.${at}` }));

  test('wait for room while others hold it, and all are read', async () => {
    router.answer(provable(json(200, rows)));
    const tight = makeRoom({ share: 12 * MB, total: 24 * MB });
    const sizes = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const session = openSession(router.url, { room: tight, username: `user${at}` });
        const sizes: number[] = [];
        for (const menu of [LIST, '/ip/route', LIST] as const) sizes.push((await session.print(menu)).length);
        await session.close();
        return sizes;
      }),
    );
    expect(new Set(sizes.flat())).toEqual(new Set([8000]));
  });

  test('time out by the time in which they could come, not by that in which they had to wait', async () => {
    const tight = makeRoom({ share: 12 * MB, total: 24 * MB });
    const holders = [tight.enter(), tight.enter()];
    for (const holder of holders) holder.hold('/big', 12 * MB, () => {});
    router.answer((request, response) => {
      if (request.path.startsWith('/rest/log')) return;
      return json(200, rows)(request, response);
    });
    const options = { room: tight, timeScale: 400, attemptsPerRead: 1 };
    const session = openSession(router.url, { ...options, username: 'waits' });
    const reading = session.print(LIST);
    const silent = openSession(router.url, { ...options, username: 'silent' });
    // Begun later and with the same deadline: when it has run out, so has the other's.
    expect(await codeOf(silent.print('/log'))).toBe('Timeout');
    for (const holder of holders) holder.leave();
    expect(await reading).toHaveLength(8000);
    await session.close();
  });
});
