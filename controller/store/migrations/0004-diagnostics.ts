import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { counted, required, sequenceType } from './columns.ts';

/** What people have routers try, and whose turn it is on each. */
export async function createDiagnosticTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('diagnostics')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('device', 'text', required)
    .addColumn('other_device', 'text')
    .addColumn('request', 'text', required)
    .addColumn('actor', 'text', required)
    .addColumn('asked_at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('state', 'text', required)
    .addColumn('reason', 'text')
    .addColumn('steps', 'text', required)
    .addColumn('holder', 'text', required)
    .addColumn('until', 'bigint', required)
    .addColumn('cancelled_by', 'text')
    .execute();
  await db.schema.createIndex('diagnostics_of_device').on('diagnostics').columns(['device', 'asked_at']).execute();
  await db.schema
    .createIndex('open_diagnostics')
    .on('diagnostics')
    .column('sequence')
    .where(sql.ref('ended_at'), 'is', null)
    .execute();

  await db.schema
    .createTable('diagnostic_turns')
    .addColumn('device', 'text', (column) => column.primaryKey())
    .addColumn('diagnostic', 'text', (column) => column.notNull().references('diagnostics.id').onDelete('cascade'))
    .execute();
}
