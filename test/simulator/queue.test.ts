import { describe, expect, it } from 'vitest';
import { call, oneRouter, refusal, rows } from './rest.ts';

describe('one queue per user', () => {
  it('runs the requests of one user in arrival order, and users side by side', async () => {
    const { fleet, router } = await oneRouter({ users: [{ name: 'other', password: 'pw', group: 'full' }] });
    const ended: string[] = [];
    const gate = Promise.withResolvers<void>();
    router.intercept((request) => {
      if (request.phase === 'after-effect') {
        ended.push(`${request.user} ${request.path}`);
        return undefined;
      }
      return request.path === '/system/clock' ? gate.promise : undefined;
    });
    const slow = call(router, 'GET', '/system/clock');
    await expect.poll(() => router.requests.length).toBe(1);
    const behind = call(router, 'GET', '/system/identity');
    await expect.poll(() => router.requests.length).toBe(2);
    await call(router, 'GET', '/ip/dns', undefined, { user: 'other' });
    expect(ended).toEqual(['other /ip/dns']);
    gate.resolve();
    await Promise.all([slow, behind]);
    expect(ended).toEqual(['other /ip/dns', 'ctl /system/clock', 'ctl /system/identity']);
    await fleet.close();
  });

  it('a request over 60 s is cut off and runs on; what waited behind it fails too, what comes later does not', async () => {
    const { fleet, router } = await oneRouter({}, 200);
    const script = ':delay 65s; /ip/dns/set servers=9.9.9.9';
    const long = call(router, 'POST', '/execute', { script, 'as-string': '' });
    await expect.poll(() => router.requests.length).toBe(1);
    const waiting = call(router, 'GET', '/system/identity');
    expect(refusal(await long)).toBe('400 Session closed');
    expect(refusal(await waiting)).toBe('400 Session closed');
    expect((await call(router, 'GET', '/ip/dns')).json).toMatchObject({ servers: '' });
    await expect.poll(() => router.rows('/ip/dns')[0]?.['servers'], { timeout: 5000 }).toBe('9.9.9.9');
    await fleet.close();
  });

  it('a client that goes away does not stop its request', async () => {
    const { fleet, router } = await oneRouter();
    const gate = Promise.withResolvers<void>();
    router.intercept((request) => (request.phase === 'before-effect' ? gate.promise : undefined));
    const controller = new AbortController();
    const authorization = `Basic ${Buffer.from('ctl:pw').toString('base64')}`;
    const given = fetch(`${router.url}/rest/system/identity/set`, {
      method: 'POST',
      body: '{"name":"after"}',
      headers: { authorization, 'content-type': 'application/json' },
      signal: controller.signal,
    });
    await expect.poll(() => router.requests.length).toBe(1);
    controller.abort();
    await expect(given).rejects.toThrow(/abort/);
    gate.resolve();
    await expect.poll(() => router.rows('/system/identity')[0]?.['name']).toBe('after');
    await fleet.close();
  });

  it('takes simulated time per request and per row', async () => {
    const { fleet, router } = await oneRouter({ latency: { perRequestMs: 1000, perRowMs: 1000 } }, 100);
    const before = router.state.clock.now();
    await rows(router, '/interface');
    expect(router.state.clock.now() - before).toBeGreaterThanOrEqual(7000);
    await fleet.close();
  });
});
