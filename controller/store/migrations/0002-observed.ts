import { sql, type Kysely } from 'kysely';
import { required } from './columns.ts';

/**
 * What controllers of one store share besides what they decided: what was seen of each device, and which of them
 * leads.
 */
export async function createSharedTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('observed')
    .addColumn('device', 'text', (column) => column.primaryKey())
    .addColumn('outcome', 'text', required)
    .addColumn('revision', 'text')
    .addColumn('at', 'bigint', required)
    .addColumn('duration_ms', 'bigint', required)
    .addColumn('failures', 'integer', required)
    .addColumn('next_at', 'bigint', required)
    .addColumn('router', 'text')
    .addColumn('read_at', 'bigint')
    .execute();

  await db.schema
    .createTable('leader')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('holder', 'text', required)
    .addColumn('until', 'bigint', required)
    .execute();
}
