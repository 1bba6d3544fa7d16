import { describe, expect, test } from 'vitest';
import { openStore } from '../../../controller/store/index.ts';
import type { MenuPath, Row } from '#routeros';
import type { CaptureRecord } from '../../../controller/records/captures.ts';
import type { Place } from '../places.ts';
import { DAY, T0 } from '../samples.ts';
import { startWriter } from '../writer-process.ts';
import { freshStore } from './subject.ts';

type Menus = Readonly<Record<MenuPath, readonly Row[] | null>>;

function capture(at: number, more: Partial<CaptureRecord> = {}): Omit<CaptureRecord, 'changed'> {
  return { device: 'r1', at, why: 'daily', version: '7.20.8', unread: [], ...more };
}

export function capturesContract(place: Place): void {
  const subject = freshStore(place);

  async function add(at: number, menus: Menus, more: Partial<CaptureRecord> = {}): Promise<CaptureRecord> {
    return await subject.store.captures.add(capture(at, more), new Map(Object.entries(menus) as never));
  }

  async function heldAt(at: number, device = 'r1'): Promise<Readonly<Record<string, readonly Row[]>>> {
    const states = await subject.store.captures.statesAt(device, at);
    const contents = await subject.store.captures.contents(states.map(({ digest }) => digest));
    return Object.fromEntries(states.map(({ menu, digest }) => [menu, contents.get(digest) ?? []]));
  }

  async function count(table: string): Promise<number> {
    const [row] = await subject.meddle(`select count(*) as n from ${table}`);
    return Number(row?.['n']);
  }

  const NAMES = [{ name: 'a' }, { name: 'Büro \0 \ud800' }];

  describe('what a router held', () => {
    test('is told as of any instant, and a menu that came or went is', async () => {
      await add(T0, { '/ip/dns': [{ servers: '1' }], '/ip/pool': NAMES, '/interface/wifi': null });
      expect(await add(T0 + 10, { '/ip/dns': [{ servers: '2' }], '/ip/pool': NAMES })).toMatchObject({ changed: 1 });
      await add(T0 + 20, { '/ip/pool': null, '/ip/dns': [{ servers: '2' }], '/interface/wifi': [] });
      expect(await heldAt(T0 - 1)).toEqual({});
      expect(await heldAt(T0 + 9)).toEqual({ '/ip/dns': [{ servers: '1' }], '/ip/pool': NAMES });
      expect(await heldAt(T0 + 10)).toEqual({ '/ip/dns': [{ servers: '2' }], '/ip/pool': NAMES });
      expect(await heldAt(T0 + DAY)).toEqual({ '/ip/dns': [{ servers: '2' }], '/interface/wifi': [] });
      expect(await heldAt(T0 + DAY, 'r2')).toEqual({});
      expect((await subject.store.captures.newest()).get('r1')).toBe(T0 + 20);
    });

    test('stands where it could not be read', async () => {
      await add(T0, { '/ip/dns': [{ servers: '1' }] });
      const unread = [{ menu: '/ip/dns', code: 'NotPermitted', message: 'no' }] as const;
      const kept = await add(T0 + 10, {}, { unread, why: 'asked' });
      expect(kept).toEqual({ ...capture(T0 + 10, { unread, why: 'asked' }), changed: 0 });
      expect(await heldAt(T0 + 11)).toEqual({ '/ip/dns': [{ servers: '1' }] });
      expect(await subject.store.captures.list('r1', 1)).toEqual([kept]);
      expect(await subject.store.captures.list('r1', 9, T0 + 9)).toMatchObject([{ at: T0, changed: 1 }]);
    });

    test('costs one row where it is as before, and each content is kept once for all devices', async () => {
      const menus: Menus = { '/ip/dns': [{ servers: '1' }], '/ip/pool': NAMES, '/ip/route': [] };
      for (const device of ['r1', 'r2', 'r3']) await add(T0, menus, { device });
      await add(T0 + 10, menus);
      expect(await count('menu_contents')).toBe(3);
      expect(await count('menu_states')).toBe(9);
      expect(await count('captures')).toBe(4);
    });

    test('has no two captures of one moment, nor one before the last', async () => {
      await add(T0, { '/ip/dns': [{ servers: '1' }] });
      expect(await add(T0, { '/ip/dns': [{ servers: '2' }] })).toMatchObject({ at: T0 + 1 });
      expect(await add(T0 - DAY, { '/ip/dns': [{ servers: '3' }] })).toMatchObject({ at: T0 + 2 });
      expect(await heldAt(T0 + 1)).toEqual({ '/ip/dns': [{ servers: '2' }] });
    });

    test('goes with what no device holds any more; the newest capture of each stays', async () => {
      await add(T0, { '/ip/dns': [{ servers: '1' }] });
      await add(T0 + DAY, { '/ip/dns': [{ servers: '2' }] });
      await add(T0, { '/ip/dns': [{ servers: '3' }] }, { device: 'gone' });
      const { store } = subject;
      expect(await store.prune({ days: 30 }, T0 + 31 * DAY)).toBe(1);
      expect(await store.prune({ days: 30 }, T0 + 31 * DAY + 1)).toBe(2);
      expect(await heldAt(T0 + DAY)).toEqual({ '/ip/dns': [{ servers: '2' }] });
      expect(await heldAt(T0 + DAY, 'gone')).toEqual({ '/ip/dns': [{ servers: '3' }] });
      expect(await store.captures.list('gone', 9)).toHaveLength(1);
      expect(await count('menu_contents')).toBe(2);
    });
  });

  test.each([3, 9])('kill -9 after %i captures and flushes leaves none of them half', async (count) => {
    const location = await place.create();
    const writer = startWriter(location, 'watcher.ts');
    await writer.said(count);
    await writer.kill();
    const told = writer.lines.length - 1;
    const store = await openStore(location);
    try {
      const captures = (await store.captures.list('r1', 10_000)).toReversed();
      expect(captures.length - told).toBeGreaterThanOrEqual(0);
      expect(captures.length - told).toBeLessThanOrEqual(1);
      for (const [index, { at, changed }] of captures.entries()) {
        expect(changed).toBe(index === 0 ? 2 : 1);
        const states = await store.captures.statesAt('r1', at);
        const contents = await store.captures.contents(states.map(({ digest }) => digest));
        expect(states.map(({ menu, digest }) => [menu, contents.get(digest)])).toEqual([
          ['/ip/dns', [{ servers: String(index) }]],
          ['/ip/pool', [{ name: 'a' }]],
        ]);
      }
      const kept = await store.samples.list('r1', 0);
      expect(kept.length).toBeGreaterThanOrEqual(told);
      await store.samples.rollUp('r1', T0 + 1000 * DAY, { samples: 0, hours: 0, days: 0 });
      const days = await store.samples.periods('r1', 'day', 0);
      expect(days.reduce((sum, { samples }) => sum + samples, 0)).toBe(kept.length);
    } finally {
      await store.close();
    }
  });
}
