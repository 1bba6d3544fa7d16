import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, oneRouter, refusal, rows, until, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({}, 200);
});
afterAll(async () => {
  await one.fleet.close();
});

function ask(method: string, path: string, body?: unknown) {
  return call(one.router, method, path, body);
}

const list = '/ip/firewall/address-list';
let lists = 0;

async function storedAddress(address: string): Promise<string> {
  lists += 1;
  const reply = await ask('PUT', list, { list: `l${lists}`, address });
  return reply.status === 201 ? (reply.json as { address: string }).address : refusal(reply);
}

describe('addresses of address lists', () => {
  it.each([
    ['10.10.10.10/32', '10.10.10.10'],
    ['203.0.113.77/24', '203.0.113.0/24'],
    ['10.0.0.0-10.0.0.255', '10.0.0.0/24'],
    ['10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
    ['10.0.0.0/255.255.255.0', '10.0.0.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['203.0.113.1-254', '203.0.113.1-254'],
    ['2001:db8::1', '400 failure: 2001:db8::1 is not a valid dns name'],
  ])('%s reads back as %s', async (written, expected) => {
    expect(await storedAddress(written)).toBe(expected);
  });

  it('writing back what was read changes nothing', async () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
    await fc.assert(
      fc.asyncProperty(fc.tuple(address, fc.integer({ min: 1, max: 32 })), async ([base, length]) => {
        const first = await storedAddress(`${base}/${length}`);
        expect(await storedAddress(first)).toBe(first);
      }),
      { numRuns: 50 },
    );
  });
});

describe('timed entries', () => {
  it('are dynamic, count down and go', async () => {
    const created = (await ask('PUT', list, { list: 't', address: '192.0.2.1', timeout: '00:02:00' })).json;
    expect(created).toMatchObject({ dynamic: 'true', timeout: '2m' });
    await until(async () => {
      const row = (await rows(one.router, list)).find((candidate) => candidate['list'] === 't');
      return row?.['timeout'] !== '2m';
    });
    await until(async () => (await rows(one.router, list)).every((row) => row['list'] !== 't'));
  });

  it('refuse what is too long or no time', async () => {
    const entry = { list: 't2', address: '192.0.2.1' };
    expect(refusal(await ask('PUT', list, { ...entry, timeout: '40w' }))).toBe(
      '400 value of timeout is out of range (00:00:00 .. 35w3d13:13:56)',
    );
    expect(refusal(await ask('PUT', list, { ...entry, timeout: 'soon' }))).toBe(
      '400 invalid time value for argument timeout',
    );
  });
});

describe('DNS names in address lists', () => {
  it('stay static and bring one dynamic row per address, which go with them', async () => {
    await ask('POST', '/ip/dns/set', { servers: '1.1.1.1' });
    const parent = (await ask('PUT', list, { list: 'fqdn', address: 'www.example.com' })).json as { '.id': string };
    const found = (await rows(one.router, list)).filter((row) => row['list'] === 'fqdn');
    expect(found.map((row) => [row['dynamic'], row['comment']])).toEqual([
      ['false', undefined],
      ['true', 'www.example.com'],
    ]);
    expect(found[1]).not.toHaveProperty('timeout');
    const child = await ask('PATCH', `${list}/${found[1]?.['.id']}`, { comment: 'mine' });
    expect(refusal(child)).toBe('400 failure: can not change dynamic item');
    await ask('DELETE', `${list}/${parent['.id']}`);
    expect((await rows(one.router, list)).filter((row) => row['list'] === 'fqdn')).toEqual([]);
  });
});

describe('durations', () => {
  it.each([
    ['00:10:00', '10m'],
    ['1d00:00:00', '1d'],
    ['90', '1m30s'],
    ['1w2d3h4m5s', '1w2d3h4m5s'],
    ['0', '0s'],
    ['2s250ms', '2s250ms'],
  ])('%s reads back as %s', async (written, expected) => {
    await ask('POST', '/ip/dns/set', { 'cache-max-ttl': written });
    expect((await ask('GET', '/ip/dns?.proplist=cache-max-ttl')).json).toEqual({ 'cache-max-ttl': expected });
  });

  it('anything else is refused', async () => {
    expect(refusal(await ask('POST', '/ip/dns/set', { 'cache-max-ttl': '1y' }))).toBe(
      '400 invalid time value for argument cache-max-ttl',
    );
  });
});

describe('interface addresses', () => {
  it.each([
    [{ address: '192.0.2.1' }, '192.0.2.1/32', '192.0.2.1'],
    [{ address: '192.0.3.1/24' }, '192.0.3.1/24', '192.0.3.0'],
    [{ address: '192.0.4.1', netmask: '255.255.255.0' }, '192.0.4.1/24', '192.0.4.0'],
  ])('%j is stored as %s in %s', async (args, address, network) => {
    expect((await ask('PUT', '/ip/address', { ...args, interface: 'ether2' })).json).toMatchObject({
      address,
      network,
      'actual-interface': 'ether2',
    });
  });

  it('a PATCH of the address leaves the network as it was', async () => {
    const created = (await ask('PUT', '/ip/address', { address: '192.0.5.1/24', interface: 'ether2' })).json as {
      '.id': string;
    };
    const patched = await ask('PATCH', `/ip/address/${created['.id']}`, { address: '192.0.6.1/24' });
    expect(patched.json).toMatchObject({ address: '192.0.6.1/24', network: '192.0.5.0' });
  });
});

describe('static DNS rows', () => {
  const path = '/ip/dns/static';
  it.each<[Record<string, string>, Record<string, string>]>([
    [
      { name: 'c', type: 'CNAME', cname: 'd.example', address: '1.2.3.4' },
      { cname: 'd.example', type: 'CNAME' },
    ],
    [
      { name: 'm', type: 'MX', 'mx-exchange': 'mail.example' },
      { 'mx-exchange': 'mail.example', 'mx-preference': '0' },
    ],
    [
      { name: '_dns._udp.example', type: 'SRV', 'srv-target': 't.example' },
      { 'srv-port': '0', 'srv-priority': '0', 'srv-weight': '0' },
    ],
    [{ name: 'x', type: 'NXDOMAIN' }, { type: 'NXDOMAIN' }],
    [{ regexp: '.*\\.ads', type: 'NXDOMAIN' }, { regexp: '.*\\.ads' }],
    [{ name: 'six', type: 'AAAA', address: '2001:DB8:0:0:0:0:0:1' }, { address: '2001:db8::1' }],
    [{ name: 'mapped', type: 'AAAA', address: '::ffff:192.0.2.1' }, { address: '::ffff:192.0.2.1' }],
    [
      { name: 'Dot.example.', address: '192.0.2.1', ttl: '1.5h' },
      { name: 'Dot.example', ttl: '1h30m' },
    ],
    [
      { name: 'list', type: 'FWD', 'address-list': 'vpn' },
      { type: 'FWD', 'address-list': 'vpn' },
    ],
    [
      { name: 'f', type: 'FWD', 'forward-to': '192.0.2.1,2001:DB8::1,a b' },
      { 'forward-to': '192.0.2.1,2001:db8::1,a b' },
    ],
    [{ name: 'empty', type: 'TXT', text: '' }, { text: '' }],
    [{ name: 'mx', type: 'MX', 'mx-exchange': 'm.example', 'mx-preference': '0010' }, { 'mx-preference': '10' }],
    [{ regexp: '*.ads|[*x*]|[^]a]|[[:alpha:]]', type: 'NXDOMAIN' }, { regexp: '*.ads|[*x*]|[^]a]|[[:alpha:]]' }],
  ])('%j', async (args, expected) => {
    const { json } = await ask('PUT', path, args);
    expect(json).toMatchObject(expected);
    expect(json).not.toHaveProperty(args['type'] === 'CNAME' ? 'address' : 'cname');
  });

  it.each<[Record<string, string>, string]>([
    [{ name: 'a', regexp: 'b', address: '1.2.3.4' }, '400 failure: only name or regexp allowed'],
    [{ name: 'a', type: 'MX' }, '400 failure: bad MX data'],
    [{ name: 'a', type: 'SRV', 'srv-target': 't.example' }, '400 failure: bad SRV data'],
    [{ name: '_a._b', type: 'SRV', 'srv-target': 't.example' }, '400 failure: bad SRV data'],
    [{ name: '_a._b.c', type: 'SRV', 'srv-target': 't.example.' }, '400 failure: bad SRV data'],
    [{ name: '_a._b.c', type: 'SRV', 'srv-target': '.' }, '400 failure: bad SRV data'],
    [{ name: 'a', type: 'CNAME', cname: 'b.example.' }, '400 failure: bad CNAME data'],
    ...['(', 'a)', '[a', 'a()b', '[[.ch.]]', 'a\\'].map((regexp): [Record<string, string>, string] => [
      { regexp, type: 'NXDOMAIN' },
      '400 invalid value for argument regexp',
    ]),
    [{ name: 'a', type: 'PTR' }, '400 input does not match any value of type'],
    [{ name: 'a', address: '1.2.3' }, '400 invalid value for argument address'],
    [{ name: 'a', address: '2001:db8::1' }, '400 invalid value for argument address'],
    [{ address: '1.2.3.4' }, '400 missing =name='],
  ])('%j is refused: %s', async (args, expected) => {
    expect(refusal(await ask('PUT', path, args))).toBe(expected);
  });

  it('know no names of forwarders before 7.17, but several servers', async () => {
    const old = await oneRouter({ version: '7.16' });
    const put = (servers: string) => call(old.router, 'PUT', path, { name: 'f', type: 'FWD', 'forward-to': servers });
    expect(refusal(await put('office'))).toBe('400 invalid value for argument forward-to');
    expect((await put('192.0.2.1,2001:db8::1')).status).toBe(201);
    await old.fleet.close();
  });

  it('leave out the type of A rows on the oldest profile', async () => {
    const old = await oneRouter({ version: '7.12', menus: { [path]: [{ name: 'a', address: '192.0.2.1' }] } });
    expect((await rows(old.router, path))[0]).not.toHaveProperty('type');
    await old.fleet.close();
  });
});

describe('lists and ranges', () => {
  it('comma lists have no spaces; numbers outside their range say so', async () => {
    await ask('POST', '/ip/dns/set', { servers: '1.1.1.1, 2001:DB8::1,9.9.9.9@vrf1' });
    expect((await ask('GET', '/ip/dns?.proplist=servers')).json).toEqual({
      servers: '1.1.1.1,2001:db8::1,9.9.9.9@vrf1',
    });
    await ask('POST', '/ip/dns/set', { servers: '' });
    expect((await ask('GET', '/ip/dns?.proplist=servers')).json).toEqual({ servers: '' });
    expect(refusal(await ask('POST', '/ip/dns/set', { servers: 'dns.example' }))).toBe(
      '400 invalid value for argument servers',
    );
    expect(refusal(await ask('POST', '/ip/dns/set', { 'cache-size': '1' }))).toBe(
      '400 value of cache-size out of range (64..4294967295)',
    );
  });
});

describe('two views of NTP servers', () => {
  it('the settings and the list show the same rows', async () => {
    await ask('POST', '/system/ntp/client/set', { enabled: true, servers: '192.0.2.1,pool.example.org' });
    expect((await rows(one.router, '/system/ntp/client/servers')).map((row) => row['address'])).toEqual([
      '192.0.2.1',
      'pool.example.org',
    ]);
    await ask('PUT', '/system/ntp/client/servers', { address: '192.0.2.3' });
    expect((await ask('GET', '/system/ntp/client')).json).toMatchObject({
      servers: '192.0.2.1,pool.example.org,192.0.2.3',
      status: 'synchronized',
      'synced-server': '192.0.2.1',
    });
    await ask('POST', '/system/ntp/client/set', { enabled: 'no' });
    expect((await ask('GET', '/system/ntp/client')).json).not.toHaveProperty('synced-server');
  });
});

describe('bytes above 127', () => {
  async function commentBytes(address: string): Promise<string> {
    const reply = await ask('GET', `${list}?address=${address}&.proplist=comment`);
    return /"comment":"([^"]*)"/.exec(reply.bytes.toString('latin1'))?.[1] ?? '';
  }

  it('come back as a script wrote them, a letter of UTF-8 or not', async () => {
    for (const [address, literal, bytes] of [
      ['192.0.2.1', String.raw`caf\C3\A9`, 'caf\u00c3\u00a9'],
      ['192.0.2.2', String.raw`caf\E9`, 'caf\u00e9'],
      ['192.0.2.3', String.raw`\E9 \C3\A9`, '\u00e9 \u00c3\u00a9'],
    ] as const) {
      const script = `/ip firewall address-list add list=bytes address=${address} comment="${literal}"`;
      expect((await call(one.router, 'POST', '/execute', { script, 'as-string': '' })).json).toEqual({ ret: '' });
      expect(await commentBytes(address)).toBe(bytes);
    }
  });

  it('are transcoded in a body of JSON, however it has them', async () => {
    const bodies = ['caf\u00e9', String.raw`caf\u00e9`].map((comment) => Buffer.from(`"${comment}"`));
    for (const [at, comment] of [...bodies, Buffer.from('"caf\u00e9"', 'latin1')].entries()) {
      const address = `192.0.2.${10 + at}`;
      const raw = Buffer.concat([
        Buffer.from(`{"list":"bytes","address":"${address}","comment":`),
        comment,
        Buffer.from('}'),
      ]);
      expect((await call(one.router, 'PUT', list, undefined, { raw })).status).toBe(201);
      expect(await commentBytes(address)).toBe(at < 2 ? 'caf\u00c3\u0083\u00c2\u00a9' : 'caf\u00c3\u00a9');
    }
  });
});
