import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { refuseChanges } from './append-only.ts';
import { counted, required, sequenceType } from './columns.ts';

/** Who asked for what, and what controllers that do not lead want of the one that does. */
export async function createAuditTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('access_rows')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('batch', 'text', required)
    .addColumn('written_at', 'bigint', required)
    .addColumn('at', 'bigint', required)
    .addColumn('actor', 'text', required)
    .addColumn('person', 'text')
    .addColumn('operation', 'text', required)
    .addColumn('device', 'text')
    .addColumn('outcome', 'text', required)
    .addColumn('count', 'integer', required)
    .execute();
  for (const column of ['batch', 'written_at', 'actor', 'device'])
    await db.schema.createIndex(`access_rows_by_${column}`).on('access_rows').column(column).execute();
  await refuseChanges(db, engine, 'access_rows', ['update']);

  await db.schema
    .createTable('orders')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('asked_at', 'bigint', required)
    .addColumn('asked_by', 'text', required)
    .addColumn('wanted', 'text', required)
    .addColumn('done_at', 'bigint')
    .addColumn('result', 'text')
    .execute();
  await db.schema
    .createIndex('open_orders')
    .on('orders')
    .column('asked_at')
    .where(sql.ref('done_at'), 'is', null)
    .execute();
}
