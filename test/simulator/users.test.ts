import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, oneRouter, refusal, rows, until, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({
    groups: [
      { name: 'monitor', policy: 'read,api,rest-api' },
      { name: 'writer', policy: 'read,write,api,rest-api' },
      { name: 'noapi', policy: 'read,write,rest-api' },
      { name: 'norest', policy: 'read,write,api' },
      { name: 'blind', policy: 'api,rest-api' },
    ],
    users: ['monitor', 'writer', 'noapi', 'norest', 'blind'].map((name) => ({ name, password: 'pw', group: name })),
    menus: { '/user': [{ name: 'far', group: 'full', password: 'pw', address: '198.51.100.0/24' }] },
  });
});
afterAll(async () => {
  await one.fleet.close();
});

describe('who gets in', () => {
  it.each<[string, Record<string, string | null>]>([
    ['nobody', { authorization: null }],
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { user: 'stranger' }],
    ['a group without rest-api', { user: 'norest' }],
    ['a user from another address', { user: 'far' }],
  ])('%s: 401 with a challenge and no detail', async (_name, options) => {
    const reply = await call(one.router, 'GET', '/system/identity', undefined, options);
    expect([reply.status, reply.json]).toEqual([401, { error: 401, message: 'Unauthorized' }]);
    expect(reply.headers['www-authenticate']).toMatch(/^Basic/);
  });

  it('a group without api: 500', async () => {
    expect(refusal(await call(one.router, 'GET', '/system/identity', undefined, { user: 'noapi' }))).toBe(
      '500 std failure: not allowed (9)',
    );
  });
});

describe('policies', () => {
  const denied = '500 not enough permissions (9)';
  it.each<[string, string, string, unknown, string]>([
    ['blind', 'GET', '/system/identity', undefined, denied],
    ['monitor', 'GET', '/system/identity', undefined, '200'],
    ['monitor', 'POST', '/system/identity/set', { name: 'x' }, denied],
    ['monitor', 'PUT', '/ip/dns/static', { name: 'x', address: '192.0.2.1' }, denied],
    ['monitor', 'PATCH', '/ip/address/*1', { comment: 'x' }, '400 missing or invalid resource identifier'],
    ['monitor', 'DELETE', '/ip/address/*1', undefined, denied],
    ['monitor', 'POST', '/tool/ping', { address: '10.255.0.254', count: '1' }, denied],
    ['writer', 'POST', '/system/identity/set', { name: 'x' }, '200'],
    ['writer', 'PUT', '/user', { name: 'x', group: 'full' }, denied],
    ['writer', 'POST', '/system/reboot', {}, denied],
    ['writer', 'PUT', '/file', { name: 'x.txt', contents: 'x' }, denied],
    ['writer', 'PUT', '/system/script', { name: 'p', policy: 'read,write' }, '201'],
    ['writer', 'PUT', '/system/script', { name: 'q', policy: 'read,write,reboot' }, denied],
  ])('%s: %s %s %j → %s', async (user, method, path, body, expected) => {
    const reply = await call(one.router, method, path, body, { user });
    expect(reply.status < 300 ? String(reply.status) : refusal(reply)).toBe(expected);
  });

  it('a set adds to a group and takes with !, and the whole vocabulary is printed', async () => {
    await call(one.router, 'PUT', '/user/group', { name: 'g', policy: 'read,api' });
    await call(one.router, 'PATCH', '/user/group/g', { policy: 'write,!api' });
    const { policy = '' } = (await call(one.router, 'GET', '/user/group/g')).json as { policy?: string };
    expect(policy.split(',').filter((word) => !word.startsWith('!'))).toEqual(['read', 'write']);
    expect(policy.split(',')).toHaveLength(17);
    expect(policy.endsWith('!rest-api')).toBe(true);
  });

  it('a script without a policy gets what its maker has', async () => {
    await call(one.router, 'PUT', '/system/script', { name: 'own' }, { user: 'writer' });
    expect((await call(one.router, 'GET', '/system/script/own')).json).toMatchObject({
      owner: 'writer',
      policy: 'read,write',
      'run-count': '0',
    });
  });

  it('passwords are never printed, and nobody disables themselves', async () => {
    const account = (await rows(one.router, '/user')).find((row) => row['name'] === 'ctl');
    expect(account).not.toHaveProperty('password');
    const patched = await call(one.router, 'PATCH', '/user/ctl', { disabled: 'yes' });
    expect([patched.status, patched.json]).toMatchObject([200, { disabled: 'false' }]);
  });
});

describe('logins', () => {
  it('show twice among the active users and in the log, once per ten minutes', async () => {
    const fresh = await oneRouter({ seenFrom: '10.255.0.77' }, 200);
    await call(fresh.router, 'GET', '/system/identity');
    await call(fresh.router, 'GET', '/system/identity');
    const active = await rows(fresh.router, '/user/active');
    expect(active.map((row) => [row['via'], row['address']])).toEqual([
      ['rest-api', '10.255.0.77'],
      ['api', undefined],
    ]);
    const lines = fresh.router.rows('/log').filter((row) => row['topics'] === 'system,info,account');
    expect(lines.map((row) => row['message'])).toEqual([
      'user ctl logged in from 10.255.0.77 via rest-api',
      'user ctl logged in via api',
    ]);
    await fresh.fleet.close();
  });

  it('a group keeps its policies until the login is renewed; a password counts at once', async () => {
    const fresh = await oneRouter(
      { groups: [{ name: 'g', policy: 'read,api,rest-api' }], users: [{ name: 'u', password: 'pw', group: 'g' }] },
      2000,
    );
    const options = { user: 'u' };
    expect((await call(fresh.router, 'GET', '/system/identity', undefined, options)).status).toBe(200);
    await call(fresh.router, 'PATCH', '/user/group/g', { policy: 'write' });
    const path = '/system/identity/set';
    expect((await call(fresh.router, 'POST', path, { name: 'x' }, options)).status).toBe(500);
    await until(async () => (await call(fresh.router, 'POST', path, { name: 'x' }, options)).status === 200);
    await call(fresh.router, 'PATCH', '/user/u', { password: 'other' });
    expect((await call(fresh.router, 'GET', '/system/identity', undefined, options)).status).toBe(401);
    await fresh.fleet.close();
  });
});
