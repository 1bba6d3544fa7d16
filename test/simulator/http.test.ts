import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('methods of a list menu', () => {
  it('PUT creates with 201, Location and the whole row; GET by id gives it; PATCH changes; DELETE is 204, then 404', async () => {
    const created = await ask('PUT', '/ip/dns/static', { name: 'a.example', address: '192.0.2.1' });
    const row = created.json as Record<string, string>;
    expect(created.status).toBe(201);
    expect(created.headers['location']).toBe(`${one.router.url}/rest/ip/dns/static/${row['.id']}`);
    expect(row).toEqual({
      '.id': row['.id'],
      address: '192.0.2.1',
      disabled: 'false',
      dynamic: 'false',
      name: 'a.example',
      ttl: '1d',
      type: 'A',
    });
    const item = `/ip/dns/static/${row['.id']}`;
    expect((await ask('GET', item)).json).toEqual(row);
    const patched = await ask('PATCH', item, { ttl: 300, comment: 'x' });
    expect([patched.status, patched.json]).toEqual([200, { ...row, comment: 'x', ttl: '5m' }]);
    const cleared = await ask('PATCH', item, { comment: '' });
    expect(cleared.json).toEqual({ ...row, ttl: '5m' });
    const removed = await ask('DELETE', item);
    expect([removed.status, removed.text]).toEqual([204, '']);
    const again = await ask('DELETE', item);
    expect([again.status, again.json]).toEqual([404, { error: 404, message: 'Not Found' }]);
    expect((await ask('GET', item)).status).toBe(404);
  });

  it('every value is a string and keys come in order, dotted ones first', async () => {
    for (const path of ['/ip/address', '/interface', '/ip/route', '/system/resource', '/user', '/ip/service']) {
      const { json } = await ask('GET', path);
      const records = (Array.isArray(json) ? json : [json]) as Record<string, unknown>[];
      expect(records.length).toBeGreaterThan(0);
      for (const record of records) {
        const keys = Object.keys(record);
        expect(Object.values(record).every((value) => typeof value === 'string')).toBe(true);
        expect(keys).toEqual(keys.toSorted((left, right) => (left < right ? -1 : 1)));
      }
    }
  });

  it('ids are never used twice', async () => {
    const first = (await ask('PUT', '/ip/firewall/address-list', { list: 'x', address: '192.0.2.1' })).json as {
      '.id': string;
    };
    await ask('DELETE', `/ip/firewall/address-list/${first['.id']}`);
    const second = (await ask('PUT', '/ip/firewall/address-list', { list: 'x', address: '192.0.2.1' })).json as {
      '.id': string;
    };
    expect(second['.id']).not.toBe(first['.id']);
  });
});

describe('settings menus', () => {
  it('GET gives an object, POST set answers [], and PATCH is refused', async () => {
    expect((await ask('GET', '/system/identity')).json).toEqual({ name: 'r1' });
    const set = await ask('POST', '/system/identity/set', { name: 'r1b' });
    expect([set.status, set.json]).toEqual([200, []]);
    expect(refusal(await ask('PATCH', '/system/identity', { name: 'x' }))).toBe(
      '400 missing or invalid resource identifier',
    );
    expect((await ask('GET', '/system/identity')).json).toEqual({ name: 'r1b' });
  });
});

describe('requests the router refuses', () => {
  const noIdentifier = '400 missing or invalid resource identifier';
  it.each<[string, string, unknown, string]>([
    ['GET', '/nonexistent', undefined, '400 no such command or directory (nonexistent)'],
    ['GET', '/ip/nonexistent', undefined, '400 no such command or directory (nonexistent)'],
    ['GET', '/interface/wireless/x', undefined, '400 no such command or directory (wireless)'],
    ['GET', '/ip/address/print', undefined, '400 no such command'],
    ['GET', '/ip/address/%2A1', undefined, '400 no such command prefix'],
    ['GET', '/ip/address/name', undefined, '400 no such command prefix'],
    ['PATCH', '/ip/address/%2A1', { comment: 'x' }, noIdentifier],
    ['DELETE', '/ip/address/%2A1', undefined, noIdentifier],
    ['PATCH', '/ip/address', { comment: 'x' }, noIdentifier],
    ['DELETE', '/ip/address', undefined, noIdentifier],
    ['DELETE', '/interface/*1', undefined, noIdentifier],
    ['POST', '/ip/address', {}, '400 no such command'],
    ['POST', '/interface/remove', { '.id': '*1' }, '400 no such command or directory (remove)'],
    ['PUT', '/ip/dns', { servers: '1.1.1.1' }, '400 no such command'],
    ['PUT', '/ip/address', { address: '192.0.2.1/24' }, '400 missing =interface='],
    [
      'PUT',
      '/ip/address',
      { address: '192.0.2.1/24', interface: 'ether1', 'actual-interface': 'x' },
      '400 unknown parameter actual-interface',
    ],
    [
      'PUT',
      '/ip/address',
      { address: '192.0.2.1/24', interface: 'ether1', nonsense: 'x' },
      '400 unknown parameter nonsense',
    ],
    ['PATCH', '/ip/firewall/filter/*1', { 'place-before': '*2' }, '400 unknown parameter place-before'],
    [
      'POST',
      '/ip/dns/static/unset',
      { numbers: '*1', 'value-name': 'ttl' },
      '400 no such command or directory (unset)',
    ],
  ])('%s %s %j → %s', async (method, path, body, expected) => {
    expect(refusal(await ask(method, path, body))).toBe(expected);
  });

  it('a body without JSON content type is 415, malformed JSON and exponents are 400', async () => {
    const body = { raw: '{"servers":"1.1.1.1"}' };
    expect((await call(one.router, 'POST', '/ip/dns/set', undefined, { ...body, contentType: null })).status).toBe(415);
    for (const raw of ['{"servers":', '[]', '{"cache-size":1e3}']) {
      expect(refusal(await call(one.router, 'POST', '/ip/dns/set', undefined, { raw }))).toBe(
        '400 Failed to parse json',
      );
    }
  });

  it('takes numbers as decimal, hex and octal, and booleans', async () => {
    const raw = '{"cache-size":0x1000,"max-concurrent-queries":0200,"allow-remote-requests":true}';
    expect((await call(one.router, 'POST', '/ip/dns/set', undefined, { raw })).status).toBe(200);
    expect(
      (await ask('GET', '/ip/dns?.proplist=cache-size,max-concurrent-queries,allow-remote-requests')).json,
    ).toEqual({
      'allow-remote-requests': 'true',
      'cache-size': '4096',
      'max-concurrent-queries': '128',
    });
  });

  it('HEAD is 501 and OPTIONS 503; outside /rest there is HTML', async () => {
    expect((await ask('HEAD', '/system/identity')).status).toBe(501);
    expect((await ask('OPTIONS', '/system/identity')).status).toBe(503);
    const page = await call(one.router, 'GET', '/../other');
    expect(page.headers['content-type']).toBe('text/html');
  });
});

describe('names in the URL', () => {
  it('find rows that have names, percent-encoded', async () => {
    await ask('PUT', '/interface/list', { name: 'my list' });
    expect((await ask('GET', '/interface/list/my%20list')).json).toMatchObject({ name: 'my list' });
    expect((await ask('PATCH', '/interface/list/my%20list', { comment: 'c' })).status).toBe(200);
    expect((await ask('DELETE', '/interface/list/my%20list')).status).toBe(204);
    expect((await ask('GET', '/interface/list/my%20list')).status).toBe(404);
  });

  it('hide a refused value behind another text', async () => {
    await ask('PUT', '/system/script', { name: 's1', source: '' });
    expect(refusal(await ask('PATCH', '/system/script/s1', { policy: 'nonsense' }))).toBe(
      '400 missing or invalid resource identifier',
    );
  });
});

describe('bulk commands', () => {
  it('set, disable and remove several rows, or none when one is unknown', async () => {
    const ids: string[] = [];
    for (const last of [1, 2, 3]) {
      const created = await ask('PUT', '/ip/firewall/address-list', { list: 'bulk', address: `198.51.100.${last}` });
      ids.push((created.json as { '.id': string })['.id']);
    }
    expect((await ask('POST', '/ip/firewall/address-list/set', { '.id': ids.join(','), comment: 'all' })).json).toEqual(
      [],
    );
    await ask('POST', '/ip/firewall/address-list/disable', { numbers: ids[0] });
    expect((await ask('POST', '/ip/firewall/address-list/remove', { '.id': `${ids[1]},*FFFF` })).status).toBe(404);
    const left = (await rows(one.router, '/ip/firewall/address-list')).filter((row) => row['list'] === 'bulk');
    expect(left.map((row) => [row['comment'], row['disabled']])).toEqual([
      ['all', 'true'],
      ['all', 'false'],
      ['all', 'false'],
    ]);
    await ask('POST', '/ip/firewall/address-list/remove', { numbers: ids.join(',') });
    expect((await rows(one.router, '/ip/firewall/address-list')).filter((row) => row['list'] === 'bulk')).toEqual([]);
  });

  it('POST add answers with the id alone', async () => {
    expect((await ask('POST', '/ip/firewall/address-list/add', { list: 'ret', address: '192.0.2.9' })).json).toEqual({
      ret: expect.stringMatching(/^\*[0-9A-F]+$/) as unknown,
    });
  });
});
