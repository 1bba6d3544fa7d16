import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, oneRouter, refusal, rows, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter();
});
afterAll(async () => {
  await one.fleet.close();
});

function ask(method: string, path: string, body?: unknown) {
  return call(one.router, method, path, body);
}

async function add(path: string, row: Record<string, string>): Promise<string> {
  return ((await ask('PUT', path, row)).json as { '.id': string })['.id'];
}

describe('uniqueness', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    [
      '/ip/dns/static',
      { name: 'u', address: '192.0.2.1' },
      { ttl: '5m', comment: 'other' },
      'failure: entry already exists',
    ],
    [
      '/ip/firewall/address-list',
      { list: 'u', address: '192.0.2.0/24' },
      { comment: 'x', address: '192.0.2.9/24' },
      'failure: already have such entry',
    ],
    [
      '/ip/firewall/address-list',
      { list: 'timed', address: '192.0.2.1', timeout: '1d' },
      { timeout: '2d' },
      'failure: already have such entry',
    ],
    [
      '/ip/address',
      { address: '198.51.100.1/24', interface: 'ether3' },
      { comment: 'x' },
      'failure: already have such address',
    ],
    [
      '/user',
      { name: 'twin', group: 'read', password: 'a' },
      { password: 'b' },
      'failure: user with the same name already exists',
    ],
    ['/system/script', { name: 'twin', source: 'a' }, { source: 'b' }, 'failure: item with this name already exists'],
  ])('%s refuses the second of %j', async (path, row, difference, message) => {
    expect((await ask('PUT', path, row)).status).toBe(201);
    expect(refusal(await ask('PUT', path, { ...row, ...difference }))).toBe(`400 ${message}`);
  });

  it.each<[string, Record<string, string>]>([
    ['/ip/dns/static', { name: 'dis', address: '192.0.2.1' }],
    ['/ip/firewall/address-list', { list: 'dis', address: '192.0.2.1' }],
  ])('%s takes a disabled twin, and refuses to enable it while the other is there', async (path, row) => {
    const first = await add(path, row);
    const twin = await add(path, { ...row, disabled: 'yes' });
    expect(refusal(await ask('PATCH', `${path}/${twin}`, { disabled: 'no' }))).toMatch(
      /^400 failure: (entry already|already have)/,
    );
    await ask('DELETE', `${path}/${first}`);
    expect((await ask('PATCH', `${path}/${twin}`, { disabled: 'no' })).status).toBe(200);
  });

  it('a row may be written back as it is, and several A rows of one name live together', async () => {
    const id = await add('/ip/dns/static', { name: 'multi', address: '192.0.2.1' });
    await add('/ip/dns/static', { name: 'multi', address: '192.0.2.2' });
    await add('/ip/dns/static', { name: 'MULTI', address: '192.0.2.1' });
    expect(
      (await ask('PATCH', `/ip/dns/static/${id}`, { name: 'multi', address: '192.0.2.1', ttl: '1h' })).status,
    ).toBe(200);
  });
});

describe('references', () => {
  it('an unknown interface is refused', async () => {
    const row = { address: '192.0.2.1/24', interface: 'nowhere' };
    expect(refusal(await ask('PUT', '/ip/address', row))).toBe('400 input does not match any value of interface');
    expect(refusal(await ask('PUT', '/ip/route', { 'dst-address': '10.0.0.0/8', gateway: 'nowhere' }))).toBe(
      '400 invalid or unexpected argument base',
    );
    expect(refusal(await ask('PUT', '/ip/firewall/filter', { chain: 'input', 'in-interface-list': '!nolist' }))).toBe(
      '400 input does not match any value of in-interface-list',
    );
  });

  it('a rename is followed; a removal leaves the dead id, and making the name again does not link', async () => {
    const bridge = await add('/interface/bridge', { name: 'br9' });
    const address = await add('/ip/address', { address: '203.0.113.1/24', interface: 'br9' });
    await ask('PATCH', `/interface/bridge/${bridge}`, { name: 'br10' });
    expect((await ask('GET', `/ip/address/${address}`)).json).toMatchObject({ interface: 'br10', invalid: 'false' });
    await ask('DELETE', `/interface/bridge/${bridge}`);
    const orphan = (await ask('GET', `/ip/address/${address}`)).json as Record<string, string>;
    expect(orphan['interface']).toMatch(/^\*[0-9A-F]+$/);
    expect(orphan['invalid']).toBe('true');
    await add('/interface/bridge', { name: 'br10' });
    expect((await ask('GET', `/ip/address/${address}`)).json).toEqual(orphan);
  });

  it('a group with users stays', async () => {
    await add('/user/group', { name: 'busy', policy: 'read' });
    await add('/user', { name: 'member', group: 'busy' });
    expect(refusal(await ask('DELETE', '/user/group/busy'))).toBe('400 failure: group has some users');
    expect((await ask('GET', '/user/group/busy')).status).toBe(200);
  });
});

describe('routes', () => {
  it('connected ones follow the addresses, and gateways decide what is active', async () => {
    const address = await add('/ip/address', { address: '172.16.0.1/24', interface: 'ether2' });
    const route = await add('/ip/route', { 'dst-address': '10.9.0.0/16', gateway: '172.16.0.254' });
    expect(route).toMatch(/^\*8000000[0-9A-F]$/);
    const found = await rows(one.router, '/ip/route');
    expect(found.find((row) => row['dst-address'] === '172.16.0.0/24')).toMatchObject({
      connect: 'true',
      dynamic: 'true',
      gateway: 'ether2',
    });
    expect((await ask('GET', `/ip/route/${route}`)).json).toMatchObject({
      active: 'true',
      'immediate-gw': '172.16.0.254%ether2',
    });
    await ask('DELETE', `/ip/address/${address}`);
    const unreachable = (await ask('GET', `/ip/route/${route}`)).json;
    expect(unreachable).toMatchObject({ inactive: 'true', 'immediate-gw': '' });
    expect(unreachable).not.toHaveProperty('active');
  });

  it('a disabled route prints little', async () => {
    const id = await add('/ip/route', { 'dst-address': '10.8.0.0/16', gateway: '10.255.0.254', disabled: 'yes' });
    expect((await ask('GET', `/ip/route/${id}`)).json).toEqual({
      '.id': id,
      disabled: 'true',
      'dst-address': '10.8.0.0/16',
      gateway: '10.255.0.254',
      inactive: 'false',
      static: 'true',
    });
  });
});

describe('ordered tables', () => {
  const path = '/ip/firewall/raw';
  let ids: Record<string, string>;
  beforeEach(async () => {
    for (const row of await rows(one.router, path)) {
      await ask('DELETE', `${path}/${row['.id']}`);
    }
    ids = {};
    for (const name of ['a', 'b', 'c', 'd']) {
      ids[name] = await add(path, { chain: 'prerouting', action: 'notrack', comment: name });
    }
  });

  async function order(): Promise<string> {
    return (await rows(one.router, path)).map((row) => row['comment']).join('');
  }

  function id(name: string): string {
    return ids[name] ?? '';
  }

  it('place-before on add', async () => {
    await add(path, { chain: 'prerouting', action: 'notrack', comment: 'x', 'place-before': id('b') });
    expect(await order()).toBe('axbcd');
    const empty = await ask('PUT', '/ip/firewall/mangle', { chain: 'input', 'place-before': '0' });
    expect(refusal(empty)).toBe('400 no such item');
  });

  it.each<[string, () => Record<string, string>, string]>([
    ['a row before another, keeping its id', () => ({ numbers: id('d'), destination: id('a') }), 'dabc'],
    ['.id instead of numbers', () => ({ '.id': id('d'), destination: id('b') }), 'adbc'],
    ['a block in the given order', () => ({ numbers: `${id('d')},${id('c')}`, destination: id('a') }), 'dcab'],
    ['to the end without destination', () => ({ numbers: id('a') }), 'bcda'],
    ['to the end for an unknown destination, silently', () => ({ numbers: id('a'), destination: '*FFFF' }), 'bcda'],
    ['by position', () => ({ numbers: '0', destination: '2' }), 'bacd'],
    ['by comment', () => ({ numbers: 'd', destination: id('a') }), 'dabc'],
  ])('move: %s', async (_name, body, expected) => {
    const reply = await ask('POST', `${path}/move`, body());
    expect([reply.status, reply.json]).toEqual([200, []]);
    expect(await order()).toBe(expected);
    expect(new Set((await rows(one.router, path)).map((row) => row['.id']))).toEqual(new Set(Object.values(ids)));
  });

  it.each<[string, () => Record<string, string>, string]>([
    ['unknown row', () => ({ numbers: '*FFFF', destination: id('a') }), '404'],
    ['unknown comment', () => ({ numbers: 'nobody', destination: id('a') }), '404'],
    ['itself', () => ({ numbers: id('a'), destination: id('a') }), '400 failure: can not move object before itself'],
    ['nothing', () => ({}), '400 missing =.id='],
  ])('move refuses: %s', async (_name, body, expected) => {
    expect(refusal(await ask('POST', `${path}/move`, body()))).toBe(expected);
    expect(await order()).toBe('abcd');
  });

  it('matchers are cleared with !name, and ports need a protocol', async () => {
    const item = `${path}/${id('a')}`;
    expect((await ask('PATCH', item, { protocol: 'tcp', 'dst-port': '80' })).json).toMatchObject({ 'dst-port': '80' });
    expect((await ask('PATCH', item, { '!dst-port': '' })).json).not.toHaveProperty('dst-port');
    expect(refusal(await ask('PATCH', item, { '!protocol': '', 'dst-port': '80' }))).toMatch(
      /^400 failure: ports can be specified/,
    );
    expect((await ask('POST', `${path}/unset`, { numbers: id('a'), 'value-name': 'protocol' })).status).toBe(200);
    expect((await ask('GET', item)).json).not.toHaveProperty('protocol');
  });
});
