import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceSession } from '../../controller/ports.ts';

import { connectRouter, type RestSession } from '#routeros/rest';
import { inTurn, json, openSession, provable, startRawRouter, type RawRouter } from './raw-router.ts';

let router: RawRouter;
let session: RestSession;

beforeEach(async () => {
  router = await startRawRouter(json(200, []));
  session = openSession(router.url);
});

afterEach(async () => {
  await session.close();
  await router.stop();
});

function lastRequest() {
  const last = router.seen.at(-1);
  return {
    line: `${last?.method} ${last?.path}`,
    body: last?.body === '' ? null : (JSON.parse(last?.body ?? '') as unknown),
  };
}

describe('requests on the wire', () => {
  test('a session is what the controller calls a device session', () => {
    const asPort: DeviceSession = session;
    expect(asPort).toBe(session);
  });

  test('a list is read with one GET, narrowed by .proplist', async () => {
    router.answer(json(200, [{ '.id': '*1', name: 'a', ttl: '1d' }]));
    expect(await session.print('/ip/dns/static', ['name', 'ttl'])).toEqual([{ '.id': '*1', name: 'a', ttl: '1d' }]);
    expect(lastRequest()).toEqual({ line: 'GET /rest/ip/dns/static?.proplist=name,ttl', body: null });
    await session.print('/ip/dns/static');
    expect(lastRequest().line).toBe('GET /rest/ip/dns/static');
  });

  test('none is sent once nothing may be, on a connection that stands or on a new one', async () => {
    let ended = false;
    const beforeSend = (): void => {
      if (ended) throw new Error('the term has ended');
    };
    const connected = connectRouter({ url: router.url, username: 'gitops', password: 'secret', beforeSend });
    const fresh = connectRouter({ url: router.url, username: 'other', password: 'secret', beforeSend });
    await connected.print('/ip/dns/static');
    ended = true;
    for (const each of [connected, fresh]) {
      await expect(each.print('/ip/dns/static')).rejects.toThrow('the term has ended');
      await expect(each.remove('/ip/dns/static', '*1')).rejects.toThrow('the term has ended');
      await each.close();
    }
    expect(router.seen).toHaveLength(1);
  });

  test('asking for no property asks for the ids alone', async () => {
    await session.print('/ip/dns/static', []);
    expect(lastRequest().line).toBe('GET /rest/ip/dns/static?.proplist=.id');
  });

  test('a settings menu is one row', async () => {
    router.answer(json(200, { servers: '192.0.2.1' }));
    expect(await session.print('/ip/dns')).toEqual([{ servers: '192.0.2.1' }]);
  });

  test('a settings menu is written with POST set, whatever RouterOS says to that', async () => {
    for (const answer of [json(200, []), json(200, [{}]), json(204, undefined)]) {
      router.answer(answer);
      await session.set('/ip/dns', null, { servers: '' });
      expect(lastRequest()).toEqual({ line: 'POST /rest/ip/dns/set', body: { servers: '' } });
    }
  });

  test('a row is added with PUT and comes back with its id, be it 201 or 200', async () => {
    for (const status of [201, 200]) {
      router.answer(json(status, { '.id': '*A', list: 'x', address: '192.0.2.0/24' }));
      const row = await session.add('/ip/firewall/address-list', { list: 'x', address: '192.0.2.0/24' });
      expect(row['.id']).toBe('*A');
      expect(lastRequest()).toEqual({
        line: 'PUT /rest/ip/firewall/address-list',
        body: { list: 'x', address: '192.0.2.0/24' },
      });
    }
  });

  test('the star of an id stays literal, everything else reserved is encoded', async () => {
    router.answer(json(200, { '.id': '*1F' }));
    await session.set('/ip/address', '*1F', { comment: 'x' });
    expect(lastRequest().line).toBe('PATCH /rest/ip/address/*1F');
    router.answer(json(200, {}));
    await session.set('/file', 'flash/a b?.rsc', { contents: '' });
    expect(lastRequest().line).toBe('PATCH /rest/file/flash%2Fa%20b%3F.rsc');
  });

  test('a row is removed with DELETE, be it 204 or 200 with a body', async () => {
    for (const answer of [json(204, undefined), json(200, { any: 'thing' })]) {
      router.answer(answer);
      await session.remove('/ip/address', '*2');
      expect(lastRequest()).toEqual({ line: 'DELETE /rest/ip/address/*2', body: null });
    }
  });

  test('a row is moved before another, or to the end, by ids alone', async () => {
    await session.move('/ip/firewall/filter', '*F', '*C');
    expect(lastRequest()).toEqual({
      line: 'POST /rest/ip/firewall/filter/move',
      body: { numbers: '*F', destination: '*C' },
    });
    await session.move('/ip/firewall/filter', '*F', null);
    expect(lastRequest().body).toEqual({ numbers: '*F' });
    for (const [id, before] of [
      ['0', '*C'],
      ['*F', 'a comment'],
    ] as const) {
      await expect(session.move('/ip/firewall/filter', id, before)).rejects.toThrow(TypeError);
    }
    expect(router.seen).toHaveLength(2);
  });

  test('a body says that it is JSON and a request without one does not', async () => {
    await session.query('/tool/ping', { count: '1' });
    expect(router.seen.at(-1)?.headers['content-type']).toBe('application/json');
    await session.print('/ip/address');
    expect(router.seen.at(-1)?.headers['content-type']).toBeUndefined();
  });

  test('a command gives rows, one row or none', async () => {
    router.answer(json(200, [{ seq: '0' }, { seq: '1' }]));
    expect(await session.query('/tool/ping', { count: '2' })).toHaveLength(2);
    router.answer(json(200, { ret: '2' }));
    expect(await session.query('/ip/address/print', { 'count-only': '' })).toEqual([{ ret: '2' }]);
    router.answer(json(204, undefined));
    expect(await session.query('/ip/dns/cache/print', {})).toEqual([]);
  });

  test('a script gives the text it printed, with one kind of line end in every version', async () => {
    for (const ret of ['hello\r\nthere\r\n', 'hello\nthere']) {
      router.answer(json(200, { ret }));
      expect(await session.execute(':put hello')).toBe('hello\nthere');
    }
    expect(lastRequest()).toEqual({ line: 'POST /rest/execute', body: { script: ':put hello', 'as-string': '' } });
    router.answer(json(200, []));
    expect(await session.execute(':nothing')).toBe('');
  });

  test('a background job is started without as-string', async () => {
    router.answer(json(200, { ret: '*B546' }));
    await session.startJob('/system script run x');
    expect(lastRequest().body).toEqual({ script: '/system script run x' });
  });

  test('a menu or a row that is none never leaves', async () => {
    await expect(session.print('/ip/../user')).rejects.toThrow(TypeError);
    await expect(session.remove('/ip/address', '')).rejects.toThrow(TypeError);
    await expect(session.set('/ip/address', '..', {})).rejects.toThrow(TypeError);
    expect(router.seen).toHaveLength(0);
  });

  test('an address with anything but scheme, host and port is refused, without repeating it', () => {
    for (const url of ['http://u:hush@127.0.0.1', 'http://127.0.0.1/rest', 'ftp://127.0.0.1', 'http://hush@:x']) {
      expect(() => openSession(url)).toThrow(/^a router address is a URL of scheme, host and port only/);
    }
  });

  test('the password is asked for at each request', async () => {
    const passwords = ['first', 'second'];
    const asking = openSession(router.url, { password: () => passwords[router.seen.length] ?? '' });
    await asking.print('/ip/address');
    await asking.print('/ip/address');
    await asking.close();
    const tokens = router.seen.map(({ headers }) => headers.authorization?.replace('Basic ', '') ?? '');
    expect(tokens.map((token) => Buffer.from(token, 'base64').toString())).toEqual(['gitops:first', 'gitops:second']);
  });
});

describe('connections', () => {
  test('stay open within a pass, end with close, and come again', async () => {
    for (let at = 0; at < 5; at += 1) await session.print('/ip/address');
    expect(router.connections).toBe(1);
    await session.close();
    await expect.poll(() => router.openConnections).toBe(0);
    await session.print('/ip/address');
    expect(router.connections).toBe(2);
  });

  test('close lets the request in flight have its answer', async () => {
    const held = Promise.withResolvers<void>();
    router.answer(async (request, response) => {
      await held.promise;
      await json(200, [{ '.id': '*1' }])(request, response);
    });
    const printed = session.print('/ip/address');
    await expect.poll(() => router.seen.length).toBe(1);
    const closed = session.close();
    held.resolve();
    expect(await printed).toHaveLength(1);
    await closed;
  });

  test('an answer that ends the connection is followed by a new one, and nothing is sent twice', async () => {
    router.answer((_request, response) => {
      response.writeHead(201, { connection: 'close' }).end('{".id":"*1"}');
    });
    await session.add('/ip/address', { address: '192.0.2.1/32' });
    await session.add('/ip/address', { address: '192.0.2.2/32' });
    expect(router.seen).toHaveLength(2);
    expect(router.connections).toBe(2);
  });
});

describe('one user, one queue', () => {
  test('requests of all sessions of a user run one after the other, in order', async () => {
    router.answer(async (request, response) => {
      await new Promise((resolve) => setImmediate(resolve));
      await json(200, [])(request, response);
    });
    const other = openSession(router.url);
    const menus = ['/a', '/b', '/c', '/d', '/e', '/f'] as const;
    await Promise.all(menus.map((menu, at) => (at % 2 === 0 ? session : other).print(menu)));
    await other.close();
    expect(router.busiest).toBe(1);
    expect(router.seen.map(({ path }) => path)).toEqual(menus.map((menu) => `/rest${menu}`));
  });

  test('another user does not wait', async () => {
    const held = Promise.withResolvers<void>();
    const forGitops = `Basic ${Buffer.from('gitops:correct horse').toString('base64')}`;
    router.answer(async (request, response) => {
      if (request.headers.authorization === forGitops) await held.promise;
      await json(200, [])(request, response);
    });
    const monitor = openSession(router.url, { username: 'monitor' });
    const slow = session.print('/ip/address');
    expect(await monitor.print('/ip/address')).toEqual([]);
    expect(router.busiest).toBe(2);
    held.resolve();
    await slow;
    await monitor.close();
  });

  test('a failed request does not hold the next one up', async () => {
    router.answer(inTurn(json(401, {}), json(200, [])));
    const results = await Promise.allSettled([session.print('/ip/address'), session.print('/ip/route')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('signals', () => {
  test('stop a request that waits for its turn, and the queue goes on', async () => {
    const held = Promise.withResolvers<void>();
    router.answer(async (request, response) => {
      await held.promise;
      await json(200, [])(request, response);
    });
    const first = session.print('/a');
    const abort = new AbortController();
    const second = session.print('/b', undefined, abort.signal);
    const third = session.print('/c');
    abort.abort(new Error('shutting down'));
    await expect(second).rejects.toThrow('shutting down');
    held.resolve();
    await Promise.all([first, third]);
    expect(router.seen.map(({ path }) => path)).toEqual(['/rest/a', '/rest/c']);
  });

  test('never stop a request that was sent', async () => {
    const abort = new AbortController();
    router.answer(async (request, response) => {
      abort.abort();
      await new Promise((resolve) => setImmediate(resolve));
      await json(201, { '.id': '*1' })(request, response);
    });
    expect(await session.add('/ip/address', { address: '192.0.2.1/32' }, abort.signal)).toEqual({ '.id': '*1' });
    await expect(session.add('/ip/address', {}, abort.signal)).rejects.toThrow(abort.signal.reason as Error);
    expect(router.seen).toHaveLength(1);
  });

  test('stop a read between two tries', async () => {
    const abort = new AbortController();
    router.answer((request, response) => {
      abort.abort(new Error('enough'));
      return json(500, {})(request, response);
    });
    await expect(session.print('/ip/address', undefined, abort.signal)).rejects.toThrow('enough');
    expect(router.seen).toHaveLength(1);
  });
});

test('the real clock stops a pause with the reason of the signal', async () => {
  const patient = connectRouter({ url: router.url, username: 'gitops', password: 'correct horse' });
  router.answer(json(500, {}));
  const abort = new AbortController();
  const printed = patient.print('/ip/address', undefined, abort.signal);
  await expect.poll(() => router.seen.length).toBe(1);
  abort.abort(new Error('shutting down'));
  await expect(printed).rejects.toThrow('shutting down');
  await patient.close();
});

test('a session that was closed and dropped leaves nothing behind', async () => {
  async function usedAndDropped(): Promise<WeakRef<RestSession>> {
    const dropped = openSession(router.url, { username: 'passing by' });
    await dropped.print('/ip/address');
    await dropped.close();
    return new WeakRef(dropped);
  }
  const ref = await usedAndDropped();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await expect
    .poll(() => {
      collect();
      return ref.deref() === undefined;
    })
    .toBe(true);
});

describe('metrics', () => {
  test('see method, menu, status and rows of each request, and no id', async () => {
    const reports: string[] = [];
    const watched = openSession(router.url, {
      onRequest: ({ method, path, status, rows, durationMs }) =>
        reports.push(`${method} ${path} ${status} ${rows} ${durationMs >= 0}`),
    });
    router.answer(json(200, [{ '.id': '*1' }, { '.id': '*2' }]));
    await watched.print('/ip/address', ['address']);
    router.answer(json(404, { error: 404, message: 'Not Found' }));
    await expect(watched.remove('/ip/address', '*7')).rejects.toThrow(/row is gone/);
    router.answer(provable((_request, response) => void response.destroy()));
    await expect(watched.set('/ip/dns', null, {})).rejects.toThrow(/No connection/);
    await watched.close();
    expect(reports).toEqual([
      'GET /ip/address 200 2 true',
      'DELETE /ip/address 404 0 true',
      'POST /ip/dns null 0 true',
    ]);
  });
});
