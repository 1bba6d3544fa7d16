import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectReader, connectRouter, type RestReader, type RestSession } from '#routeros/rest';
import { json, jumpingClock, provable, startRawRouter, type RawRouter } from './raw-router.ts';

let router: RawRouter;
let clock: ReturnType<typeof jumpingClock>;
let reader: RestReader;
let writer: RestSession;

beforeEach(async () => {
  router = await startRawRouter(json(200, []));
  clock = jumpingClock();
  const options = { url: router.url, clock, random: () => 0, rate: { perSecond: 1_000_000, burst: 1_000_000 } };
  reader = connectReader({ ...options, username: 'gitops-read', password: 'p' });
  writer = connectRouter({ ...options, username: 'gitops', password: 'q' });
});

afterEach(async () => {
  await reader.close();
  await writer.close();
  await router.stop();
});

const cutOff = (): void => router.answer((_request, response) => void response.destroy());
const paths = (): readonly string[] => router.seen.map(({ path }) => path.split('?')[0] ?? '');

describe('two users of one router', () => {
  test('a lost answer of one makes both pause and prove that answers are theirs', async () => {
    cutOff();
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'Unreachable' });
    // No request of a reader is repeated.
    expect(router.seen).toHaveLength(1);
    router.answer(provable(json(200, [{ '.id': '*1', address: '192.0.2.1' }])));
    expect(await writer.print('/ip/address', ['address'])).toHaveLength(1);
    expect(clock.pauses[0]).toBeGreaterThan(2000);
    expect(paths().slice(1)).toEqual(['/rest/system/identity', '/rest/system/resource', '/rest/ip/address']);
  });

  test('a read that was under way while an answer was lost is asked again', async () => {
    const held = Promise.withResolvers<void>();
    let reads = 0;
    router.answer(
      provable(async (request, response) => {
        if (request.path.startsWith('/rest/ip/arp')) {
          response.destroy();
          return;
        }
        reads += 1;
        if (reads === 1) await held.promise;
        await json(200, [{ '.id': '*1', address: `192.0.2.${reads}` }])(request, response);
      }),
    );
    const under = writer.print('/ip/address', ['address']);
    await expect.poll(() => reads).toBe(1);
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'Unreachable' });
    held.resolve();
    expect(await under).toEqual([{ '.id': '*1', address: '192.0.2.2' }]);
  });

  test('failures of the reader open its own breaker, at once, and not that of the writer', async () => {
    cutOff();
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'Unreachable' });
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'CircuitOpen' });
    router.answer(provable(json(200, [])));
    expect(await writer.print('/ip/address', ['address'])).toEqual([]);
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'CircuitOpen' });
    await clock.sleep(30_000);
    expect(await reader.print('/ip/arp', ['address'], {})).toEqual([]);
  });

  test('nor does what the reader gets right close the breaker of the writer', async () => {
    cutOff();
    for (let at = 0; at < 6; at += 1) await writer.remove('/ip/address', '*1').catch(() => undefined);
    router.answer(provable(json(200, [])));
    expect(await reader.print('/ip/arp', ['address'], {})).toEqual([]);
    await expect(writer.print('/ip/address')).rejects.toMatchObject({ code: 'CircuitOpen' });
  });

  test("another request's answer is for the reader as if it were lost", async () => {
    router.answer(json(200, { uptime: '1d', version: '7.20.8', 'board-name': 'hEX' }));
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'WrongBody' });
    await expect(reader.print('/ip/arp', ['address'], {})).rejects.toMatchObject({ code: 'CircuitOpen' });
    expect(router.seen).toHaveLength(1);
  });

  test('a count is a number', async () => {
    router.answer(json(200, { ret: '17' }));
    expect(await reader.count('/ip/route', ['bgp=true'])).toBe(17);
    expect(JSON.parse(router.seen.at(-1)?.body ?? '')).toEqual({ 'count-only': '', '.query': ['bgp=true'] });
    router.answer(json(200, { ret: 'many' }));
    await expect(reader.count('/ip/route', [])).rejects.toMatchObject({ code: 'WrongBody' });
  });

  test('a command that keeps the router busy is never repeated', async () => {
    router.answer(json(500, { detail: 'action timed out', error: 500 }));
    await expect(reader.once('/tool/ping', { address: '192.0.2.1', count: '1' })).rejects.toMatchObject({
      code: 'ServerError',
      effect: 'none',
    });
    expect(router.seen).toHaveLength(1);
  });
});
