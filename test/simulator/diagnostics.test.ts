import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Destination, SimulatedRouter } from '#simulator';
import { call, oneRouter, type OneRouter, refusal, type Reply, until } from './rest.ts';

type Row = Readonly<Record<string, string>>;

const FAR = '203.0.113.7';
const DESTINATIONS: readonly Destination[] = [
  { address: FAR, hops: ['10.255.0.254', '198.18.0.1', '', '198.18.0.3'], milliseconds: 40 },
  { address: '203.0.113.0/24', hops: ['10.255.0.254'], fails: 'timeout' },
  { address: '198.51.100.1', hops: ['10.255.0.254', '198.18.0.9'], fails: 'host unreachable', milliseconds: 20 },
  { address: '198.51.100.2', lost: 50, milliseconds: 3 },
  { address: '192.0.2.20', milliseconds: 2, bandwidth: { megabits: 200, user: 'btest', password: 'measure' } },
];

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({
    version: '7.22.3',
    destinations: DESTINATIONS,
    surroundings: { clients: 4 },
    groups: [
      { name: 'gitops-read', policy: 'read,test,api,rest-api' },
      { name: 'monitor', policy: 'read,api,rest-api' },
    ],
    users: [
      { name: 'reader', password: 'pw', group: 'gitops-read' },
      { name: 'monitor', password: 'pw', group: 'monitor' },
    ],
    menus: { '/ip/dns': [{ servers: '10.255.0.254' }] },
  });
});
afterAll(async () => {
  await one.fleet.close();
});

function ask(path: string, body: Record<string, unknown>, user = 'reader'): Promise<Reply> {
  return call(one.router, 'POST', path, body, { user });
}

async function askRows(path: string, body: Record<string, unknown>): Promise<readonly Row[]> {
  return (await ask(path, body)).json as readonly Row[];
}

/** Simulated milliseconds that the work takes. */
async function lasting(work: () => Promise<unknown>): Promise<number> {
  const { clock } = one.router.state;
  const began = clock.now();
  await work();
  return clock.now() - began;
}

/** Sends a request and leaves as soon as the router is at it. */
async function askAndLeave(router: SimulatedRouter, path: string, body: unknown, user = 'reader'): Promise<void> {
  const payload = JSON.stringify(body);
  const authorization = `Basic ${Buffer.from(`${user}:pw`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json', 'content-length': payload.length };
  const sent = request(`${router.url}/rest${path}`, { method: 'POST', agent: false, headers });
  sent.on('error', () => undefined);
  sent.end(payload);
  await until(() => router.running.some((command) => command.path === path));
  sent.socket?.resetAndDestroy();
}

describe('ping', () => {
  it('gives a row for each probe, counters cumulative, and no section', async () => {
    const found = await askRows('/tool/ping', { address: FAR, count: '3', interval: '10ms' });
    expect(found.map((row) => [row['seq'], row['sent'], row['received'], row['packet-loss']])).toEqual([
      ['0', '1', '1', '0'],
      ['1', '2', '2', '0'],
      ['2', '3', '3', '0'],
    ]);
    expect(found[2]).toMatchObject({
      host: FAR,
      size: '56',
      ttl: '64',
      time: expect.stringMatching(/^\d+ms(\d+us)?$/),
    });
    expect(found[2]).not.toHaveProperty(['.section']);
  });

  it('tells a probe that is lost, one that a router refuses, and that there is no way', async () => {
    expect(await askRows('/tool/ping', { address: '203.0.113.8', count: '1' })).toEqual([
      { host: '203.0.113.8', 'packet-loss': '100', received: '0', sent: '1', seq: '0', status: 'timeout' },
    ]);
    expect(await askRows('/tool/ping', { address: '198.51.100.1', count: '1' })).toMatchObject([
      { host: '198.18.0.9', 'packet-loss': '100', status: 'host unreachable', ttl: '64' },
    ]);
    const half = await askRows('/tool/ping', { address: '198.51.100.2', count: '10', interval: '10ms' });
    expect(half.at(-1)).toMatchObject({ 'packet-loss': '50', received: '5' });
    const lonely = await oneRouter({
      menus: { '/ip/route': [{ 'dst-address': '0.0.0.0/0', gateway: '10.255.0.254', disabled: 'true' }] },
    });
    const { json } = await call(lonely.router, 'POST', '/tool/ping', { address: FAR, count: '1' });
    expect(json).toMatchObject([{ status: 'no route to host', received: '0' }]);
    await lonely.fleet.close();
  });

  it('takes its time: an answer its latency, a lost probe the interval', async () => {
    expect(await lasting(() => ask('/tool/ping', { address: FAR, count: '1' }))).toBeGreaterThanOrEqual(30);
    expect(await lasting(() => ask('/tool/ping', { address: '203.0.113.8', count: '1' }))).toBeGreaterThanOrEqual(1000);
  });

  it('needs the policy test, as the other tools do', async () => {
    for (const path of ['/tool/ping', '/tool/traceroute', '/tool/bandwidth-test']) {
      expect(refusal(await ask(path, { address: FAR }, 'monitor'))).toBe('500 not enough permissions (9)');
    }
  });
});

describe('traceroute', () => {
  it('gives a row for each hop, one that keeps silent without an address, until the target answers', async () => {
    const found = await askRows('/tool/traceroute', { address: FAR, count: '1', 'max-hops': '8', timeout: '500ms' });
    expect(found.map((row) => row['address'])).toEqual(['10.255.0.254', '198.18.0.1', '', '198.18.0.3', FAR]);
    expect(found.every((row) => row['.section'] === '0' && row['sent'] === '1')).toBe(true);
    expect(found[2]).toMatchObject({ loss: '100', last: 'timeout' });
    // Plain milliseconds, not a duration.
    expect(found[4]?.['last']).toMatch(/^\d+(\.\d)?$/);
  });

  it('ends at max-hops', async () => {
    const found = await askRows('/tool/traceroute', { address: FAR, count: '1', 'max-hops': '2', timeout: '500ms' });
    expect(found.map((row) => row['address'])).toEqual(['10.255.0.254', '198.18.0.1']);
  });

  it('waits the timeout for each that keeps silent, to the last hop where nobody answers', async () => {
    const body = { address: '203.0.113.8', count: '1', 'max-hops': '4', timeout: '500ms' };
    let found: readonly Row[] = [];
    const took = await lasting(async () => {
      found = await askRows('/tool/traceroute', body);
    });
    expect(found.map((row) => row['address'])).toEqual(['10.255.0.254', '', '', '']);
    expect(took).toBeGreaterThanOrEqual(1500);
  });

  it('counts rounds in sections', async () => {
    const found = await askRows('/tool/traceroute', { address: '192.0.2.20', count: '2', 'max-hops': '30' });
    expect(new Set(found.map((row) => row['.section']))).toEqual(new Set(['0', '1']));
    expect(found.at(-1)).toMatchObject({ address: '192.0.2.20', sent: '2' });
  });

  it('draws the same way to a place that is not seeded each time', async () => {
    const body = { address: '8.8.8.8', count: '1', timeout: '10ms' };
    const way = async (): Promise<unknown> => (await askRows('/tool/traceroute', body)).map((row) => row['address']);
    expect(await way()).toEqual(await way());
  });

  it.each<[Record<string, string>, string]>([
    [{}, '400 missing =address='],
    [{ address: FAR, timeout: '5s' }, '400 value of timeout out of range (00:00:00.010..00:00:03)'],
    [{ address: FAR, timeout: 'soon' }, '400 invalid time value for argument timeout'],
    [{ address: FAR, 'max-hops': '0' }, '400 value of max-hops out of range (1..255)'],
    [{ address: FAR, hops: '3' }, '400 unknown parameter hops'],
  ])('refuses %j', async (body, expected) => {
    expect(refusal(await ask('/tool/traceroute', body))).toBe(expected);
  });
});

describe('bandwidth test', () => {
  const login = { address: '192.0.2.20', user: 'btest', password: 'measure' };

  it('connects, runs a section a second, and is done after its duration', async () => {
    const found = await askRows('/tool/bandwidth-test', {
      ...login,
      duration: '3s',
      direction: 'both',
      'local-tx-speed': '100M',
    });
    expect(found.map((row) => [row['.section'], row['status']])).toEqual([
      ['0', 'connecting'],
      ['1', 'running'],
      ['2', 'running'],
      ['3', 'done testing'],
    ]);
    const last = found.at(-1) ?? {};
    expect(last['duration']).toBe('3s');
    expect(Number(last['rx-total-average'])).toBeGreaterThan(150_000_000);
    expect(Number(last['tx-total-average'])).toBeLessThan(100_000_000);
  });

  it('says in its last row that nobody listens, or that the user is unknown', async () => {
    const status = async (body: Record<string, string>): Promise<unknown> =>
      (await askRows('/tool/bandwidth-test', { duration: '1s', ...body })).at(-1)?.['status'];
    expect(await status({ ...login, password: 'wrong' })).toBe('authentication failed');
    expect(await status({ ...login, address: FAR })).toBe("can't connect");
  });

  it('is refused where the device-mode forbids it', async () => {
    const home = await oneRouter({ menus: { '/system/device-mode': [{ 'bandwidth-test': 'false' }] } });
    const reply = await call(home.router, 'POST', '/tool/bandwidth-test', { address: '192.0.2.20', duration: '1s' });
    expect(refusal(reply)).toBe('400 failure: not allowed by device-mode');
    await home.fleet.close();
  });
});

describe('resolve', () => {
  it('answers a name, refuses one that is not there, and waits ten seconds for a server that is silent', async () => {
    expect((await ask('/resolve', { 'domain-name': 'www.example.com' })).json).toEqual({
      ret: expect.stringMatching(/^203/),
    });
    expect(refusal(await ask('/resolve', { 'domain-name': 'x.invalid' }))).toBe('400 failure: dns name does not exist');
    const took = await lasting(async () => {
      const reply = await ask('/resolve', { 'domain-name': 'www.example.com', server: '203.0.113.8' });
      expect(refusal(reply)).toBe('400 failure: dns server failure');
    });
    expect(took).toBeGreaterThanOrEqual(10_000);
  });
});

describe('monitor-traffic', () => {
  it('once: one row for each interface, without a section; a duration gives sections', async () => {
    const once = await askRows('/interface/monitor-traffic', { interface: 'ether1,bridge', once: '' });
    expect(once.map((row) => [row['name'], row['.section']])).toEqual([
      ['ether1', undefined],
      ['bridge', undefined],
    ]);
    expect(Number(once[0]?.['rx-bits-per-second'])).toBeGreaterThan(0);
    const lasting = await askRows('/interface/monitor-traffic', { interface: 'ether1', duration: '2s' });
    expect(lasting.map((row) => row['.section'])).toEqual(['0', '1']);
    expect(refusal(await ask('/interface/monitor-traffic', { interface: 'none-such', once: '' }))).toBe(
      '400 input does not match any value of interface',
    );
  });

  it('with once=false goes on until the session is closed after 60 s, and then stops', async () => {
    const reply = await ask('/interface/monitor-traffic', { interface: 'ether1', once: 'false' });
    expect(refusal(reply)).toBe('400 Session closed');
    await until(() => one.router.running.length === 0);
  });
});

describe('a command whose client has left', () => {
  it('goes on to its end, holds the queue of its user, and of nobody else', async () => {
    await askAndLeave(one.router, '/tool/ping', { address: FAR, count: '15' });
    expect(one.router.running).toMatchObject([{ path: '/tool/ping', user: 'reader' }]);
    expect((await call(one.router, 'GET', '/system/identity')).status).toBe(200);
    expect(one.router.running).toHaveLength(1);
    // Behind the ping that nobody waits for any more.
    expect((await call(one.router, 'GET', '/system/identity', undefined, { user: 'reader' })).status).toBe(200);
    expect(one.router.running).toEqual([]);
  });

  it('ends when the router goes down', async () => {
    const fresh = await oneRouter({ destinations: DESTINATIONS }, 20);
    await askAndLeave(fresh.router, '/tool/ping', { address: FAR, count: '50' }, 'ctl');
    fresh.router.reboot(100);
    await expect.poll(() => fresh.router.running).toEqual([]);
    await fresh.fleet.close();
  });
});

/** Whose answer it was: their own, another request's, or none. */
async function gets(router: SimulatedRouter, user: string, path: string, key: string): Promise<string> {
  try {
    const { json } = await call(router, 'GET', path, undefined, { user });
    return key in (json as Row) ? 'own' : 'other';
  } catch {
    return 'reset';
  }
}

describe('clients that leave before their answer', () => {
  let slow: OneRouter;
  const writer = (): Promise<string> => gets(slow.router, 'ctl', '/system/identity', 'name');
  const reader = (): Promise<string> => gets(slow.router, 'reader', '/system/clock', 'date');
  async function leave(): Promise<void> {
    await askAndLeave(slow.router, '/tool/ping', { address: FAR, count: '1' });
    await until(() => slow.router.running.length === 0);
  }
  beforeAll(async () => {
    // At its true pace: what is mixed up is right again after two seconds.
    const users = [{ name: 'reader', password: 'pw', group: 'full' }];
    slow = await oneRouter({ destinations: DESTINATIONS, users }, 1);
  });
  afterAll(async () => {
    await slow.fleet.close();
  });

  it('harm nobody as long as nothing is said of it', async () => {
    for (let round = 0; round < 3; round += 1) {
      await leave();
      expect([await writer(), await reader()]).toEqual(['own', 'own']);
    }
  });

  it('cost users who did nothing of the kind their answers, once it happened again, for 2.4 seconds at most', async () => {
    slow.router.faults.add({ kind: 'mixed-answers' });
    await leave();
    await leave();
    // However many leave in a row: it counts once.
    expect([await writer(), await writer()]).toEqual(['own', 'own']);
    await leave();
    expect(await reader()).toBe('own');
    const began = slow.router.state.clock.now();
    expect([await writer(), await reader()]).toEqual(['other', 'reset']);
    await until(async () => (await writer()) === 'own' && (await reader()) === 'own');
    const took = slow.router.state.clock.now() - began;
    expect(took).toBeGreaterThan(1000);
  });
});
