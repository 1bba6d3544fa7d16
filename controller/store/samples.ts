import { sql, type Selectable, type RawBuilder } from 'kysely';
import type { DeviceName, Instant } from '../ports.ts';
import {
  type HealthPeriod,
  type HealthSample,
  type Metric,
  METRICS,
  type MetricSummary,
  type PeriodLength,
  type SampleRecords,
} from '../records/samples.ts';
import { listed } from './listed.ts';
import { COLUMN_OF, METRIC_COLUMNS } from './metric-columns.ts';
import { rollUpHealth } from './roll-up.ts';
import type { Scope } from './scope.ts';
import type { PeriodColumns, SampleColumns, Tables } from './tables.ts';

/** node:sqlite stops everything else meanwhile, for 9 ms. */
const ROWS_AT_ONCE = 250;
const TABLE_OF = { hour: 'health_hours', day: 'health_days' } as const satisfies Record<PeriodLength, string>;
const COLUMNS = ['device', 'at', ...METRIC_COLUMNS, 'memory_total', 'disk_total'];

/** The health of devices through time. Devices go by numbers, and names keep theirs for ever. */
export function sampleRecords(scope: Scope): SampleRecords {
  const numbers = new Map<DeviceName, number>();

  async function find(names: readonly DeviceName[]): Promise<readonly DeviceName[]> {
    const rows = await scope.db.selectFrom('health_devices').selectAll().where('name', 'in', names).execute();
    for (const row of rows) numbers.set(row.name, row.number);
    return names.filter((name) => !numbers.has(name));
  }

  /** Looks up the numbers of these names, and gives those one that have none. */
  async function number(names: readonly DeviceName[]): Promise<void> {
    const unknown = names.filter((name) => !numbers.has(name));
    if (unknown.length === 0) return;
    const fresh = await find(unknown);
    if (fresh.length === 0) return;
    const rows = fresh.map((name) => ({ name }));
    await scope.db
      .insertInto('health_devices')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await find(fresh);
  }

  async function numberOf(device: DeviceName): Promise<number | null> {
    if (!numbers.has(device)) await find([device]);
    return numbers.get(device) ?? null;
  }

  return {
    async add(samples) {
      for (let from = 0; from < samples.length; from += ROWS_AT_ONCE) {
        const some = samples.slice(from, from + ROWS_AT_ONCE);
        await number([...new Set(some.map(({ device }) => device))]);
        const rows = some.map((sample) => cellsOf(sample, numbers.get(sample.device) ?? 0));
        await insertion(scope, rows).execute(scope.db);
      }
    },

    async devices() {
      const rows = await scope.db.selectFrom('health_devices').select('name').orderBy('name').execute();
      return rows.map(({ name }) => name);
    },

    async newest() {
      const rows = await scope.db
        .selectFrom('health_devices')
        .innerJoin('health_samples', (join) =>
          join.onRef('health_samples.device', '=', 'health_devices.number').on('health_samples.at', '=', (on) =>
            on
              .selectFrom('health_samples as other')
              .select((each) => each.fn.max('other.at').as('at'))
              .whereRef('other.device', '=', 'health_devices.number'),
          ),
        )
        .select('health_devices.name')
        .selectAll('health_samples')
        .orderBy('health_devices.name')
        .execute();
      return rows.map(({ name, ...row }) => sampleOf(name, row));
    },

    async list(device, from) {
      const rows = await since(scope, 'health_samples', await numberOf(device), from);
      return rows.map((row) => sampleOf(device, row));
    },

    async periods(device, length, from) {
      const rows = await since(scope, TABLE_OF[length], await numberOf(device), from);
      return rows.map(periodOf);
    },

    async rollUp(device, now, before) {
      const known = await numberOf(device);
      if (known !== null) await rollUpHealth(scope, known, now, before);
    },
  };
}

/** However many rows there are, they are one parameter, and the statement is compiled once. */
function insertion({ engine }: Scope, rows: readonly (readonly (number | null)[])[]): RawBuilder<unknown> {
  const columns = sql.join(COLUMNS.map((column) => sql.ref(column)));
  const cells = sql.join(COLUMNS.map((_, at) => sql`cast(listed.value ->> ${sql.lit(at)} as bigint)`));
  return sql`insert into health_samples (${columns}) select ${cells} from ${listed(engine, rows)}
    where true on conflict do nothing`;
}

async function since<Name extends 'health_samples' | 'health_hours' | 'health_days'>(
  { db }: Scope,
  table: Name,
  device: number | null,
  from: Instant,
): Promise<readonly Selectable<Tables[Name]>[]> {
  const rows = sql<Selectable<Tables[Name]>>`select * from ${sql.table(table)}
    where device = ${device} and at >= ${Math.round(from)} order by at`;
  return device === null ? [] : (await rows.execute(db)).rows;
}

function cellsOf(sample: HealthSample, device: number): readonly (number | null)[] {
  const metrics = METRICS.map((metric) => whole(sample[metric], COLUMN_OF[metric].scale));
  return [device, Math.round(sample.at), ...metrics, whole(sample.totalMemoryKiB, 1), whole(sample.totalDiskKiB, 1)];
}

function whole(value: number | null, scale: number): number | null {
  return value === null ? null : Math.round(value * scale);
}

/** Written out: thousands are made at once. */
function sampleOf(device: DeviceName, row: SampleColumns): HealthSample {
  return {
    device,
    at: row.at,
    cpuPercent: row.cpu,
    freeMemoryKiB: row.memory,
    freeDiskKiB: row.disk,
    uptimeSeconds: row.uptime,
    temperatureC: row.temperature === null ? null : row.temperature / COLUMN_OF.temperatureC.scale,
    voltageV: row.voltage === null ? null : row.voltage / COLUMN_OF.voltageV.scale,
    totalMemoryKiB: row.memory_total,
    totalDiskKiB: row.disk_total,
  };
}

function periodOf(row: PeriodColumns): HealthPeriod {
  const metrics = METRICS.map((metric) => [metric, summaryOf(row, metric)]);
  return {
    from: row.at,
    samples: row.samples,
    ...(Object.fromEntries(metrics) as Record<Metric, MetricSummary | null>),
  };
}

function summaryOf(row: PeriodColumns, metric: Metric): MetricSummary | null {
  const { column, scale } = COLUMN_OF[metric];
  const count = row[`${column}_n`] ?? 0;
  if (count === 0) return null;
  const [sum = 0, min = 0, max = 0] = (['sum', 'min', 'max'] as const).map(
    (summary) => (row[`${column}_${summary}`] ?? 0) / scale,
  );
  return { count, sum, min, max };
}
