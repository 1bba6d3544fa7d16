import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '#failure';
import type { RouterFailureCode } from '#routeros';
import type { RestSession } from '#routeros/rest';
import {
  inTurn,
  json,
  jumpingClock,
  openSession,
  provable,
  refusal,
  startRawRouter,
  type Answer,
  type RawRouter,
} from './raw-router.ts';

let router: RawRouter;
let clock: ReturnType<typeof jumpingClock>;
let session: RestSession;

beforeEach(async () => {
  router = await startRawRouter(json(200, []));
  clock = jumpingClock();
  session = openSession(router.url, { clock });
});

afterEach(async () => {
  await session.close();
  await router.stop();
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const reason = await work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  expect(reason).toBeInstanceOf(Failure);
  return reason as Failure;
}

const hangUp: Answer = (_request, response) => void response.destroy();
const page = (status: number): Answer => {
  return (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>hi</html>');
};

describe('the meaning of an answer to a write', () => {
  const cases: readonly (readonly [string, Answer, RouterFailureCode, 'none' | 'unknown'])[] = [
    ['401', refusal(401), 'Unauthorized', 'none'],
    ['403 as a page', page(403), 'RestDisabled', 'none'],
    ['404 as a page, from a router of v6', page(404), 'RestDisabled', 'none'],
    ['404', refusal(404), 'NoSuchItem', 'none'],
    ['415', refusal(415), 'Refused', 'none'],
    ['an unknown command', refusal(400, 'no such command or directory (nonexistent)'), 'NoSuchMenu', 'none'],
    [
      'an unknown command as old versions say it',
      refusal(406, 'no such command or directory (remove)'),
      'NoSuchMenu',
      'none',
    ],
    ['an unknown parameter', refusal(400, 'unknown parameter place-before'), 'Refused', 'none'],
    ['a missing argument', refusal(400, 'missing =address='), 'Refused', 'none'],
    ['a value of the wrong type', refusal(400, 'invalid value for argument address'), 'Refused', 'none'],
    ['a time that is none', refusal(400, 'invalid time value for argument address-list-timeout'), 'Refused', 'none'],
    ['an unknown gateway', refusal(400, 'invalid or unexpected argument base'), 'Refused', 'none'],
    ['an unknown reference', refusal(400, 'input does not match any value of interface'), 'Refused', 'none'],
    ['a value out of range', refusal(400, 'value of X out of range (1..254)'), 'Refused', 'none'],
    ['JSON it cannot read', refusal(400, 'Failed to parse json'), 'Refused', 'none'],
    ['a row that is gone', refusal(400, 'no such item'), 'NoSuchItem', 'none'],
    ['a duplicate', refusal(400, 'failure: already have such address'), 'Duplicate', 'unknown'],
    ['a refusal in its own words', refusal(400, 'failure: only name or regexp allowed'), 'Refused', 'unknown'],
    ['an ambiguous refusal', refusal(400, 'missing or invalid resource identifier'), 'Refused', 'unknown'],
    ['a 400 without words', refusal(400), 'Refused', 'unknown'],
    ['the end of its 60 seconds', refusal(400, 'Session closed'), 'SessionClosed', 'unknown'],
    ['a missing policy', refusal(500, 'not enough permissions (9)'), 'NotPermitted', 'unknown'],
    ['a group without api', refusal(500, 'std failure: not allowed (9)'), 'NotPermitted', 'unknown'],
    ['an internal timeout', refusal(500, 'action timed out - try again (13)'), 'ServerError', 'unknown'],
    ['503', page(503), 'ServerError', 'unknown'],
    ['a redirect', json(302, {}), 'BadAnswer', 'unknown'],
    ['success with a body that is none', (_q, response) => void response.end('{"a":'), 'BadAnswer', 'unknown'],
    ['success about another row', json(200, { '.id': '*9' }), 'WrongBody', 'unknown'],
    ['no answer at all', hangUp, 'Unreachable', 'unknown'],
  ];

  test.each(cases)('%s', async (_name, answer, code, effect) => {
    router.answer(answer);
    const failure = await failureOf(session.set('/ip/address', '*2', { comment: 'x' }));
    expect([failure.code, failure.effect]).toEqual([code, effect]);
    expect(failure.message).toContain(`PATCH /ip/address at ${router.url}: `);
    expect(router.seen).toHaveLength(1);
  });

  test("keeps the router's own words", async () => {
    router.answer(refusal(400, 'input does not match any value of interface'));
    const failure = await failureOf(session.add('/ip/address', {}));
    expect(failure.detail).toBe('input does not match any value of interface');
    expect(failure.message).toContain('(input does not match any value of interface)');
  });

  test('a row refused as a duplicate was not made', async () => {
    for (const words of ['failure: already have such entry', 'failure: entry already exists']) {
      router.answer(refusal(400, words));
      const failure = await failureOf(session.add('/ip/dns/static', {}));
      expect([failure.code, failure.effect]).toEqual(['Duplicate', 'none']);
    }
  });

  test('a new row without id, or a script whose answer is none, may have taken effect', async () => {
    router.answer(json(200, { ret: '*2' }));
    expect(await failureOf(session.add('/ip/address', {}))).toMatchObject({ code: 'WrongBody', effect: 'unknown' });
    router.answer(provable(json(200, [['x']])));
    expect(await failureOf(session.execute(':put x'))).toMatchObject({ code: 'BadAnswer', effect: 'unknown' });
  });

  test('a menu that is not there is named so, not as a row that is gone', async () => {
    router.answer(refusal(404));
    expect(await failureOf(session.print('/interface/wireless'))).toMatchObject({ code: 'NoSuchMenu', effect: 'none' });
  });
});

describe('no write is repeated', () => {
  const writes: readonly (readonly [string, (on: RestSession) => Promise<unknown>])[] = [
    ['add', (on) => on.add('/ip/address', {})],
    ['set', (on) => on.set('/ip/address', '*1', {})],
    ['set of settings', (on) => on.set('/ip/dns', null, {})],
    ['move', (on) => on.move('/ip/firewall/filter', '*1', null)],
    ['remove', (on) => on.remove('/ip/address', '*1')],
    ['execute', (on) => on.execute(':put x')],
    ['startJob', (on) => on.startJob(':put x')],
  ];
  const faults: readonly (readonly [string, Answer])[] = [
    ['a lost answer', hangUp],
    [
      'half an answer',
      (_q, response) => void response.writeHead(200, { 'content-length': 50 }).write('{', () => response.destroy()),
    ],
    ['an internal error', refusal(500)],
    ['the end of its 60 seconds', refusal(400, 'Session closed')],
  ];

  test.each(writes.flatMap(([write, run]) => faults.map(([fault, answer]) => [write, fault, run, answer] as const)))(
    '%s after %s is of unknown effect and was sent once',
    async (_write, _fault, run, answer) => {
      router.answer(answer);
      expect((await failureOf(run(session))).effect).toBe('unknown');
      expect(router.seen).toHaveLength(1);
    },
  );

  test('a write that never left has no effect', async () => {
    await router.stop();
    expect(await failureOf(session.add('/ip/address', {}))).toMatchObject({ code: 'Unreachable', effect: 'none' });
  });
});

describe('reads are repeated', () => {
  const faults: readonly (readonly [string, Answer])[] = [
    ['an internal error', refusal(500)],
    ['the end of its 60 seconds', refusal(400, 'Session closed')],
    [
      'half an answer',
      (_q, response) => void response.writeHead(200, { 'content-length': 50 }).write('[', () => response.destroy()),
    ],
    ['a closed connection', hangUp],
    ['a body that is no JSON', (_q, response) => void response.end('[{"a":')],
    ['a page', page(200)],
    ["another menu's body", json(200, { uptime: '5s', version: '7.20.8', 'board-name': 'hEX' })],
    ['rows of something that has no id', json(200, [{ seq: '0' }])],
    ["another list's rows", json(200, [{ '.id': '*1', name: 'ether1' }])],
    ['rows that hold rows', json(200, [{ '.id': '*1', inner: {} }])],
    ['rows that are none', json(200, [null])],
    ['one row of a list', json(200, { '.id': '*1', address: 'x' })],
  ];

  test.each(faults)('after %s', async (_name, fault) => {
    router.answer(provable(inTurn(fault, json(200, [{ '.id': '*1', address: '192.0.2.1/24' }]))));
    expect(await session.print('/ip/address', ['address'])).toEqual([{ '.id': '*1', address: '192.0.2.1/24' }]);
  });

  test('with pauses that double, jittered, and not for ever', async () => {
    router.answer(refusal(500, 'busy'));
    expect(await failureOf(session.query('/tool/ping', {}))).toMatchObject({ code: 'ServerError', effect: 'none' });
    expect(router.seen).toHaveLength(4);
    expect(clock.pauses).toEqual([750, 1500, 3000]);
  });

  test.each([
    refusal(401),
    page(403),
    refusal(404),
    refusal(400, 'unknown parameter x'),
    refusal(500, 'not enough permissions (9)'),
  ])('but not when the router said what it meant (%#)', async (answer) => {
    router.answer(answer);
    await failureOf(session.print('/ip/address'));
    expect(router.seen).toHaveLength(1);
  });

  test('settings in the shape of a list, and a list in the shape of settings, are another menu', async () => {
    router.answer(provable(inTurn(json(200, []), json(200, { servers: '' }))));
    expect(await session.print('/ip/dns')).toEqual([{ servers: '' }]);
    router.answer(provable(inTurn(json(200, { servers: '' }), json(200, []))));
    expect(await session.print('/ip/address')).toEqual([]);
  });

  test('what people may read has a shape, too; health is a list or settings, by the hardware', async () => {
    router.answer(
      provable(inTurn(json(200, { address: '192.0.2.1' }), json(200, [{ '.id': '*1', address: '192.0.2.1' }]))),
    );
    expect(await session.print('/ip/arp', ['address'])).toEqual([{ '.id': '*1', address: '192.0.2.1' }]);
    const asked = (): number => router.seen.filter(({ path }) => path.startsWith('/rest/ip/arp')).length;
    expect(asked()).toBe(2);
    router.answer(inTurn(json(200, { 'cpu-temp': '40' }), json(200, [{ '.id': '*1', name: 'fan1-speed' }])));
    expect(await session.print('/system/health', ['name', 'cpu-temp'])).toEqual([{ 'cpu-temp': '40' }]);
    expect(await session.print('/system/health', ['name', 'cpu-temp'])).toEqual([{ '.id': '*1', name: 'fan1-speed' }]);
  });

  test('the body of /system/resource is right for that menu only', async () => {
    const resource = { uptime: '5s', version: '7.20.8', 'board-name': 'hEX' };
    router.answer(json(200, resource));
    expect(await session.print('/system/resource')).toEqual([resource]);
    expect(router.seen).toHaveLength(1);
    const other = json(200, { name: 'r1' });
    router.answer(inTurn(other, other, json(200, resource)));
    expect(await session.print('/system/resource')).toEqual([resource]);
  });

  test('numbers and booleans become text', async () => {
    router.answer(json(200, [{ '.id': '*1', mtu: 1500, disabled: false }]));
    expect(await session.print('/interface')).toEqual([{ '.id': '*1', mtu: '1500', disabled: 'false' }]);
  });
});

describe('after an answer went missing', () => {
  const lostOnce = () => router.answer(provable(inTurn(hangUp, json(200, []))));

  test('nothing is sent for a while, and two reads of different shape come first', async () => {
    lostOnce();
    await failureOf(session.set('/ip/dns', null, {}));
    await session.set('/ip/dns', null, {});
    expect(router.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /rest/ip/dns/set',
      'GET /rest/system/identity?.proplist=name',
      'GET /rest/system/resource?.proplist=uptime,version',
      'POST /rest/ip/dns/set',
    ]);
    expect(clock.pauses).toEqual([2500]);
    await session.print('/ip/address');
    expect(router.seen).toHaveLength(5);
  });

  test('that holds for every session of the user', async () => {
    lostOnce();
    await failureOf(session.remove('/ip/address', '*1'));
    const other = openSession(router.url);
    await other.print('/ip/address');
    await other.close();
    expect(router.seen.slice(1).map(({ path }) => path.split('?')[0])).toEqual([
      '/rest/system/identity',
      '/rest/system/resource',
      '/rest/ip/address',
    ]);
  });

  test('and after an answer that was another request’s too', async () => {
    router.answer(provable(inTurn(json(200, [{ '.id': '*1', name: 'x' }]), json(200, []))));
    await session.print('/ip/address', ['address']);
    expect(router.seen.map(({ path }) => path.split('?')[0])).toEqual([
      '/rest/ip/address',
      '/rest/system/identity',
      '/rest/system/resource',
      '/rest/ip/address',
    ]);
  });

  test('a write is held back while answers are not ours, and has no effect then', async () => {
    router.answer(inTurn(hangUp, json(200, { uptime: '5s', version: '7.20.8' })));
    await failureOf(session.set('/ip/dns', null, {}));
    const failure = await failureOf(session.set('/ip/dns', null, {}));
    expect(failure).toMatchObject({ code: 'WrongBody', effect: 'none' });
    expect(router.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('timeouts', () => {
  const hang: Answer = () => undefined;

  test('a write that gets no answer in time is of unknown effect, and its connection is not used again', async () => {
    const hasty = openSession(router.url, { timeScale: 100 });
    router.answer(provable(inTurn(hang, json(200, []))));
    const failure = await failureOf(hasty.set('/ip/dns', null, {}));
    expect(failure).toMatchObject({ code: 'Timeout', effect: 'unknown' });
    await expect.poll(() => router.openConnections).toBe(0);
    await hasty.set('/ip/dns', null, {});
    expect(router.connections).toBe(2);
    expect(router.seen.map(({ path }) => path.split('?')[0])).toEqual([
      '/rest/ip/dns/set',
      '/rest/system/identity',
      '/rest/system/resource',
      '/rest/ip/dns/set',
    ]);
    await hasty.close();
  });

  test('a read that gets none is told at once: its caller has deadlines too', async () => {
    const hasty = openSession(router.url, { timeScale: 100 });
    router.answer(hang);
    expect(await failureOf(hasty.print('/ip/address'))).toMatchObject({ code: 'Timeout', effect: 'none' });
    expect(router.seen).toHaveLength(1);
    await hasty.close();
  });

  test('are never below 65 s, and grow with what the menu last held', async () => {
    const timeScale = 100;
    const hasty = openSession(router.url, { timeScale, timeoutFloorMs: 1 });
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ '.id': `*${at.toString(16).toUpperCase()}` }));
    router.answer(json(200, rows));
    await hasty.print('/ip/address');
    router.answer(hang);

    let startedAt = performance.now();
    await failureOf(hasty.print('/ip/route'));
    const floor = performance.now() - startedAt;
    router.answer(provable(hang));
    startedAt = performance.now();
    await failureOf(hasty.print('/ip/address'));
    const grown = performance.now() - startedAt;
    await hasty.close();
    expect(floor).toBeGreaterThanOrEqual(65_000 / timeScale - 2);
    expect(grown).toBeGreaterThanOrEqual((65_000 + 3 * 20_000) / timeScale - 2);
  });
});

describe('the way to the router', () => {
  test('a service that closes connections of strangers is named', async () => {
    const closing = await startRawRouter(hangUp);
    const refused = openSession(closing.url);
    const failure = await failureOf(refused.add('/ip/address', {}));
    expect(failure.code).toBe('Unreachable');
    expect(failure.message).toContain('/ip/service');
    await refused.close();
    await closing.stop();
  });

  test('something else than HTTP at the address is a bad answer', async () => {
    router.answer((_request, response) => void response.socket?.end('220 ftp ready\r\n'));
    expect(await failureOf(session.add('/ip/address', {}))).toMatchObject({ code: 'BadAnswer', effect: 'unknown' });
  });

  test('a router that fails again and again is left alone for a while, then asked once', async () => {
    router.answer(hangUp);
    for (let at = 0; at < 2; at += 1) expect((await failureOf(session.print('/ip/address'))).code).toBe('Unreachable');
    expect(router.seen).toHaveLength(5);
    const failure = await failureOf(session.add('/ip/address', {}));
    expect(failure).toMatchObject({ code: 'CircuitOpen', effect: 'none' });
    expect(failure.message).toContain('(next try in 5 s; last: other side closed)');
    expect(router.seen).toHaveLength(5);

    await clock.sleep(10_000);
    router.answer(provable(json(200, [])));
    expect(await session.print('/ip/address')).toEqual([]);
  });

  test('requests in a flood are spread', async () => {
    const fresh = await startRawRouter(json(200, []));
    const limited = openSession(fresh.url, { clock, rate: { perSecond: 10, burst: 2 } });
    for (let at = 0; at < 4; at += 1) await limited.print('/ip/address');
    expect(clock.pauses).toEqual([100, 100]);
    await limited.close();
    await fresh.stop();
  });
});
