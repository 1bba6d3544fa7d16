import { describe, expect, it } from 'vitest';
import type { RouterSeed } from '#simulator';
import { call, oneRouter, rows, type OneRouter } from './rest.ts';

const undo =
  ':do {/system script set rg-T-armed name=rg-T-fired} on-error={:error "claimed"}; /ip dns set servers=192.0.2.1';

/** Arms over REST the way a controller does: script, wait script, job, startup entry (armed-rollback.md §1). */
async function arm(one: OneRouter, delay: string): Promise<void> {
  const policy = 'read,write';
  const armed = await call(one.router, 'PUT', '/system/script', { name: 'rg-T-armed', source: undo, policy });
  expect(armed.status).toBe(201);
  const source = `:delay ${delay}; /system script run rg-T-armed`;
  await call(one.router, 'PUT', '/system/script', { name: 'rg-T-wait', source, policy });
  const job = await call(one.router, 'POST', '/execute', { script: '/system script run rg-T-wait' });
  expect(job.json).toEqual({ ret: expect.stringMatching(/^\*/) as unknown });
  const entry = {
    name: 'rg-T-boot',
    'start-time': 'startup',
    'start-date': '2026-01-01',
    interval: '0s',
    'on-event': '/system script run rg-T-armed',
    policy,
  };
  expect((await call(one.router, 'PUT', '/system/scheduler', entry)).status).toBe(201);
}

async function armedRouter(delay: string, seed: Partial<RouterSeed> = {}, speed = 100): Promise<OneRouter> {
  const one = await oneRouter({ menus: { '/ip/dns': [{ servers: '192.0.2.1' }] }, ...seed }, speed);
  await arm(one, delay);
  await call(one.router, 'POST', '/ip/dns/set', { servers: '192.0.2.9' });
  return one;
}

function servers({ router }: OneRouter): string | undefined {
  return router.rows('/ip/dns')[0]?.['servers'];
}

function scripts({ router }: OneRouter): (string | undefined)[] {
  return router.rows('/system/script').map((row) => row['name']);
}

describe.each(['7.12', '7.16', '7.20', '7.24'])('an armed undo on %s', (version) => {
  it('fires by itself when nobody confirms', async () => {
    const one = await armedRouter('2m', { version });
    const [job] = (await rows(one.router, '/system/script/job')).filter((row) => row['script'] === 'rg-T-wait');
    expect(job).toMatchObject({ owner: 'ctl', type: 'script' });
    expect(servers(one)).toBe('192.0.2.9');
    await expect.poll(() => servers(one), { timeout: 20_000 }).toBe('192.0.2.1');
    expect(scripts(one)).toEqual(['rg-T-fired', 'rg-T-wait']);
    expect(one.router.rows('/system/history')[0]).toMatchObject({ action: 'DNS settings changed', by: 'ctl' });
    await one.fleet.close();
  });

  it('does nothing once the claim is ours, and one of two claims wins', async () => {
    const one = await armedRouter('1m', { version });
    expect((await call(one.router, 'PATCH', '/system/script/rg-T-armed', { name: 'rg-T-confirmed' })).status).toBe(200);
    const second = await call(one.router, 'PATCH', '/system/script/rg-T-armed', { name: 'rg-T-confirmed' });
    expect([400, 404]).toContain(second.status);
    await expect
      .poll(() => one.router.rows('/system/script/job').filter((row) => row['script'] !== undefined))
      .toEqual([]);
    expect(servers(one)).toBe('192.0.2.9');
    await one.fleet.close();
  });
});

describe('a reboot of an armed router', () => {
  it('kills the job and runs the startup entry', async () => {
    const one = await armedRouter('1w');
    one.router.reboot(1000);
    await one.router.up();
    await expect.poll(() => servers(one)).toBe('192.0.2.1');
    expect(one.router.rows('/system/script/job').filter((row) => row['script'] !== undefined)).toEqual([]);
    await one.fleet.close();
  });

  it('leaves it changed where device-mode forbids schedulers, and the entry says so', async () => {
    const menus = { '/ip/dns': [{ servers: '192.0.2.1' }], '/system/device-mode': [{ scheduler: 'false' }] };
    const one = await armedRouter('1w', { menus });
    const [entry] = await rows(one.router, '/system/scheduler');
    expect(entry?.['.about']).toMatch(/device-mode/);
    one.router.reboot(1000);
    await one.router.up();
    await one.router.state.clock.sleep(60_000);
    expect(servers(one)).toBe('192.0.2.9');
    await one.fleet.close();
  });
});

describe('jobs over REST', () => {
  it('are found by script name and removed by id', async () => {
    const one = await armedRouter('1w');
    const [job] = (await rows(one.router, '/system/script/job')).filter((row) => row['script'] === 'rg-T-wait');
    expect((await call(one.router, 'DELETE', `/system/script/job/${job?.['.id']}`)).status).toBe(204);
    expect((await rows(one.router, '/system/script/job')).filter((row) => row['script'] === 'rg-T-wait')).toEqual([]);
    expect((await call(one.router, 'DELETE', `/system/script/job/${job?.['.id']}`)).status).toBe(404);
    await one.fleet.close();
  });

  it('login sessions stand in the same table', async () => {
    const one = await oneRouter();
    const table = await rows(one.router, '/system/script/job');
    expect(table.map((row) => row['type'])).toEqual(['api-login']);
    await one.fleet.close();
  });
});

describe('scripts over REST', () => {
  it('execute answers with what was printed, also when it fails', async () => {
    const one = await oneRouter();
    async function run(script: string): Promise<unknown> {
      return (await call(one.router, 'POST', '/execute', { script, 'as-string': '' })).json;
    }
    expect(await run(':put hello')).toEqual({ ret: 'hello' });
    expect(await run('/ip address add address=192.0.2.1/24 interface=nowhere')).toEqual({
      ret: expect.stringContaining('input does not match any value of interface') as unknown,
    });
    expect(await run(':put [:parse ":put ("]')).toEqual({ ret: expect.stringContaining('syntax error') as unknown });
    await one.fleet.close();
  });

  it('a bad parameter refuses the whole script up to 7.20 and stops it half-way on 7.24', async () => {
    const script = '/ip dns set servers=9.9.9.9; /ip dns set nonsense=1';
    const after: Record<string, string | undefined> = {};
    for (const version of ['7.12', '7.16', '7.20', '7.24']) {
      const one = await oneRouter({ version });
      await call(one.router, 'POST', '/execute', { script, 'as-string': '' });
      after[version] = servers(one);
      await one.fleet.close();
    }
    expect(after).toEqual({ '7.12': '', '7.16': '', '7.20': '', '7.24': '9.9.9.9' });
  });

  it('run by name counts, and a script with more rights than its caller only leaves a log line', async () => {
    const one = await oneRouter({
      groups: [{ name: 'w', policy: 'read,write,api,rest-api' }],
      users: [{ name: 'w', password: 'pw', group: 'w' }],
    });
    const source = '/ip dns set servers=9.9.9.9';
    await call(one.router, 'PUT', '/system/script', { name: 's', source, policy: 'read,write,reboot' });
    await call(one.router, 'POST', '/system/script/run', { '.id': 's' }, { user: 'w' });
    expect(servers(one)).toBe('');
    expect(
      one.router
        .rows('/log')
        .map((row) => row['message'])
        .join('\n'),
    ).toMatch(/not enough permissions/);
    expect((await call(one.router, 'POST', '/system/script/run', { '.id': 's' })).json).toEqual([]);
    expect(servers(one)).toBe('9.9.9.9');
    expect((await rows(one.router, '/system/script'))[0]).toMatchObject({
      'run-count': '1',
      'last-started': expect.any(String) as unknown,
    });
    await one.fleet.close();
  });
});
