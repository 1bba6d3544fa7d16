import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { Failure } from '#failure';
import type { Store } from '../records/store.ts';
import { migrate } from './migrate.ts';
import { recordsIn, storeFailureOf } from './records.ts';
import { prune } from './retention.ts';
import { storeScope, transactionScope, type Engine } from './scope.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/**
 * Where the store is: a folder for one controller, or the URL of a PostgreSQL for several. The URL may hold a password
 * and is never printed.
 */
export type StoreLocation = { readonly folder: string } | { readonly databaseUrl: string };

/**
 * Opens the store and brings its tables up to date. A folder is held by one controller alone; a PostgreSQL is shared.
 * @throws {Failure} `StoreLocked`, `StoreUnavailable`, `StoreTooNew`, `StoreTooOld`
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const engine = 'folder' in location ? 'sqlite' : 'postgres';
  const db = 'folder' in location ? openSqlite(location.folder) : await openDatabase(location.databaseUrl);
  try {
    await migrate(db, engine);
  } catch (error) {
    await db.destroy();
    const cause = storeFailureOf(error);
    if (cause.code !== 'StoreUnavailable') throw cause;
    throw new Failure(cause.code, `The store in ${nameOf(location)} cannot be used: ${cause.message}`, { cause });
  }
  return storeOver(db, engine);
}

/** Its client is large, and most controllers keep their store in a folder. */
async function openDatabase(url: string): Promise<Kysely<Tables>> {
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url);
}

/** For messages: no user, no password. */
function nameOf(location: StoreLocation): string {
  if ('folder' in location) return `the folder ${location.folder}`;
  const { host, pathname } = new URL(location.databaseUrl);
  return `the PostgreSQL ${host}${pathname}`;
}

function storeOver(db: Kysely<Tables>, engine: Engine): Store {
  const inside = new AsyncLocalStorage<true>();
  const scope = storeScope(db, engine, () => {
    if (inside.getStore() === true) {
      throw new Error('Inside a transaction, use the records it hands out: the store itself would wait for its end.');
    }
  });
  return {
    ...recordsIn(scope),
    exclusive: engine === 'sqlite',

    async transaction(work) {
      let thrown: { readonly error: unknown } | null = null;
      try {
        return await scope.db.transaction().execute(async (transaction) => {
          try {
            return await inside.run(true, () => work(recordsIn(transactionScope(transaction, engine))));
          } catch (error) {
            thrown = { error };
            throw error;
          }
        });
      } catch (error) {
        throw thrown === null ? storeFailureOf(error) : (thrown as { readonly error: unknown }).error;
      }
    },

    async prune(retention, now) {
      try {
        return await prune(scope, retention, now);
      } catch (error) {
        throw storeFailureOf(error);
      }
    },

    close: () => db.destroy(),
  };
}
