import type { Kysely } from 'kysely';

/** When an operator said that an undone attempt may be made again. */
export async function addRetried(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('attempts').addColumn('retried_at', 'bigint').execute();
}
