import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HealthPeriod,
  type HealthSample,
  METRICS,
  type MetricSummary,
} from '../../../controller/records/samples.ts';
import { runs } from '../../support/sample.ts';
import type { Place } from '../places.ts';
import { DAY, T0 } from '../samples.ts';
import { sample } from './sample.ts';
import { freshStore } from './subject.ts';

const HOUR = DAY / 24;
const FOR_EVER = { samples: 0, hours: 0, days: 0 };

export function samplesContract(place: Place): void {
  const subject = freshStore(place);

  describe('health through time', () => {
    test('is kept by device and moment, and a moment is kept once', async () => {
      const { samples } = subject.store;
      await samples.add([]);
      await samples.add([sample('r1', T0), sample('r2', T0), sample('r1', T0 + 60_000, { cpuPercent: null })]);
      await samples.add([sample('r1', T0, { cpuPercent: 99 })]);
      expect(await samples.list('r1', T0)).toEqual([sample('r1', T0), sample('r1', T0 + 60_000, { cpuPercent: null })]);
      expect(await samples.list('r1', T0 + 1)).toHaveLength(1);
      expect(await samples.list('nobody', 0)).toEqual([]);
      await subject.meddle('select 1');
      expect(await subject.store.samples.newest()).toEqual([
        sample('r1', T0 + 60_000, { cpuPercent: null }),
        sample('r2', T0),
      ]);
      expect(await subject.store.samples.devices()).toEqual(['r1', 'r2']);
    });

    test('of a fleet is written at once', async () => {
      const many = Array.from({ length: 1_000 }, (_, index) => sample(`r${String(index).padStart(4, '0')}`, T0));
      await subject.store.samples.add(many);
      expect(await subject.store.samples.newest()).toEqual(many);
    });

    test('is let go when it is as old as is said, and stays summed up', async () => {
      const { samples } = subject.store;
      await samples.add([sample('r1', T0), sample('r1', T0 + HOUR), sample('r1', T0 + 2 * DAY)]);
      await samples.rollUp('r1', T0 + 2 * DAY, { samples: T0 + HOUR, hours: 0, days: 0 });
      expect((await samples.list('r1', 0)).map(({ at }) => at)).toEqual([T0 + HOUR, T0 + 2 * DAY]);
      expect((await samples.periods('r1', 'hour', 0)).map(({ from }) => from)).toEqual([T0, T0 + HOUR]);
      expect(await samples.periods('r1', 'day', 0)).toMatchObject([{ from: T0, samples: 2 }]);
      await samples.rollUp('r1', T0 + 2 * DAY, { samples: T0 + 3 * DAY, hours: T0 + HOUR, days: T0 + DAY });
      expect(await samples.list('r1', 0)).toEqual([]);
      expect((await samples.periods('r1', 'hour', 0)).map(({ from }) => from)).toEqual([T0 + HOUR]);
      expect(await samples.periods('r1', 'day', 0)).toEqual([]);
    });
  });

  test('hours and days say what their samples say, whenever they are summed up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrarySample(), { maxLength: 40 }),
        fc.array(fc.nat(4 * DAY), { maxLength: 4 }),
        async (drawn, looks) => {
          const device = `r${fc.sample(fc.uuid(), 1)[0] ?? ''}`;
          const { samples } = subject.store;
          const given = [...new Map(drawn.map((each) => [each.at, { ...each, device }])).values()].toSorted(
            (one, other) => one.at - other.at,
          );
          const until = T0 + 4 * DAY;
          let added = 0;
          for (const now of [...looks.map((look) => T0 + look).toSorted((a, b) => a - b), until]) {
            const due = given.filter(({ at }) => at < now).slice(added);
            added += due.length;
            await samples.add(due);
            await samples.rollUp(device, now, FOR_EVER);
          }
          expect(await samples.periods(device, 'hour', 0)).toEqual(summed(given, HOUR));
          expect(await samples.periods(device, 'day', 0)).toEqual(summed(given, DAY));
        },
      ),
      runs(place.name === 'SQLite' ? 60 : 12),
    );
  });
}

function arbitrarySample(): fc.Arbitrary<HealthSample> {
  const value = (max: number): fc.Arbitrary<number | null> => fc.option(fc.nat(max));
  return fc.record({
    at: fc.nat(4 * DAY - 1).map((offset) => T0 + offset),
    cpuPercent: value(100),
    freeMemoryKiB: value(16 * 1024 * 1024),
    freeDiskKiB: value(1024 * 1024),
    uptimeSeconds: value(10 ** 9),
    temperatureC: fc.option(fc.integer({ min: -400, max: 1200 }).map((tenths) => tenths / 10)),
    voltageV: fc.option(fc.integer({ min: 0, max: 600 }).map((tenths) => tenths / 10)),
    device: fc.constant(''),
    totalMemoryKiB: value(16 * 1024 * 1024),
    totalDiskKiB: value(1024 * 1024),
  });
}

/** By hand. */
function summed(samples: readonly HealthSample[], length: number): readonly HealthPeriod[] {
  const groups = Map.groupBy(samples, ({ at }) => at - (at % length));
  return [...groups].map(([from, group]) => ({
    from,
    samples: group.length,
    ...(Object.fromEntries(
      METRICS.map((metric) => [metric, summaryOf(group.flatMap((each) => each[metric] ?? []))]),
    ) as Pick<HealthPeriod, (typeof METRICS)[number]>),
  }));
}

function summaryOf(values: readonly number[]): MetricSummary | null {
  if (values.length === 0) return null;
  const tenths = values.reduce((sum, value) => sum + Math.round(value * 10), 0);
  return { count: values.length, sum: tenths / 10, min: Math.min(...values), max: Math.max(...values) };
}
