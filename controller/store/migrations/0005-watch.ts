import { sql, type Kysely } from 'kysely';
import { METRIC_COLUMNS, SUMMARIES } from '../metric-columns.ts';
import type { Engine } from '../scope.ts';
import { counted, required, sequenceType } from './columns.ts';

/** What routers held and how they were, through time. */
export async function createWatchTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await createHealthTables(db, engine);
  await db.schema
    .createTable('menu_contents')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('rows', engine === 'postgres' ? 'bytea' : 'blob', required)
    .execute();
  await db.schema
    .createTable('menu_states')
    .addColumn('device', 'text', required)
    .addColumn('menu', 'text', required)
    .addColumn('from_at', 'bigint', required)
    .addColumn('to_at', 'bigint')
    .addColumn('digest', 'text', required)
    .addPrimaryKeyConstraint('menu_states_key', ['device', 'menu', 'from_at'])
    .execute();
  await db.schema.createIndex('menu_states_digest').on('menu_states').column('digest').execute();
  await db.schema
    .createTable('captures')
    .addColumn('device', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('why', 'text', required)
    .addColumn('version', 'text', required)
    .addColumn('unread', 'text', required)
    .addColumn('changed', 'integer', required)
    .addPrimaryKeyConstraint('captures_key', ['device', 'at'])
    .execute();
}

/** By device first: a device is read at once, and what is added is spread over as many pages as there are devices. */
async function createHealthTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const keyAlone = engine === 'sqlite' ? sql`without rowid` : sql``;
  await db.schema
    .createTable('health_devices')
    .addColumn('number', sequenceType(engine), counted(engine))
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .execute();
  let samples = db.schema
    .createTable('health_samples')
    .addColumn('device', 'integer', required)
    .addColumn('at', 'bigint', required);
  for (const column of [...METRIC_COLUMNS, 'memory_total', 'disk_total'] as const)
    samples = samples.addColumn(column, 'bigint');
  await samples.addPrimaryKeyConstraint('health_samples_key', ['device', 'at']).modifyEnd(keyAlone).execute();
  for (const table of ['health_hours', 'health_days'] as const) {
    let periods = db.schema
      .createTable(table)
      .addColumn('device', 'integer', required)
      .addColumn('at', 'bigint', required)
      .addColumn('samples', 'integer', required);
    for (const column of METRIC_COLUMNS)
      for (const summary of SUMMARIES) periods = periods.addColumn(`${column}_${summary}`, 'bigint');
    await periods.addPrimaryKeyConstraint(`${table}_key`, ['device', 'at']).modifyEnd(keyAlone).execute();
  }
}
