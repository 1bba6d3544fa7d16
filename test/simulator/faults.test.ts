import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '#simulator';
import { call, oneRouter, refusal, until, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({}, 200);
});
afterEach(async () => {
  one.router.faults.clear();
  one.router.intercept(null);
  await one.router.up();
});
afterAll(async () => {
  await one.fleet.close();
});

function ask(method: string, path: string, body?: unknown) {
  return call(one.router, method, path, body);
}

function setServers(servers: string) {
  return ask('POST', '/ip/dns/set', { servers });
}

function servers(): string | undefined {
  return one.router.rows('/ip/dns')[0]?.['servers'];
}

describe('answers that never come', () => {
  it.each<[string, Fault, string]>([
    ['reset: nothing happened', { kind: 'reset' }, '192.0.2.1'],
    ['answer lost: it happened', { kind: 'answer-lost' }, '192.0.2.2'],
    ['reboot before the effect', { kind: 'reboot', phase: 'before-effect', downMilliseconds: 10 }, '192.0.2.1'],
    ['reboot after the effect', { kind: 'reboot', phase: 'after-effect', downMilliseconds: 10 }, '192.0.2.2'],
    ['a refused source', { kind: 'refuse-source' }, '192.0.2.1'],
    ['offline', { kind: 'offline' }, '192.0.2.1'],
  ])('%s', async (_name, fault, expected) => {
    await setServers('192.0.2.1');
    one.router.faults.add(fault);
    await expect(setServers('192.0.2.2')).rejects.toThrow(/ECONNRESET|socket hang up/);
    one.router.faults.clear();
    await one.router.up();
    expect(servers()).toBe(expected);
    expect((await ask('GET', '/system/identity')).status).toBe(200);
  });

  it('a silent device answers nothing until it is back', async () => {
    one.router.faults.add({ kind: 'offline', how: 'silent' });
    let answered = false;
    const given = ask('GET', '/system/identity').then((reply) => {
      answered = true;
      return reply;
    });
    await until(() => one.router.requests.at(-1)?.path === '/system/identity');
    expect(answered).toBe(false);
    one.router.faults.clear();
    expect((await given).status).toBe(200);
  });
});

describe('a fault of one user', () => {
  it('hits its requests and nobody else', async () => {
    await ask('PUT', '/user', { name: 'other', password: 'pw', group: 'read' });
    one.router.faults.add({ kind: 'session-closed', match: { user: 'other' } });
    const asOther = await call(one.router, 'GET', '/system/identity', undefined, { user: 'other' });
    expect(refusal(asOther)).toBe('400 Session closed');
    expect((await ask('GET', '/system/identity')).status).toBe(200);
  });
});

describe('answers that mislead', () => {
  it.each<[Fault, string, string]>([
    [
      { kind: 'status', status: 500 },
      '500 action timed out - try again, if error continues contact MikroTik support and send a supout file (13)',
      '192.0.2.1',
    ],
    [{ kind: 'status', status: 500, detail: 'std failure: x' }, '500 std failure: x', '192.0.2.1'],
    [{ kind: 'unauthorized' }, '401', '192.0.2.1'],
    [{ kind: 'session-closed' }, '400 Session closed', '192.0.2.1'],
    [{ kind: 'applied-but-400' }, '400 failure: could not apply', '192.0.2.2'],
  ])('%j answers %s', async (fault, expected, after) => {
    await setServers('192.0.2.1');
    one.router.faults.add(fault);
    expect(refusal(await setServers('192.0.2.2'))).toBe(expected);
    expect(servers()).toBe(after);
  });

  it("another endpoint's body, an HTML page", async () => {
    one.router.faults.add({ kind: 'wrong-body', times: 1 });
    expect((await ask('GET', '/ip/dns')).json).toHaveProperty('uptime');
    one.router.faults.add({ kind: 'forbidden-html', times: 1 });
    const page = await ask('GET', '/ip/dns');
    expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html']);
    expect((await ask('GET', '/ip/dns')).json).toHaveProperty('servers');
  });

  it('comments that are not UTF-8 or hold raw control characters', async () => {
    one.router.faults.add({ kind: 'bad-byte', times: 1 });
    const bad = await ask('GET', '/ip/address');
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bad.bytes)).toThrow(/not valid/);
    one.router.faults.add({ kind: 'raw-control', times: 1 });
    const raw = await ask('GET', '/ip/address');
    expect(() => JSON.parse(raw.text) as unknown).toThrow(/control character/);
    expect((await ask('GET', '/ip/address')).json).toHaveLength(2);
  });
});

describe('limits of a fault', () => {
  it('strikes the n-th matching request, a number of times', async () => {
    one.router.faults.add({
      kind: 'status',
      status: 500,
      match: { writes: true, path: /^\/ip\/dns/ },
      skip: 1,
      times: 2,
    });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      await ask('GET', '/ip/dns');
      await ask('POST', '/system/identity/set', { name: 'r1' });
      statuses.push((await setServers('1.1.1.1')).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  it('matches on method and path', async () => {
    one.router.faults.add({ kind: 'status', status: 500, match: { method: 'GET', path: '/ip/dns' } });
    expect((await ask('GET', '/ip/dns')).status).toBe(500);
    expect((await ask('GET', '/ip/dns/static')).status).toBe(200);
    expect((await setServers('1.1.1.1')).status).toBe(200);
  });

  it('slow takes simulated time', async () => {
    one.router.faults.add({ kind: 'slow', milliseconds: 20_000 });
    const before = one.router.state.clock.now();
    await ask('GET', '/ip/dns');
    expect(one.router.state.clock.now() - before).toBeGreaterThanOrEqual(20_000);
  });
});

describe('health turning bad after a change', () => {
  it('lasts as long as the row is there', async () => {
    await setServers('1.1.1.1');
    one.router.faults.add({
      kind: 'health',
      when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.9/ } },
      effects: {
        resolveFails: true,
        pingLost: ['10.255.0.254'],
        cpuLoad: 100,
        freeMemory: 1000,
        interfacesDown: ['ether2'],
      },
    });
    async function vitals() {
      const [resolved, pings, resource, port] = await Promise.all([
        ask('POST', '/resolve', { 'domain-name': 'www.example.com' }),
        ask('POST', '/tool/ping', { address: '10.255.0.254', count: 2 }),
        ask('GET', '/system/resource'),
        ask('GET', '/interface/ether2'),
      ]);
      const probe = (pings.json as Record<string, string>[]).at(-1) ?? {};
      const { 'cpu-load': cpu, 'free-memory': memory } = resource.json as Record<string, string>;
      return [
        resolved.status,
        probe['received'],
        probe['status'],
        cpu,
        Number(memory) > 1000,
        (port.json as Record<string, string>)['running'],
      ];
    }
    expect(await vitals()).toEqual([200, '2', undefined, '4', true, 'true']);
    await setServers('9.9.9.9');
    expect(await vitals()).toEqual([400, '0', 'timeout', '100', false, 'false']);
    await setServers('1.1.1.1');
    expect(await vitals()).toEqual([200, '2', undefined, '4', true, 'true']);
  });
});

describe('the hook', () => {
  it('sees each request before and after its effect, and can cut it there', async () => {
    const seen: string[] = [];
    one.router.intercept((request) => {
      seen.push(`${request.phase} ${request.method} ${request.path} ${servers()}`);
    });
    await setServers('192.0.2.1');
    await setServers('192.0.2.2');
    expect(seen.slice(2)).toEqual([
      'before-effect POST /ip/dns/set 192.0.2.1',
      'after-effect POST /ip/dns/set 192.0.2.2',
    ]);
    for (const phase of ['before-effect', 'after-effect']) {
      one.router.intercept((request) => {
        if (request.phase === phase) {
          throw new Error('cut');
        }
      });
      await expect(setServers(`192.0.2.${phase.length}`)).rejects.toThrow(/ECONNRESET|hang up/);
      expect(servers()).toBe(phase === 'before-effect' ? '192.0.2.2' : '192.0.2.12');
    }
  });

  it('what waits for a router that reboots meanwhile has no effect', async () => {
    await setServers('192.0.2.1');
    const gate = Promise.withResolvers<void>();
    one.router.intercept((request) => (request.phase === 'before-effect' ? gate.promise : undefined));
    const given = setServers('192.0.2.2');
    await until(() => one.router.requests.at(-1)?.body.includes('192.0.2.2') === true);
    one.router.reboot(10);
    await expect(given).rejects.toThrow(/ECONNRESET|hang up/);
    gate.resolve();
    await one.router.up();
    expect(servers()).toBe('192.0.2.1');
  });
});

describe('the record of requests', () => {
  it('names method, path, body, user and status, and can be cleared', async () => {
    one.router.requests.clear();
    await ask('GET', '/ip/dns?.proplist=servers');
    await setServers('1.1.1.1');
    expect(one.router.requests.map(({ at: _at, ...rest }) => rest)).toEqual([
      { method: 'GET', path: '/ip/dns?.proplist=servers', body: '', user: 'ctl', status: 200 },
      { method: 'POST', path: '/ip/dns/set', body: '{"servers":"1.1.1.1"}', user: 'ctl', status: 200 },
    ]);
    one.router.requests.clear();
    expect(one.router.requests).toHaveLength(0);
  });
});
