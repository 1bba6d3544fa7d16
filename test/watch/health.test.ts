import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import type { MenuPath, Row } from '#routeros';
import { until } from '#test/rig.ts';
import { steppedClock } from '#test/stepped-clock.ts';
import type { Readers } from '../../controller/ports.ts';
import type { HealthSample, SampleRecords } from '../../controller/records/samples.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { RecentChanges } from '../../controller/watch/recent-changes.ts';
import { sampleOf } from '../../controller/watch/sample-of.ts';
import { HEALTH_KEPT, type HealthSighting, Watch } from '../../controller/watch/watch.ts';

const RESOURCE: Row = {
  'cpu-load': '7',
  'free-memory': '705699840',
  'total-memory': '1073741824',
  'free-hdd-space': '92979200',
  'total-hdd-space': '134217728',
  uptime: '1h12m40s',
};

describe('a sample', () => {
  it('is what a router says of itself, in whole units', () => {
    const sensors = [
      { '.id': '*1', name: 'cpu-temperature', type: 'C', value: '47.5' },
      { '.id': '*2', name: 'board-temperature1', type: 'C', value: '39' },
      { '.id': '*3', name: 'psu1-state', type: '', value: 'ok' },
      { '.id': '*4', name: 'voltage', type: 'V', value: '24.1' },
    ];
    expect(sampleOf('r1', 5, RESOURCE, sensors)).toEqual({
      device: 'r1',
      at: 5,
      cpuPercent: 7,
      freeMemoryKiB: 689_160,
      totalMemoryKiB: 1_048_576,
      freeDiskKiB: 90_800,
      totalDiskKiB: 131_072,
      uptimeSeconds: 4_360,
      temperatureC: 47.5,
      voltageV: 24.1,
    });
  });

  it('has nothing for what was not said, in words, or not asked', () => {
    const odd = { 'cpu-load': 'idle', 'free-memory': '9'.repeat(40), uptime: 'soon' };
    expect(sampleOf('r1', 5, odd, [{ 'cpu-temp': '51', '12v': '12.3' }])).toMatchObject({
      cpuPercent: null,
      freeMemoryKiB: null,
      uptimeSeconds: null,
      temperatureC: 51,
      voltageV: 12.3,
    });
    expect(sampleOf('r1', 5, RESOURCE, null)).toMatchObject({ temperatureC: null, voltageV: null });
  });
});

/** A watch whose one router is asked by `answer`, and whose store takes samples unless it is down. */
function watching(answer: (menu: MenuPath) => readonly Row[]) {
  const clock = steppedClock();
  const asked: { readonly at: number; readonly menu: MenuPath }[] = [];
  const stored: HealthSample[] = [];
  const sightings: HealthSighting[] = [];
  const world = { down: false, rolledUp: 0 };
  const records: SampleRecords = {
    add(samples) {
      if (world.down) return Promise.reject(new Failure('StoreUnavailable', 'down'));
      stored.push(...samples);
      return Promise.resolve();
    },
    devices: () => Promise.resolve(['r1']),
    newest: () => Promise.resolve([]),
    list: () => Promise.resolve([]),
    periods: () => Promise.resolve([]),
    rollUp: () => Promise.resolve(void (world.rolledUp += 1)),
  };
  const session = {
    print: (menu: MenuPath) => {
      asked.push({ at: clock.now(), menu });
      return Promise.resolve().then(() => answer(menu));
    },
  };
  const readers: Readers = {
    on: async (_, work) => await work({ session, version: [7, 20, 8], serial: 'S' } as never),
  };
  const changes = new RecentChanges();
  const captures = { newest: () => Promise.resolve(new Map([['r1', Number.MAX_SAFE_INTEGER]])) };
  const target = { rollout: { health: { maxCpuPercent: 90, minFreeMemoryPercent: 5 } } };
  const watch = new Watch({
    clock: { ...clock, monotonic: () => clock.now() },
    store: { samples: records, captures, mustBeHere: () => {} } as never,
    log: createLog('silent'),
    fleet: { devices: () => ['r1'], targetOf: () => target, inventory: null } as never,
    readers,
    changes,
    kept: HEALTH_KEPT,
    sighted: (sighting) => sightings.push(sighting),
  });
  const stop = new AbortController();
  const running = watch.run({ signal: stop.signal, holds: () => true, check: () => {} });
  return {
    clock,
    asked,
    stored,
    sightings,
    world,
    watch,
    changes,
    async end() {
      stop.abort();
      await running;
    },
    times: (menu: MenuPath) => asked.filter((each) => each.menu === menu).map(({ at }) => at),
  };
}

describe('between visits', () => {
  it('a router is asked every minute, more often after a change, and a visit counts as an answer', async () => {
    const rig = watching(() => [RESOURCE]);
    await rig.clock.advance(600_000);
    const before = rig.times('/system/resource').length;
    expect(before).toBeGreaterThanOrEqual(9);
    expect(before).toBeLessThanOrEqual(11);
    rig.changes.report({ action: 'attempt.confirmed', device: 'r1', at: rig.clock.now() });
    await rig.clock.advance(300_000);
    expect(rig.times('/system/resource').length - before).toBeGreaterThanOrEqual(18);
    rig.watch.noteVisit('r1', RESOURCE);
    const then = rig.times('/system/resource').length;
    await rig.clock.advance(13_000);
    expect(rig.times('/system/resource').length).toBe(then);
    await rig.end();
  });

  it('samples are flushed every 30 seconds and once at the end, kept while the store is down, and summed up', async () => {
    const rig = watching(() => [RESOURCE]);
    await rig.clock.advance(1);
    rig.watch.noteVisit('r1', RESOURCE);
    await rig.clock.advance(29_000);
    expect(rig.stored).toEqual([]);
    rig.world.down = true;
    await rig.clock.advance(200_000);
    expect(rig.stored).toEqual([]);
    rig.world.down = false;
    await rig.clock.advance(31_000);
    expect(rig.stored.length).toBeGreaterThanOrEqual(4);
    expect(new Set(rig.stored.map(({ at }) => at)).size).toBe(rig.stored.length);
    expect(rig.world.rolledUp).toBe(1);
    rig.watch.noteVisit('r1', { ...RESOURCE, 'cpu-load': '8' });
    await rig.end();
    expect(rig.stored.at(-1)?.cpuPercent).toBe(8);
  });

  it('what it is becomes known when it changes: degraded, silent, and well again', async () => {
    let answer: () => readonly Row[] = () => [RESOURCE];
    const rig = watching(() => answer());
    await rig.clock.advance(90_000);
    answer = () => [{ ...RESOURCE, 'cpu-load': '97' }];
    await rig.clock.advance(90_000);
    answer = () => {
      throw new Failure('Unreachable', 'no route to it');
    };
    const since = rig.asked.length;
    await rig.clock.advance(900_000);
    // 30, 60, 120, 240, 300 s apart.
    expect(rig.asked.length - since).toBeLessThanOrEqual(8);
    answer = () => [RESOURCE];
    await rig.clock.advance(600_000);
    expect(rig.sightings.map(({ verdict, because }) => [verdict, because])).toEqual([
      ['healthy', null],
      ['degraded', 'load 97 %, limit 90 %'],
      ['unknown', 'no route to it'],
      ['healthy', null],
    ]);
    await rig.end();
  });

  it('a router that has no sensors is well all the same, and one without a read user is left alone', async () => {
    const rig = watching((menu) => {
      if (menu === '/system/health') throw new Failure('NoSuchMenu', 'no such command');
      return [RESOURCE];
    });
    await rig.clock.advance(120_000);
    expect(rig.watch.newestOf('r1')).toMatchObject({ cpuPercent: 7, temperatureC: null });
    await rig.end();
    const alone = watching(() => {
      throw new Failure('ReadUserMissing', 'nobody');
    });
    await alone.clock.advance(299_000);
    expect(alone.asked).toHaveLength(1);
    expect(alone.sightings).toEqual([]);
    await until(
      () => alone.clock.sleeping,
      (sleeping) => sleeping > 0,
    );
    await alone.end();
  });
});
