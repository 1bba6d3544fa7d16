import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadSession } from '../../controller/ports.ts';
import { fetchMenu } from '../../controller/reads/fetch-menu.ts';
import type { LastVisit } from '../../controller/reads/visited.ts';
import { makeMenuReads, type MenuReads } from '../../controller/reads/menu-reads.ts';
import type { MenuQuestion } from '../../controller/reads/question.ts';
import { menusOf } from '../../controller/reads/readable-menus.ts';
import { READABLE, type ReadableMenu } from '#routeros/readable';
import { openReaderRig, type ReaderRig, readerSeed } from '#test/reader-rig.ts';

const LISTED = Array.from({ length: 7 }, (_, at) => ({ list: 'blocked', address: `192.0.2.${at}`, comment: `n${at}` }));
const SEED = readerSeed('r1', {
  surroundings: { clients: 5 },
  menus: {
    '/ip/firewall/address-list': LISTED,
    '/ip/dhcp-server/lease': [
      { address: '192.168.88.20', 'mac-address': '02:00:00:00:00:01', 'reconfigure-key': 'S3cret-of-a-lease' },
    ],
  },
});
const ROWS_OF_LIST = '/ip/firewall/address-list';

let rig: ReaderRig;
let reads: MenuReads;
let visited: LastVisit | null;
let versionText: string | null;

beforeEach(async () => {
  rig = await openReaderRig([SEED]);
  visited = null;
  versionText = '7.20.8 (stable)';
  reads = makeMenuReads({
    clock: rig.clock,
    fleet: rig.readable,
    readers: rig.readers,
    lastVisit: () => visited,
    versionText: () => versionText,
  });
});

afterEach(() => rig.close());

const ask = (menu: string, more: Partial<MenuQuestion> = {}) => reads.read('r1', { menu, limit: 500, ...more });
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
/** Requests for this menu so far. */
const asked = (menu: string): number => rig.asked().filter((line) => line.split(' ')[1]?.split('?')[0] === menu).length;

describe('a menu that is read', () => {
  test('comes with all that readers may know of it, and when that was so', async () => {
    const before = rig.clock.now();
    const answer = await ask('/user/group');
    expect(answer).toMatchObject({ stale: null, total: 4, returned: 4, nextCursor: null, counts: null });
    expect(answer.columns).toEqual(['name', 'skin', 'comment', 'policy']);
    expect(answer.rows[0]).toMatchObject({ name: 'read', skin: 'default' });
    expect(answer.rows[0]).not.toHaveProperty('.id');
    expect(answer.asOf).toBeGreaterThanOrEqual(before);
    expect(rig.asked().at(-1)).toBe('GET /user/group?.proplist=.id,name,skin,comment,policy');
  });

  test('is asked for once while it is fresh, whichever columns and rows people want', async () => {
    await Promise.all([ask('/user/group'), ask('/user/group', { columns: ['name'] })]);
    const { rows, asOf } = await ask('/user/group', { columns: ['name'], where: ['name=full'] });
    expect(rows).toEqual([{ name: 'full' }]);
    // The one of them that proves the reader.
    expect(asked('/user/group')).toBe(2);
    await rig.clock.sleep(3000);
    expect((await ask('/user/group', { maxAgeSeconds: 600 })).asOf).toBe(asOf);
    expect((await ask('/user/group', { maxAgeSeconds: 2 })).asOf).toBeGreaterThan(asOf);
    // Nobody has a router asked more often than every two seconds.
    await ask('/user/group', { maxAgeSeconds: 0 });
    expect(asked('/user/group')).toBe(3);
  });

  test('is paged as of one moment', async () => {
    const first = await ask(ROWS_OF_LIST, { limit: 3, columns: ['address'] });
    expect(first).toMatchObject({ total: 7, returned: 3 });
    const second = await ask(ROWS_OF_LIST, { limit: 3, columns: ['address'], cursor: first.nextCursor ?? '' });
    const third = await ask(ROWS_OF_LIST, { limit: 3, columns: ['address'], cursor: second.nextCursor ?? '' });
    const pages = [first, second, third];
    expect(pages.flatMap(({ rows }) => rows)).toEqual(LISTED.map(({ address }) => ({ address })));
    expect(new Set(pages.map(({ asOf }) => asOf)).size).toBe(1);
    expect(third.nextCursor).toBeNull();
    await rig.clock.sleep(3000);
    await ask(ROWS_OF_LIST, { maxAgeSeconds: 2 });
    const later = ask(ROWS_OF_LIST, { limit: 3, cursor: first.nextCursor ?? '' });
    expect(await failure(later)).toMatchObject({ code: 'CursorExpired' });
    expect(await failure(ask(ROWS_OF_LIST, { cursor: 'x' }))).toMatchObject({ code: 'BadRequest', field: 'cursor' });
  });

  test('has no column and no filter that it does not have, and no secret ones', async () => {
    expect(await failure(ask('/ip/rute'))).toMatchObject({
      code: 'NotFound',
      message: expect.stringContaining('/ip/route'),
    });
    expect(await failure(ask('/user', { columns: ['nme'] }))).toMatchObject({
      code: 'BadRequest',
      field: 'columns',
      message: expect.stringContaining('Did you mean name?'),
    });
    expect(await failure(ask('/user', { where: ['password=x'] }))).toMatchObject({
      code: 'BadRequest',
      field: 'where',
    });
    expect(await failure(ask('/user', { where: ['name'] }))).toMatchObject({ code: 'BadRequest', field: 'where' });
    expect(rig.asked()).toEqual([]);
    const leases = await ask('/ip/dhcp-server/lease');
    expect(JSON.stringify(leases)).not.toContain('S3cret-of-a-lease');
    expect(leases.columns).not.toContain('reconfigure-key');
    expect(rig.asked().join('\n')).not.toContain('reconfigure-key');
  });

  test('that its version or its packages do not have is told so, and is no longer listed', async () => {
    expect(await failure(ask('/interface/wireless'))).toMatchObject({ code: 'NoSuchMenu' });
    const paths = menusOf(reads, 'r1').map(({ path }) => path);
    expect(paths).not.toContain('/interface/wireless');
    expect(paths).toContain('/interface');
    const { length } = rig.asked();
    versionText = '7.12.1 (stable)';
    reads = makeMenuReads({
      clock: rig.clock,
      fleet: rig.readable,
      readers: rig.readers,
      lastVisit: () => null,
      versionText: () => versionText,
    });
    expect(await failure(ask('/ip/dns/forwarders'))).toMatchObject({ code: 'NoSuchMenu' });
    expect(rig.asked()).toHaveLength(length);
  });

  test('tells its version where no visit has', async () => {
    versionText = null;
    expect(menusOf(reads, 'r1').length).toBeGreaterThan(75);
    await ask('/system/identity');
    expect(reads.versionOf('r1')).toEqual([7, 20, 8]);
  });
});

describe('a menu that may hold very many rows', () => {
  test('is counted first, and searched by the router', async () => {
    await ask(ROWS_OF_LIST);
    expect(rig.asked().at(-2)).toBe(`POST ${ROWS_OF_LIST}/print`);
    const { rows } = await ask(ROWS_OF_LIST, { where: ['address=192.0.2.3', 'comment=n3'], columns: ['comment'] });
    expect(rows).toEqual([{ comment: 'n3' }]);
    expect(rig.asked().at(-1)).toMatch(/&address=192\.0\.2\.3&comment=n3$/);
  });

  test('is not asked for when it holds too many', async () => {
    const menu = READABLE.get(ROWS_OF_LIST) as ReadableMenu;
    const session = { count: () => Promise.resolve(20_001) } as unknown as ReadSession;
    const refused = await failure(fetchMenu({ session, version: [7, 20, 8], serial: '' }, menu, {}));
    expect(refused).toMatchObject({ code: 'TooLarge', message: expect.stringContaining('list=…, address=…') });
  });

  test('is looked through here for what the router can not find', async () => {
    const { rows } = await ask(ROWS_OF_LIST, { where: ['disabled=false', 'address=192.0.2.3'], columns: ['address'] });
    expect(rows).toEqual([{ address: '192.0.2.3' }]);
    expect(rig.asked().at(-1)).toMatch(/&address=192\.0\.2\.3$/);
    expect(await ask(ROWS_OF_LIST, { where: ['comment=Büro'] })).toMatchObject({ total: 0 });
    expect(rig.asked().join('\n')).not.toContain('B%C3%BCro');
  });

  test('of routes tells what people configured, and counts the others', async () => {
    const answer = await ask('/ip/route');
    expect(answer.counts).toMatchObject({ all: expect.any(Number), static: answer.total, connect: expect.any(Number) });
    expect(answer.counts?.['all']).toBeGreaterThan(answer.total);
    expect(answer.rows.every((row) => row['static'] === 'true')).toBe(true);
    expect(await failure(ask('/ip/route', { where: ['distance=5'] }))).toMatchObject({ code: 'TooLarge' });
    const connected = await ask('/ip/route', { where: ['connect=true'] });
    expect(connected.counts).toBeNull();
    expect(connected.total).toBe(answer.counts?.['connect']);
    expect(rig.asked().some((line) => /^GET \/ip\/route\?\.proplist=[^&]*$/.test(line))).toBe(false);
  });
});

describe('what can not be read', () => {
  test('is the last good one with why, or a failure, and never empty', async () => {
    const good = await ask('/ip/arp');
    rig.router.faults.add({ kind: 'reset', match: { user: 'gitops-read' } });
    expect(await failure(ask('/system/script'))).toMatchObject({ code: 'Unreachable' });
    await rig.clock.sleep(12_000);
    const stale = await ask('/ip/arp');
    expect(stale).toMatchObject({ asOf: good.asOf, rows: good.rows, stale: { code: expect.any(String) } });
    rig.router.faults.clear();
    await rig.clock.sleep(31_000);
    expect(await ask('/ip/arp')).toMatchObject({ stale: null });
  });

  test('while a change is under way comes from before it', async () => {
    const good = await ask('/ip/arp');
    await rig.clock.sleep(20_000);
    rig.open.add('r1');
    expect(await ask('/ip/arp')).toMatchObject({ asOf: good.asOf, stale: { code: 'ChangeUnderWay' } });
    expect(await failure(ask('/system/script'))).toMatchObject({ code: 'ChangeUnderWay' });
  });

  test('of another router than before shows nothing of that one', async () => {
    await ask('/user/group');
    const target = rig.targets.get('r1');
    if (target === undefined) throw new Error('there is one');
    rig.targets.set('r1', { ...target, serial: 'OTHER' });
    expect(await failure(ask('/user/group'))).toMatchObject({ code: 'SerialMismatch' });
    rig.targets.clear();
    expect(await failure(ask('/user/group'))).toMatchObject({ code: 'NotFound' });
  });

  test('is what visits read, where they read enough of it', async () => {
    rig.open.add('r1');
    const rows = [{ '.id': '*1', list: 'blocked', address: '192.0.2.9', disabled: 'false', dynamic: 'false' }];
    visited = {
      live: { menus: { [ROWS_OF_LIST]: rows, '/interface': [{ '.id': '*1', name: 'ether1' }] } },
      whole: [ROWS_OF_LIST],
      identity: { version: [7, 20, 8] },
      from: rig.clock.now() - 60_000,
    };
    const answer = await ask(ROWS_OF_LIST, { where: ['address=192.0.2.9'] });
    expect(answer).toMatchObject({ total: 1, asOf: visited.from, stale: { code: 'ChangeUnderWay' } });
    expect(answer.columns).not.toContain('creation-time');
    expect(answer.rows).toEqual([{ list: 'blocked', address: '192.0.2.9', disabled: 'false', dynamic: 'false' }]);
    expect(await ask(ROWS_OF_LIST, { where: ['list=other'] })).toMatchObject({ total: 0 });
    expect(await failure(ask('/interface'))).toMatchObject({ code: 'ChangeUnderWay' });
  });
});
