import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Store } from '#controller';
import type { HealthSample } from '../controller/records/samples.ts';
import { openStore } from '../controller/store/index.ts';
import { nameOf } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';

interface Sizes {
  readonly devices: number;
  /** Of each device at the beginning. */
  readonly samples: number;
  /** Of the one device that is read. */
  readonly day: number;
}

const SIZES: Readonly<Record<Size, Sizes>> = {
  full: { devices: 1_000, samples: 240, day: 1_440 },
  tiny: { devices: 10, samples: 4, day: 20 },
};
const MINUTE_MS = 60_000;
/** Samples that come in 30 seconds, when each device is asked once a minute. */
const FLUSHES_A_MINUTE = 2;
const ROWS_AT_ONCE = 250;
const START = Date.UTC(2026, 0, 1);
const CELLS = 10;

/** (j) What keeping the health of a fleet costs beyond its rows. */
export const health: Benchmark = {
  name: 'j',
  title: 'The health of 1,000 devices at 60 s: room, a flush and a day of one device, against bare prepared statements',
  async run({ size, rounds, progress }) {
    const { devices, samples, day } = SIZES[size];
    const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
    const store = await openStore({ folder: path.join(folder, 'store') });
    const bare = openBare(path.join(folder, 'bare.db'));
    try {
      progress(`${devices} devices with ${samples} samples each`);
      for (let minute = 0; minute < day; minute += 1) {
        const last = minute < samples ? devices : 1;
        const batch = Array.from({ length: last }, (_, index) => sampleOf(index, minute));
        await store.samples.add(batch);
        bare.insertAll(batch);
      }
      const rows = devices * samples + day - samples;
      const bytes = (await usedBy(folder, store)) / rows;
      let minute = day;
      const share = devices / FLUSHES_A_MINUTE;
      const flushOf = (half: number): readonly HealthSample[] =>
        Array.from({ length: share }, (_, index) => sampleOf(half * share + index, minute));
      progress(`${rounds} rounds`);
      const flush = await interleave(
        rounds,
        () => {
          for (let half = 0; half < FLUSHES_A_MINUTE; half += 1) bare.insertAll(flushOf(half));
        },
        async () => {
          for (let half = 0; half < FLUSHES_A_MINUTE; half += 1) await store.samples.add(flushOf(half));
          minute += 1;
        },
      );
      const read = await interleave(
        rounds,
        () => repeat(20, () => mustBe(bare.day(START, day).length, day)),
        async () => {
          for (let time = 0; time < 20; time += 1)
            mustBe((await store.samples.list(nameOf(0), START)).length, day + minute - day);
        },
      );
      const flushes = ratiosOf(flush, 'wallMs');
      const reads = ratiosOf(read, 'wallMs');
      const median = (of: typeof flush, who: 'control' | 'subject'): string =>
        rounded(spreadOf(of[who].map(({ wallMs }) => wallMs)).median);
      return {
        name: 'j',
        title: this.title,
        figures: [
          { what: 'room for a sample', value: bytes, unit: ' bytes', bound: { kind: 'most', value: 64 }, spread: null },
          {
            what: 'a flush, as a multiple of bare inserts',
            value: flushes.median,
            unit: '×',
            bound: { kind: 'most', value: 2 },
            spread: flushes,
          },
          {
            what: 'a day of one device, as a multiple of the bare query',
            value: reads.median,
            unit: '×',
            bound: { kind: 'most', value: 3 },
            spread: reads,
          },
        ],
        notes: [
          `two flushes of ${share} samples: ${median(flush, 'subject')} ms, bare ${median(flush, 'control')} ms`,
          `20 days of one device: ${median(read, 'subject')} ms, bare ${median(read, 'control')} ms`,
        ],
      };
    } finally {
      await store.close();
      bare.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function sampleOf(index: number, minute: number): HealthSample {
  const noise = (index * 7_919 + minute * 104_729) % 1_000;
  return {
    device: nameOf(index),
    at: START + minute * MINUTE_MS + (index % 60) * 1000,
    cpuPercent: noise % 100,
    freeMemoryKiB: 150_000 + noise,
    freeDiskKiB: 4_000 + (noise % 50),
    uptimeSeconds: 1_000_000 + minute * 60,
    temperatureC: 40 + (noise % 100) / 10,
    voltageV: 24 + (noise % 10) / 10,
    totalMemoryKiB: 262_144,
    totalDiskKiB: 16_384,
  };
}

/** The pages that the table of samples takes: of a copy, since the store holds its file alone. */
async function usedBy(folder: string, store: Store): Promise<number> {
  const { cp } = await import('node:fs/promises');
  mustBe((await store.samples.devices()).length > 0 ? 1 : 0, 1);
  const copy = path.join(folder, 'copy');
  await cp(path.join(folder, 'store'), copy, { recursive: true });
  const database = new DatabaseSync(path.join(copy, 'store.db'));
  try {
    const row = database.prepare("select sum(pgsize) as bytes from dbstat where name = 'health_samples'").get();
    return Number(row?.['bytes']);
  } finally {
    database.close();
  }
}

interface Bare {
  insertAll(samples: readonly HealthSample[]): void;
  day(from: number, most: number): readonly unknown[];
  close(): void;
}

/** The same rows by whoever writes nothing but prepared statements, and waits for the disk as the store does. */
function openBare(file: string): Bare {
  const database = new DatabaseSync(file);
  database.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;
    create table samples (device integer, at integer, cpu integer, memory integer, disk integer, uptime integer,
      temperature integer, voltage integer, memory_total integer, disk_total integer,
      primary key (device, at)) without rowid`);
  const marks = Array.from({ length: CELLS }, () => '?').join(',');
  const insert = database.prepare(`insert or ignore into samples values (${marks})`);
  const select = database.prepare('select * from samples where device = 0 and at >= ? order by at limit ?');
  return {
    insertAll(samples) {
      for (let from = 0; from < samples.length; from += ROWS_AT_ONCE) {
        database.exec('begin');
        for (const sample of samples.slice(from, from + ROWS_AT_ONCE)) insertOne(insert, sample);
        database.exec('commit');
      }
    },
    day: (from, most) => select.all(from, most),
    close: () => database.close(),
  };
}

function insertOne(insert: StatementSync, sample: HealthSample): void {
  const { device, at, cpuPercent, freeMemoryKiB, freeDiskKiB, uptimeSeconds, totalMemoryKiB, totalDiskKiB } = sample;
  const tenths = [sample.temperatureC, sample.voltageV].map((value) => Math.round((value ?? 0) * 10));
  const number = Number(device.replace(/\D/g, ''));
  const cells = [cpuPercent, freeMemoryKiB, freeDiskKiB, uptimeSeconds, ...tenths, totalMemoryKiB, totalDiskKiB];
  insert.run(number, at, ...cells);
}

function repeat(times: number, work: () => void): void {
  for (let time = 0; time < times; time += 1) work();
}

function mustBe(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} rows in place of ${wanted}`);
}
