import fc from 'fast-check';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { parseVersion, type MenuPath, type Row } from '#routeros';
import { configurationColumns, configurationOf, READABLE, readableIn } from '#routeros/readable';
import { startFleet, type Fleet, type HumanChange } from '#simulator';
import { consoleReaders } from '#test/console-readers.ts';
import { seed, temporaryFolder, until } from '#test/rig.ts';
import { runs } from '#test/sample.ts';
import { steppedClock } from '#test/stepped-clock.ts';
import type { Store } from '../../controller/records/store.ts';
import { openStore } from '../../controller/store/index.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { readConfiguration } from '../../controller/watch/read-configuration.ts';
import { Snapshots, type SnapshotPorts } from '../../controller/watch/snapshots.ts';

const SIGNAL = new AbortController().signal;
const LOG = createLog('silent');

let fleet: Fleet;
let store: Store;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  store = await openStore({ folder });
  fleet = await startFleet([seed('r1'), seed('r2'), seed('old', { version: '7.12.2' })]);
});

afterAll(async () => {
  await fleet.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function routersOf(...names: readonly string[]) {
  return new Map(names.map((name) => [name, fleet.router(name)]));
}

function snapshotsOf(more: Partial<SnapshotPorts> = {}): Snapshots {
  const ports = {
    clock: { ...steppedClock(), monotonic: () => 0 },
    readers: consoleReaders(routersOf('r1', 'r2', 'old')),
    records: store.captures,
    log: LOG,
    devices: () => [],
    mustLead: () => {},
  };
  return new Snapshots({ ...ports, ...more });
}

async function heldAt(device: string, at: number): Promise<Readonly<Record<string, readonly Row[]>>> {
  const states = await store.captures.statesAt(device, at);
  const contents = await store.captures.contents(states.map(({ digest }) => digest));
  return Object.fromEntries(states.map(({ menu, digest }) => [menu, contents.get(digest) ?? []]));
}

/** What a router holds now, by the simulator. */
function heldBy(name: string): Record<string, readonly Row[]> {
  const router = fleet.router(name);
  const version = parseVersion(router.version);
  const menus = [...READABLE.values()].filter(
    (menu) =>
      readableIn(menu, version) &&
      router.console.menu(menu.path) !== undefined &&
      configurationColumns(menu, version).length > 0,
  );
  return Object.fromEntries(
    menus.map((menu) => {
      const configured = menu.manyRows?.neverWhole?.configured ?? {};
      const rows = router
        .rows(menu.path)
        .filter((row) => Object.entries(configured).every(([name, value]) => row[name] === value));
      return [menu.path, configurationOf(menu, version, rows)];
    }),
  );
}

const CHANGED = ['/ip/dns/static', '/ip/firewall/filter', '/system/identity', '/ip/firewall/address-list'] as const;

function arbitraryChange(): fc.Arbitrary<HumanChange> {
  const few = fc.nat(3);
  const by = { user: 'gitops' };
  return fc.oneof(
    few.map((n) => ({ ...by, menu: '/ip/dns/static', verb: 'add', args: { name: `h${n}`, address: `192.0.2.${n}` } })),
    few.map((n) => ({ ...by, menu: '/ip/dns/static', verb: 'remove', where: { name: `h${n}` } })),
    few.map((n) => ({ ...by, menu: '/system/identity', verb: 'set', args: { name: `gate-${n}` } })),
    few.map((n) => ({
      ...by,
      menu: '/ip/firewall/filter',
      verb: 'add',
      args: { chain: 'forward', action: 'drop', comment: `f${n}` },
    })),
    few.map((n) => ({ ...by, menu: '/ip/firewall/filter', verb: 'remove', where: { comment: `f${n}` } })),
    few.map((n) => ({
      ...by,
      menu: '/ip/firewall/address-list',
      verb: 'add',
      args: { list: 'bad', address: `198.51.100.${n}` },
    })),
  );
}

describe('snapshots', () => {
  it('hold at any instant what the router held at the last capture before, and what could not be read stays', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ change: arbitraryChange() }) },
      { weight: 2, arbitrary: fc.record({ unread: fc.subarray([...CHANGED]), after: fc.integer({ min: 1, max: 9 }) }) },
    );
    const router = fleet.router('r1');
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
        round += 1;
        const device = `d${round}`;
        let refused: readonly string[] = [];
        const refusing = (_: string, menu: MenuPath): Failure | null =>
          refused.includes(menu) ? new Failure('NotPermitted', 'not permitted') : null;
        const clock = steppedClock();
        const readers = consoleReaders(new Map([[device, router]]), refusing);
        const snapshots = snapshotsOf({ readers, clock: { ...clock, monotonic: () => clock.now() } });
        const kept: { readonly at: number; readonly held: Record<string, readonly Row[]> }[] = [];
        for (const each of steps) {
          if ('change' in each) {
            // What the router refuses changes nothing.
            try {
              router.human.change(each.change);
            } catch {}
            continue;
          }
          await clock.advance(each.after * 1000);
          refused = each.unread;
          const { at, unread } = await snapshots.take(device, 'asked', SIGNAL);
          expect(unread.map(({ menu }) => menu).toSorted()).toEqual([...refused].toSorted());
          const before = kept.at(-1)?.held ?? {};
          const held = heldBy('r1');
          for (const menu of refused) {
            if (before[menu] === undefined) delete held[menu];
            else held[menu] = before[menu];
          }
          kept.push({ at, held });
        }
        for (const [index, { at, held }] of kept.entries()) {
          const until = kept[index + 1]?.at ?? at + 100_000;
          for (const instant of new Set([at, Math.floor((at + until) / 2), until - 1]))
            expect(await heldAt(device, instant)).toEqual(held);
        }
        expect(await heldAt(device, (kept[0]?.at ?? 1) - 1)).toEqual({});
      }),
      runs(24),
    );
  });

  it('keep each content once for routers that hold the same', async () => {
    const readers = consoleReaders(
      new Map(Array.from({ length: 10 }, (_, index) => [`same${index}`, fleet.router('r2')])),
    );
    const snapshots = snapshotsOf({ readers });
    const digests: string[][] = [];
    for (let index = 0; index < 10; index += 1) {
      await snapshots.take(`same${index}`, 'daily', SIGNAL);
      digests.push(
        (await store.captures.statesAt(`same${index}`, Number.MAX_SAFE_INTEGER)).map(({ digest }) => digest),
      );
    }
    expect(digests[0]?.length).toBeGreaterThan(40);
    expect(new Set(digests.map(String)).size).toBe(1);
    const [again] = await store.captures.list('same0', 1);
    await snapshots.take('same0', 'daily', SIGNAL);
    expect(await store.captures.list('same0', 9)).toMatchObject([{ changed: 0, unread: [] }, again ?? {}]);
  });

  it('ask for no secret and no counter, and tell a menu that the version does not have from an empty one', async () => {
    const readers = consoleReaders(routersOf('old', 'r1'));
    const { menus, unread, version } = await readConfiguration(readers, 'old', SIGNAL);
    expect(unread).toEqual([]);
    expect(version).toEqual([7, 12, 2]);
    expect(menus.get('/ip/dns/adlist')).toBeNull();
    expect(menus.get('/ip/dns/static')).toEqual([]);
    expect(menus.has('/ip/neighbor')).toBe(false);
    for (const { menu, columns } of readers.printed) {
      const known = READABLE.get(menu);
      for (const column of columns) {
        expect(known?.columns[column]?.secret).not.toBe(true);
        if (known?.columns[column]?.volatile === true) expect(known.skipWhen).toContain(column);
      }
    }
  });

  it('fail whole where the router cannot be read, and nothing is taken for empty', async () => {
    const before = await store.captures.newest();
    const readers = consoleReaders(routersOf('r1'), (_, menu) =>
      menu === '/ip/firewall/filter' ? new Failure('Unreachable', 'no route') : null,
    );
    await expect(snapshotsOf({ readers }).take('r1', 'asked', SIGNAL)).rejects.toMatchObject({ code: 'Unreachable' });
    expect(await store.captures.newest()).toEqual(before);
  });

  it('are not made of menus where the line itself fails before they are asked', async () => {
    const before = await store.captures.newest();
    const readers = consoleReaders(routersOf('r1'));
    let turns = 0;
    const failing: typeof readers = {
      ...readers,
      on: async (...args) => {
        turns += 1;
        if (turns === 3) throw new Failure('Timeout', 'no proof');
        return await readers.on(...args);
      },
    };
    await expect(snapshotsOf({ readers: failing }).take('r1', 'asked', SIGNAL)).rejects.toMatchObject({
      code: 'Timeout',
    });
    expect(await store.captures.newest()).toEqual(before);
  });

  it('are not stored once another controller leads', async () => {
    const before = await store.captures.newest();
    const mustLead = (): never => {
      throw new Failure('NotLeading', 'another one leads');
    };
    await expect(snapshotsOf({ mustLead }).take('r1', 'asked', SIGNAL)).rejects.toMatchObject({ code: 'NotLeading' });
    expect(await store.captures.newest()).toEqual(before);
  });
});

describe('a term', () => {
  it('captures every router once a day, after each confirmed attempt, and later where a change is under way', async () => {
    const clock = steppedClock();
    let changing = true;
    const readers = consoleReaders(new Map([['daily', fleet.router('r2')]]), () =>
      changing ? new Failure('ChangeUnderWay', 'a change is under way') : null,
    );
    const stop = new AbortController();
    const snapshots = snapshotsOf({
      readers,
      clock: { ...clock, monotonic: () => clock.now() },
      devices: () => ['daily', 'nobody'],
    });
    const running = snapshots.run(stop.signal);
    const pass = async (milliseconds: number): Promise<readonly string[]> => {
      await clock.advance(milliseconds);
      await until(
        () => clock.sleeping,
        (sleeping) => sleeping === 1,
      );
      return (await store.captures.list('daily', 9)).map(({ why }) => why);
    };
    expect(await pass(0)).toEqual([]);
    changing = false;
    expect(await pass(30_000)).toEqual(['daily']);
    for (let hour = 0; hour < 23; hour += 1) expect(await pass(3_600_000)).toEqual(['daily']);
    await pass(3_600_000);
    expect(await pass(30_000)).toEqual(['daily', 'daily']);
    changing = true;
    snapshots.afterConfirmed('daily');
    expect(await pass(0)).toEqual(['daily', 'daily']);
    changing = false;
    expect(await pass(30_000)).toEqual(['confirmed', 'daily', 'daily']);
    stop.abort();
    await running;
  });
});
