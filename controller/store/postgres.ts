import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { Failure } from '#failure';
import type { Tables } from './tables.ts';

/** A step counts before its effect only when it is on the disk; stronger settings of the server stay. */
const COMMIT_ON_DISK =
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/**
 * Opens a pool of connections. Nothing is contacted yet.
 * @param databaseUrl `postgres://user:password@host:port/database`; it never appears in a message.
 * @throws {Failure} `StoreUnavailable` when it is no such URL.
 */
export function openPostgres(databaseUrl: string): Kysely<Tables> {
  if (!/^postgres(ql)?:/.test(databaseUrl) || !URL.canParse(databaseUrl)) {
    throw new Failure(
      'StoreUnavailable',
      'DATABASE_URL is no PostgreSQL address. Write it as postgres://user:password@host:5432/database, special characters percent-encoded.',
    );
  }
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'routeros-gitops',
    max: 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    lock_timeout: 30_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format)) },
  });
  pool.on('error', () => {
    // An idle connection broke; the pool drops it, and the next statement says so when the database is gone.
  });
  // One in use that breaks fails its statement; its error event would end the process if nobody heard it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool,
      async onCreateConnection(connection) {
        await connection.executeQuery(CompiledQuery.raw(COMMIT_ON_DISK));
      },
    }),
  });
}
