import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { Failure } from '#failure';
import type { Store } from '../records/store.ts';
import { pruneCaptures } from './captures.ts';
import { migrate } from './migrate.ts';
import type { OpenedFiles } from './opened-files.ts';
import { type Failed, recordsIn, storeFailureOf, unavailableFailureOf } from './records.ts';
import { daysBefore, prune } from './retention.ts';
import { storeScope, transactionScope, type Engine } from './scope.ts';
import { NO_SIGNALS, type OpenSignals } from './no-signals.ts';
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
  const opened = 'folder' in location ? openSqlite(location.folder) : await openDatabase(location.databaseUrl);
  const { db } = opened;
  try {
    await migrate(db, engine);
  } catch (error) {
    await db.destroy();
    const cause = unavailableFailureOf(error);
    if (cause.code !== 'StoreUnavailable') throw cause;
    throw new Failure(cause.code, `The store in ${nameOf(location)} cannot be used: ${cause.message}`, { cause });
  }
  return storeOver(opened, engine);
}

/** Its client is large, and most controllers keep their store in a folder. */
async function openDatabase(url: string): Promise<Opened> {
  const [{ openPostgres }, { postgresSignals }] = await Promise.all([import('./postgres.ts'), import('./signals.ts')]);
  const db = openPostgres(url);
  return { db, signals: postgresSignals(url, db) };
}

/** `files`: of a folder. */
interface Opened {
  readonly db: Kysely<Tables>;
  readonly files?: OpenedFiles;
  /** Of a PostgreSQL. */
  readonly signals?: OpenSignals;
}

/** For messages: no user, no password. */
function nameOf(location: StoreLocation): string {
  if ('folder' in location) return `the folder ${location.folder}`;
  const { host, pathname } = new URL(location.databaseUrl);
  return `the PostgreSQL ${host}${pathname}`;
}

function storeOver({ db, files, signals = NO_SIGNALS }: Opened, engine: Engine): Store {
  const dropped = new AbortController();
  const gone = files?.gone ?? dropped.signal;
  const failed: Failed = (error) => {
    const failure = storeFailureOf(error);
    if (failure.code === 'StoreGone') dropped.abort(failure);
    return failure;
  };
  const inside = new AsyncLocalStorage<true>();
  const scope = storeScope(db, engine, () => {
    if (inside.getStore() === true) {
      throw new Error('Inside a transaction, use the records it hands out: the store itself would wait for its end.');
    }
  });
  return {
    ...recordsIn(scope, failed),
    exclusive: engine === 'sqlite',

    async transaction(work) {
      let thrown: { readonly error: unknown } | null = null;
      try {
        return await scope.db.transaction().execute(async (transaction) => {
          try {
            return await inside.run(true, () => work(recordsIn(transactionScope(transaction, engine), failed)));
          } catch (error) {
            thrown = { error };
            throw error;
          }
        });
      } catch (error) {
        throw thrown === null ? failed(error) : (thrown as { readonly error: unknown }).error;
      }
    },

    async prune(retention, now) {
      try {
        return (await prune(scope, retention, now)) + (await pruneCaptures(scope, daysBefore(retention, now)));
      } catch (error) {
        throw failed(error);
      }
    },

    gone,
    mustBeHere: () => (files === undefined ? gone.throwIfAborted() : files.mustBeHere()),
    signals: {
      tell: async (message) => {
        try {
          await signals.tell(message);
        } catch (error) {
          throw failed(error);
        }
      },
      hear: (listener) => signals.hear(listener),
    },
    async close() {
      await signals.close();
      await db.destroy();
    },
  };
}
