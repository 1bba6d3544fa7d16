import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RestSession } from '#routeros/rest';
import { createClock, startFleet, type Fault, type Fleet, type SimulatedRouter } from '#simulator';
import { openSession } from './raw-router.ts';

const VERSIONS = ['7.12.2', '7.16.2', '7.20.8', '7.24'] as const;
const user = { name: 'gitops', password: 'correct horse', group: 'full' };
const LIST = '/ip/firewall/address-list';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet(
    VERSIONS.flatMap((version) =>
      [true, false].map((tls) => ({
        name: tls ? version : `${version} plain`,
        host: '127.0.0.1',
        port: 0,
        tls,
        version,
        serial: `HE${version}${tls}`,
        users: [user, { name: 'reader', password: 'reads', group: 'readers' }],
        groups: [{ name: 'readers', policy: 'read,api,rest-api' }],
      })),
    ),
    { clock: createClock(20) },
  );
});

afterAll(() => fleet.close());

describe.each(VERSIONS)('a router of %s', (version) => {
  let router: SimulatedRouter;
  let session: RestSession;

  beforeEach(() => {
    router = fleet.router(version);
    session = openSession(router.url, {
      tls: { mode: 'verify', ca: [fleet.caPem] },
    });
  });

  afterEach(() => session.close());

  test('takes a row, changes it, gives it back and removes it', async () => {
    const row = await session.add(LIST, { list: 'lab', address: '198.51.100.0/24', comment: 'an "office" \\ $x' });
    const id = row['.id'] ?? '';
    expect(row).toMatchObject({ list: 'lab', comment: 'an "office" \\ $x' });
    await session.set(LIST, id, { comment: '', disabled: 'true' });
    const changed = (await session.print(LIST, ['address', 'comment', 'disabled'])).find((one) => one['.id'] === id);
    expect(changed).toEqual({ '.id': id, address: '198.51.100.0/24', disabled: 'true' });
    await session.remove(LIST, id);
    expect(await session.print(LIST, ['address'])).not.toContainEqual(changed);
    await expect(session.remove(LIST, id)).rejects.toMatchObject({ code: 'NoSuchItem', effect: 'none' });
    await expect(session.set(LIST, id, { comment: 'x' })).rejects.toMatchObject({ code: 'NoSuchItem', effect: 'none' });
  });

  test('takes settings', async () => {
    await session.set('/ip/dns', null, { servers: '192.0.2.53,192.0.2.54' });
    expect(await session.print('/ip/dns', ['servers'])).toEqual([{ servers: '192.0.2.53,192.0.2.54' }]);
    const [whole] = await session.print('/ip/dns');
    expect(whole).toMatchObject({ servers: '192.0.2.53,192.0.2.54' });
  });

  test('renames a script by its name, once', async () => {
    await session.add('/system/script', { name: 'a script', source: ':put 1' });
    await session.set('/system/script', 'a script', { name: 'claimed/1' });
    await expect(session.set('/system/script', 'a script', { name: 'other' })).rejects.toMatchObject({
      code: 'NoSuchItem',
    });
    await session.remove('/system/script', 'claimed/1');
  });

  test('moves the rows of an ordered menu', async () => {
    const menu = '/ip/dns/static';
    const ids = [];
    for (const name of ['a', 'b', 'c'])
      ids.push((await session.add(menu, { name, address: '192.0.2.1' }))['.id'] ?? '');
    const [a = '', , c = ''] = ids;
    const order = async () => (await session.print(menu, ['name'])).map((row) => row['name']).join('');
    await session.move(menu, c, a);
    expect(await order()).toBe('cab');
    await session.move(menu, c, null);
    expect(await order()).toBe('abc');
    for (const id of ids) await session.remove(menu, id);
  });

  test('runs scripts at once and in the background, and tells their errors as text', async () => {
    expect(await session.execute(':put "one"; :put "two"')).toBe('one\ntwo');
    expect(await session.execute(':error "no"')).toMatch(/^no\b/);
    await session.startJob('/ip dns set servers=192.0.2.99');
    await expect.poll(() => session.print('/ip/dns', ['servers'])).toEqual([{ servers: '192.0.2.99' }]);
  });

  test('answers commands', async () => {
    const probes = await session.query('/tool/ping', { address: '127.0.0.1', count: '2' });
    expect(probes).toHaveLength(2);
  });

  test('names what it refuses', async () => {
    const row = { list: 'lab', address: '203.0.113.1' };
    const { '.id': id = '' } = await session.add(LIST, row);
    await expect(session.add(LIST, row)).rejects.toMatchObject({ code: 'Duplicate', effect: 'none' });
    await expect(session.set(LIST, id, { nonsense: 'x' })).rejects.toMatchObject({ code: 'Refused', effect: 'none' });
    await expect(session.print('/no/such/menu')).rejects.toMatchObject({ code: 'NoSuchMenu', effect: 'none' });
    await expect(session.add('/ip/address', { address: '192.0.2.1/24', interface: 'none such' })).rejects.toMatchObject(
      {
        code: 'Refused',
        effect: 'none',
        detail: 'input does not match any value of interface',
      },
    );
    await session.remove(LIST, id);
  });

  test('names who may not', async () => {
    const ca = { mode: 'verify', ca: [fleet.caPem] } as const;
    const stranger = openSession(router.url, { tls: ca, password: 'wrong' });
    await expect(stranger.print('/ip/dns')).rejects.toMatchObject({ code: 'Unauthorized', effect: 'none' });
    await stranger.close();
    const reader = openSession(router.url, { tls: ca, username: 'reader', password: 'reads' });
    expect(await reader.print('/system/identity')).toHaveLength(1);
    await expect(reader.add(LIST, { list: 'x', address: '203.0.113.2' })).rejects.toMatchObject({
      code: 'NotPermitted',
    });
    await reader.close();
  });

  test('is known by its fingerprint', async () => {
    const pinned = openSession(router.url, { tls: { mode: 'pinned', fingerprint: router.fingerprint } });
    expect(await pinned.print('/system/identity')).toHaveLength(1);
    await pinned.close();
    const before = router.requests.length;
    const mistaken = openSession(router.url, { tls: { mode: 'pinned', fingerprint: 'ab'.repeat(32) } });
    await expect(mistaken.print('/system/identity')).rejects.toMatchObject({ code: 'TlsUntrusted' });
    await mistaken.close();
    expect(router.requests).toHaveLength(before);
  });
});

describe.each(VERSIONS)('a router of %s on a bad day', (version) => {
  let router: SimulatedRouter;
  let session: RestSession;

  beforeEach(() => {
    router = fleet.router(`${version} plain`);
    session = openSession(router.url);
  });

  afterEach(async () => {
    router.faults.clear();
    await session.close();
  });

  const passing: readonly Fault[] = [
    { kind: 'reset', times: 1 },
    { kind: 'answer-lost', times: 1 },
    { kind: 'status', status: 500, times: 2 },
    { kind: 'session-closed', times: 1 },
    { kind: 'wrong-body', times: 1 },
    { kind: 'bad-byte', times: 1 },
    { kind: 'raw-control', times: 1 },
    { kind: 'refuse-source', times: 1 },
  ];

  test.each(passing)('is read through a passing fault: $kind', async (fault) => {
    router.faults.add(fault);
    const rows = await session.print('/interface', ['name']);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row['.id'] !== undefined && row['name'] !== undefined)).toBe(true);
  });

  const writing: readonly { readonly fault: Fault; readonly code: string; readonly effect: string }[] = [
    { fault: { kind: 'answer-lost', times: 1 }, code: 'Unreachable', effect: 'unknown' },
    { fault: { kind: 'applied-but-400', times: 1 }, code: 'Refused', effect: 'unknown' },
    { fault: { kind: 'session-closed', times: 1 }, code: 'SessionClosed', effect: 'unknown' },
    { fault: { kind: 'reset', times: 1 }, code: 'Unreachable', effect: 'unknown' },
    { fault: { kind: 'unauthorized', times: 1 }, code: 'Unauthorized', effect: 'none' },
    { fault: { kind: 'forbidden-html', times: 1 }, code: 'RestDisabled', effect: 'none' },
    { fault: { kind: 'refuse-source', times: 1 }, code: 'Unreachable', effect: 'unknown' },
  ];

  test.each(writing)('is written once through $fault.kind', async ({ fault, code, effect }) => {
    router.faults.add(fault);
    const before = router.requests.length;
    const failure: unknown = await session
      .set('/ip/dns', null, { servers: '192.0.2.7' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, effect });
    const written = router.requests.slice(before).filter(({ method }) => method === 'POST');
    expect(written.length).toBeLessThanOrEqual(1);
    await session.set('/ip/dns', null, { servers: '' });
    expect(await session.print('/ip/dns', ['servers'])).toEqual([{ servers: '' }]);
  });
});
