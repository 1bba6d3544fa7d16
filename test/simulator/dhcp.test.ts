import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, oneRouter, refusal, rows, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({
    version: '7.22.3',
    menus: {
      '/ip/pool': [{ name: 'office', ranges: '192.0.2.10-192.0.2.19' }],
      '/ip/dhcp-server': [{ name: 'office', interface: 'bridge', 'address-pool': 'office' }],
      '/ip/dhcp-server/lease': [
        {
          server: 'office',
          'mac-address': '00:00:5e:00:53:77',
          address: '192.0.2.17',
          dynamic: 'true',
          status: 'bound',
          'expires-after': '59m34s',
          'last-seen': '26s',
        },
      ],
    },
  });
});
afterAll(async () => {
  await one.fleet.close();
});

function ask(method: string, path: string, body?: unknown) {
  return call(one.router, method, path, body);
}

function listed(path: string) {
  return rows(one.router, path);
}

const LEASE = '/ip/dhcp-server/lease';
const lease = (client: number, address: string, more: Record<string, string> = {}): Record<string, string> => ({
  'mac-address': `00-00-5e-00-53-0${client}`,
  address,
  ...more,
});

describe('a lease', () => {
  it('is read back in upper case, without the server that is all, with the state of one that waits', async () => {
    const { json } = await ask(
      'PUT',
      LEASE,
      lease(1, '192.0.2.31', { server: 'all', 'client-id': '01:0:0:5E:00:53:01' }),
    );
    expect(json).toMatchObject({
      'mac-address': '00:00:5E:00:53:01',
      'client-id': '1:0:0:5e:0:53:1',
      'address-lists': '',
      'dhcp-option': '',
      status: 'waiting',
      'last-seen': 'never',
      dynamic: 'false',
      'active-agent-circuit-id': '',
    });
    expect(Object.keys(json as object)).not.toEqual(expect.arrayContaining(['server']));
    expect(
      Object.keys(json as object).filter((name) => /^active-(address|server)|host-name|expires/.test(name)),
    ).toEqual([]);
  });

  it('of a server is there beside what it handed out, which nobody may change', async () => {
    const [bound] = await listed(`${LEASE}?dynamic=true`);
    expect(bound).toMatchObject({ status: 'bound', 'expires-after': '59m34s', server: 'office' });
    expect(refusal(await ask('PATCH', `${LEASE}/${bound?.['.id'] ?? ''}`, { comment: 'x' }))).toMatch(
      /^400 failure: can not change/,
    );
    expect(
      (await ask('PUT', LEASE, { 'mac-address': '00:00:5e:00:53:77', address: '192.0.2.18', server: 'office' })).status,
    ).toBe(201);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'the client has one for all',
      lease(1, '192.0.2.32', { server: 'office' }),
      'failure: already have static lease for this client',
    ],
    [
      'the address has one, whatever its server',
      lease(2, '192.0.2.31', { server: 'office' }),
      'failure: already have static lease with this IP address',
    ],
    [
      'the address has one, disabled or not',
      lease(2, '192.0.2.31', { disabled: 'yes' }),
      'failure: already have static lease with this IP address',
    ],
    ['the server is unknown', lease(2, '192.0.2.33', { server: 'no' }), 'input does not match any value of server'],
    ['the pool is unknown', lease(2, 'no-pool'), 'input does not match any value of address'],
  ])('is refused where %s', async (_, row, says) => {
    expect(refusal(await ask('PUT', LEASE, row))).toBe(`400 ${says}`);
  });

  it('of the same client may stand disabled beside', async () => {
    expect((await ask('PUT', LEASE, lease(1, '192.0.2.34', { disabled: 'yes' }))).status).toBe(201);
  });
});

describe('what others name', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      '/ip/dhcp-server',
      { name: 'x', interface: 'no', 'address-pool': 'office' },
      'input does not match any value of interface',
    ],
    [
      '/ip/dhcp-server',
      { name: 'x', interface: 'bridge', 'address-pool': 'no' },
      'input does not match any value of address-pool',
    ],
    ['/ip/dhcp-server', { name: 'office', interface: 'bridge' }, 'failure: server with such name already exists'],
    ['/ip/dhcp-server/network', { address: '192.0.2.1/24' }, 'failure: invalid network'],
    [
      '/ip/dhcp-server/network',
      { address: '192.0.2.0/24', 'dhcp-option': 'no' },
      'input does not match any value of dhcp-option',
    ],
    ['/ip/dhcp-server/option/sets', { name: 'x', options: 'no' }, 'input does not match any value of options'],
    ['/ip/pool', { name: 'x', ranges: '192.0.2.9-192.0.2.1' }, 'invalid value for argument ranges'],
    ['/ip/pool', { name: 'x', ranges: '192.0.2.1', 'next-pool': 'no' }, 'input does not match any value of next-pool'],
  ])('%s %j is refused', async (path, row, says) => {
    expect(refusal(await ask('PUT', path, row))).toBe(`400 ${says}`);
  });

  it('networks overlap, but no two are equal, and none has disabled', async () => {
    const path = '/ip/dhcp-server/network';
    expect((await ask('PUT', path, { address: '198.51.100.0/24' })).json).not.toHaveProperty('disabled');
    expect((await ask('PUT', path, { address: '198.51.100.0/25', 'next-server': '192.0.2.1' })).status).toBe(201);
    expect(refusal(await ask('PUT', path, { address: '198.51.100.0/24' }))).toBe(
      '400 failure: such network already exists',
    );
    expect((await listed(path))[0]).toMatchObject({ gateway: '', 'dns-server': '', 'dhcp-option': '' });
  });

  it('a pool or server that goes leaves its dead id, which no new one of that name takes over', async () => {
    const made = async (path: string, row: Record<string, string>): Promise<string> =>
      ((await ask('PUT', path, row)).json as { '.id': string })['.id'];
    await made('/ip/dhcp-server/option', { name: 'a', code: '66', value: "s'192.0.2.80'" });
    await made('/ip/dhcp-server/option', { name: 'b', code: '0x43' });
    await made('/ip/dhcp-server/option/sets', { name: 'both', options: 'a,b' });
    const pool = await made('/ip/pool', { name: 'gone', ranges: '203.0.113.0/28' });
    const server = await made('/ip/dhcp-server', { name: 'gone', interface: 'ether3', 'address-pool': 'gone' });
    const held = await made(LEASE, lease(5, '203.0.113.5', { server: 'gone' }));
    const [option] = await listed('/ip/dhcp-server/option?name=a');
    expect(option).toMatchObject({ 'raw-value': Buffer.from('192.0.2.80').toString('hex') });
    for (const path of [`/ip/pool/${pool}`, `/ip/dhcp-server/option/${option?.['.id'] ?? ''}`])
      expect((await ask('DELETE', path)).status).toBe(204);
    const [left] = await listed('/ip/dhcp-server?name=gone');
    expect(left).toMatchObject({ 'address-pool': pool, 'lease-time': '30m', invalid: 'false' });
    expect(left).not.toHaveProperty('authoritative');
    const [set] = await listed('/ip/dhcp-server/option/sets');
    expect(set?.['options']).toBe(`${option?.['.id'] ?? ''},b`);
    expect((await ask('DELETE', `/ip/dhcp-server/${server}`)).status).toBe(204);
    await made('/ip/dhcp-server', { name: 'gone', interface: 'ether3' });
    const { json } = await ask('GET', `${LEASE}/${held}`);
    expect(json).toMatchObject({ server, 'active-server': '*FFFFFFFF' });
  });

  it('a pool counts what is taken of it', async () => {
    const [pool] = await listed('/ip/pool?name=office');
    expect(pool).toMatchObject({ total: '10', used: '2', available: '8' });
    expect(pool).not.toHaveProperty('next-pool');
  });
});
