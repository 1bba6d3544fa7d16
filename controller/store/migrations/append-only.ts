import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';

/** Makes the database itself refuse these statements on a table, whoever says them. */
export async function refuseChanges(
  db: Kysely<unknown>,
  engine: Engine,
  table: string,
  refused: readonly ('update' | 'delete')[],
): Promise<void> {
  for (const statement of refused) {
    const trigger = sql.id(`${table}_refuses_${statement}`);
    const message = sql.lit(`${table} is append-only: ${statement} refused`);
    if (engine === 'sqlite') {
      await sql`create trigger ${trigger} before ${sql.raw(statement)} on ${sql.id(table)}
        begin select raise(abort, ${message}); end`.execute(db);
      continue;
    }
    const events = sql.raw(statement === 'delete' ? 'delete or truncate' : statement);
    const body = sql.lit(`begin raise exception '${table} is append-only: ${statement} refused'; end`);
    await sql`create function ${trigger}() returns trigger language plpgsql as ${body}`.execute(db);
    await sql`create trigger ${trigger} before ${events} on ${sql.id(table)}
      for each statement execute function ${trigger}()`.execute(db);
  }
}
