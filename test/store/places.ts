import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { query, type PostgresServer } from '../support/postgres.ts';
import type { StoreLocation } from '../../controller/store/index.ts';

/** A kind of database that the contract holds for. */
export interface Place {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** An empty place for a store. */
  create(): Promise<StoreLocation>;
  /** A place of an empty store, made quickly: nobody uses the one before any more. */
  next(): Promise<StoreLocation>;
  /** Changes with every row written by anybody, and only then. */
  writeMark(location: StoreLocation): Promise<string>;
  /** Runs a statement past the store. In a folder the store must be closed. */
  meddle(location: StoreLocation, statement: string): Promise<readonly Record<string, unknown>[]>;
}

const emptyFolder = (): Promise<StoreLocation> =>
  Promise.resolve({ folder: join(mkdtempSync(join(tmpdir(), 'store-')), 'controller') });

export const sqlite: Place = {
  name: 'SQLite',
  create: emptyFolder,
  next: emptyFolder,
  writeMark(location) {
    // Only the log: opening and closing the database file itself would drop the locks of this process.
    const log = join(folderOf(location), 'store.db-wal');
    const bytes = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
    return Promise.resolve(createHash('sha256').update(bytes).digest('hex'));
  },
  meddle(location, statement) {
    const database = new DatabaseSync(join(folderOf(location), 'store.db'));
    try {
      return Promise.resolve(database.prepare(statement).all());
    } catch (error) {
      return Promise.reject(error);
    } finally {
      database.close();
    }
  },
};

/** Every row goes, past the triggers that refuse it, and those that a test switched off are on again. */
const EMPTY_ALL = `alter table audit enable trigger user; set session_replication_role = replica;
do $$ begin
  execute (select 'truncate ' || string_agg(format('%I', tablename), ', ') || ' restart identity'
    from pg_tables where schemaname = 'public' and tablename not like 'kysely%');
end $$`;

export function postgres(server: PostgresServer): Place {
  let databaseUrl: string | undefined;
  return {
    name: 'PostgreSQL',
    create: async () => ({ databaseUrl: await server.createDatabase() }),
    async next() {
      // Making a database and its tables takes longer than most tests.
      if (databaseUrl === undefined) databaseUrl = await server.createDatabase();
      else await query(databaseUrl, EMPTY_ALL);
      return { databaseUrl };
    },
    async writeMark(location) {
      const [row] = await query(urlOf(location), 'select pg_snapshot_xmax(pg_current_snapshot())::text as mark');
      return String(row?.mark);
    },
    meddle: (location, statement) => query(urlOf(location), statement),
  };
}

export function folderOf(location: StoreLocation): string {
  if ('folder' in location) return location.folder;
  throw new Error('not a folder');
}

export function urlOf(location: StoreLocation): string {
  if ('databaseUrl' in location) return location.databaseUrl;
  throw new Error('not a database');
}
