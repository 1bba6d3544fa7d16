import { afterEach, describe, expect, test } from 'vitest';
import { proveReader } from '../../controller/device/prove-reader.ts';
import type { ReadLine, ReadSession } from '../../controller/ports.ts';
import type { Row } from '#routeros';
import { openReaderRig, READ_PASSWORD, type ReaderRig, readerSeed, WRITE_PASSWORD } from '#test/reader-rig.ts';

let rig: ReaderRig;

afterEach(() => rig.close());

const printsIdentity = ({ session }: ReadLine) => session.print('/system/identity', ['name']);

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as { readonly code?: string }).code ?? String(error),
  );
}

describe('before a router is read', () => {
  test('it has to be the one that is meant, and its user harmless; that is asked again after ten minutes', async () => {
    rig = await openReaderRig([readerSeed('r1')], 1000);
    expect(await rig.readers.on('r1', printsIdentity)).toEqual([{ name: 'r1' }]);
    const first = rig.asked();
    expect(first.map((line) => line.split('?')[0])).toEqual([
      'GET /system/resource',
      'GET /system/routerboard',
      'GET /user',
      'GET /user/group',
      'GET /system/identity',
    ]);
    await rig.readers.on('r1', printsIdentity);
    expect(rig.asked()).toHaveLength(first.length + 1);
    await rig.clock.sleep(600_000);
    await rig.readers.on('r1', printsIdentity);
    expect(rig.asked()).toHaveLength(2 * first.length + 1);
    expect(rig.router.requests.every(({ user, method }) => user === 'gitops-read' && method === 'GET')).toBe(true);
  });

  test('another serial number is SerialMismatch, and nothing else is asked', async () => {
    rig = await openReaderRig();
    rig.serials.set('r1', 'OTHER');
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('SerialMismatch');
    expect(rig.asked().some((line) => line.includes('/user'))).toBe(false);
    rig.serials.clear();
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('NotRead');
  });

  test.each(['write', 'policy', 'sensitive', 'password', 'ftp', 'reboot'])(
    'a user who has the policy %s is not used',
    async (policy) => {
      rig = await openReaderRig([
        readerSeed('r1', { groups: [{ name: 'gitops-read', policy: `read,api,rest-api,${policy}` }] }),
      ]);
      expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('ReadUserCanWrite');
      expect(rig.asked().some((line) => line.includes('/system/identity'))).toBe(false);
    },
  );

  test.each(['/user', '/user/group'])('nor is one of whom another answer than that of %s tells', async (path) => {
    rig = await openReaderRig();
    rig.router.faults.add({ kind: 'wrong-body', match: { path } });
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('WrongBody');
    rig.router.faults.clear();
    // After that the reader yields to others for a while.
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('CircuitOpen');
    expect(rig.asked().some((line) => line.includes('/system/identity'))).toBe(false);
  });

  test.each<Readonly<Record<string, readonly Row[]>>>([
    { '/user': [] },
    { '/user': [{ name: 'other', group: 'gitops-read' }] },
    { '/user/group': [] },
    { '/user/group': [{ name: 'other', policy: 'read' }] },
    { '/user/group': [{ name: 'gitops-read' }] },
    { '/user/group': [{ name: 'gitops-read', policy: '' }] },
    { '/user/group': [{ name: 'gitops-read', policy: '!write,!policy' }] },
  ])('nor one of whom it says %j', async (says) => {
    rig = await openReaderRig();
    const rows: Readonly<Record<string, readonly Row[]>> = {
      '/system/resource': [{ version: '7.20.8 (stable)' }],
      '/system/routerboard': [{ 'serial-number': 'S1' }],
      '/user': [{ name: 'gitops-read', group: 'gitops-read' }],
      '/user/group': [{ name: 'gitops-read', policy: 'read,test,!write' }],
      ...says,
    };
    const session = { print: (menu: string) => Promise.resolve(rows[menu] ?? []) } as unknown as ReadSession;
    expect(await codeOf(proveReader(session, 'gitops-read', { name: 'r1', serial: 'S1' }))).toBe('ReadUserCanWrite');
  });

  test('suspended devices are left alone, and those of a waiting control plan', async () => {
    rig = await openReaderRig();
    const target = rig.targets.get('r1') as NonNullable<ReturnType<typeof rig.targets.get>>;
    expect(await codeOf(rig.readers.on('nobody', printsIdentity))).toBe('NotFound');
    rig.targets.set('r1', { ...target, suspended: true });
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('DeviceSuspended');
    rig.targets.set('r1', target);
    for (const next of [
      new Map(),
      new Map([['r1', { ...target, suspended: true }]]),
      new Map([['r1', { ...target, address: new URL('http://127.0.0.9:1') }]]),
    ]) {
      rig.incoming = next;
      expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('DeviceSuspended');
    }
    rig.targets.clear();
    rig.incoming = new Map([['r1', target]]);
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('DeviceSuspended');
    expect(rig.asked()).toEqual([]);
    rig.targets.set('r1', target);
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('done');
  });

  test('no change may be under way, here or at another controller, not between two requests either', async () => {
    rig = await openReaderRig();
    rig.open.add('r1');
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('ChangeUnderWay');
    rig.open.clear();
    const during = rig.changing.during('r1', () => codeOf(rig.readers.on('r1', printsIdentity)));
    expect(await during).toBe('ChangeUnderWay');
    expect(rig.asked()).toEqual([]);
    const chain = rig.readers.on('r1', async (line) => {
      await line.session.ping('192.0.2.1', {});
      await rig.changing.during('r1', () => line.session.ping('192.0.2.1', {}));
    });
    expect(await codeOf(chain)).toBe('ChangeUnderWay');
    expect(rig.asked().filter((line) => line === 'POST /tool/ping')).toHaveLength(1);
    // Nothing is held up by what was not sent.
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('done');
  });

  test('the store need not answer', async () => {
    rig = await openReaderRig();
    rig.storeUp = false;
    expect(await codeOf(rig.readers.on('r1', printsIdentity))).toBe('done');
  });
});

describe('at a router', () => {
  test('works take turns, eight wait, and the next is told to come again', async () => {
    rig = await openReaderRig();
    const held = Promise.withResolvers<void>();
    const order: number[] = [];
    const works = Array.from({ length: 9 }, (_, at) =>
      rig.readers.on('r1', async () => {
        await held.promise;
        order.push(at);
      }),
    );
    const refused = await rig.readers.on('r1', printsIdentity).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'TooManyReads', retryAfterSeconds: 2 });
    held.resolve();
    await Promise.all(works);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('what its user may ask is asked once and in its words', async () => {
    rig = await openReaderRig();
    const told = await rig.readers.on('r1', async ({ session, version, serial }) => ({
      version,
      serial,
      rows: await session.print('/user/group', ['name', 'skin'], { name: 'read' }),
      count: await session.count('/user/group', { name: 'read' }),
      ping: await session.ping('192.0.2.1', { size: 100 }),
      hops: await session.traceroute('192.0.2.1', 4),
      address: await session.resolve('router.lan', null).catch((error: unknown) => (error as Error).message),
      traffic: await session.monitorTraffic('ether1'),
    }));
    expect(told).toMatchObject({ version: [7, 20, 8], serial: 'SERIAL-r1', count: 1 });
    expect(told.rows).toEqual([{ '.id': expect.any(String), name: 'read', skin: 'default' }]);
    expect(told.ping).toMatchObject({ sent: '1', size: '100' });
    expect(told.traffic).toMatchObject({ name: 'ether1' });
    expect(rig.asked().slice(4)).toEqual([
      'GET /user/group?.proplist=name,skin&name=read',
      'POST /user/group/print',
      'POST /tool/ping',
      'POST /tool/traceroute',
      'POST /resolve',
      'POST /interface/monitor-traffic',
    ]);
  });

  test('passwords are in no failure', async () => {
    rig = await openReaderRig();
    rig.router.faults.add({ kind: 'status', status: 500, detail: `${READ_PASSWORD} and ${WRITE_PASSWORD}` });
    const failure = await rig.readers.on('r1', printsIdentity).catch((error: unknown) => error);
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain(READ_PASSWORD);
  });
});
