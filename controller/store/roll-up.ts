import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../ports.ts';
import type { HealthKept } from '../records/samples.ts';
import { METRIC_COLUMNS, SUMMARIES } from './metric-columns.ts';
import type { Scope } from './scope.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const SUMMARY_COLUMNS = METRIC_COLUMNS.flatMap((column) => SUMMARIES.map((summary) => `${column}_${summary}`));
const COLUMNS = sql.join(['device', 'at', 'samples', ...SUMMARY_COLUMNS].map((column) => sql.ref(column)));

const OF_SAMPLES = METRIC_COLUMNS.flatMap((column) => [
  sql`count(${sql.ref(column)})`,
  ...(['sum', 'min', 'max'] as const).map((summary) => sql`${sql.raw(summary)}(${sql.ref(column)})`),
]);

const OF_HOURS = METRIC_COLUMNS.flatMap((column) =>
  SUMMARIES.map((summary) => {
    const reduce = summary === 'n' ? 'sum' : summary;
    return sql`${sql.raw(reduce)}(${sql.ref(`${column}_${summary}`)})`;
  }),
);

/**
 * Sums up a device's hours and days that have ended by `now` and are not summed up yet: hours from samples, days from
 * hours. Lets go what is older than `before`.
 */
export async function rollUpHealth(scope: Scope, device: number, now: Instant, before: HealthKept): Promise<void> {
  await scope.serially(`health:${device}`, async (db) => {
    const hours = [sql`count(*)`, ...OF_SAMPLES];
    await summing('health_hours', 'health_samples', HOUR_MS, hours, device, now).execute(db);
    const days = [sql`sum(samples)`, ...OF_HOURS];
    await summing('health_days', 'health_hours', DAY_MS, days, device, now).execute(db);
    await db.deleteFrom('health_samples').where('device', '=', device).where('at', '<', before.samples).execute();
    await db.deleteFrom('health_hours').where('device', '=', device).where('at', '<', before.hours).execute();
    await db.deleteFrom('health_days').where('device', '=', device).where('at', '<', before.days).execute();
  });
}

function summing(
  into: 'health_hours' | 'health_days',
  from: 'health_samples' | 'health_hours',
  length: number,
  summaries: readonly RawBuilder<unknown>[],
  device: number,
  now: Instant,
): RawBuilder<unknown> {
  const first = sql`at - at % ${sql.lit(length)}`;
  const next = sql`coalesce((select max(at) + ${sql.lit(length)} from ${sql.table(into)} where device = ${device}), 0)`;
  return sql`insert into ${sql.table(into)} (${COLUMNS})
    select device, ${first}, ${sql.join(summaries)} from ${sql.table(from)}
    where device = ${device} and at >= ${next} and at < ${now - (now % length)}
    group by device, ${first} on conflict do nothing`;
}
