import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** The database underneath: SQLite in the controller's own folder, or a PostgreSQL that several controllers share. */
export type Engine = 'sqlite' | 'postgres';

/** Where statements run: the whole store, each statement by itself, or one transaction. */
export interface Scope {
  readonly engine: Engine;
  /**
   * @throws {Error} on the whole store while the caller stands in one of its transactions: it would wait for itself.
   */
  readonly db: Kysely<Tables>;
  /**
   * Reads and writes that nobody interleaves with: in one transaction (the surrounding one, if there is one), one at a
   * time for each `key`, also among controllers on one PostgreSQL. Must not be nested.
   */
  serially<T>(key: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

/** @param guard throws when the caller stands in a transaction of this store. */
export function storeScope(db: Kysely<Tables>, engine: Engine, guard: () => void): Scope {
  return {
    engine,
    get db() {
      guard();
      return db;
    },
    serially(key, work) {
      return this.db.transaction().execute(async (transaction) => {
        await lock(transaction, engine, key);
        return work(transaction);
      });
    },
  };
}

/** A transaction's scope: its database locks do not hold between its own calls, so those queue here. */
export function transactionScope(db: Kysely<Tables>, engine: Engine): Scope {
  let last: Promise<unknown> = Promise.resolve();
  return {
    engine,
    db,
    serially(key, work) {
      const turn = last.then(async () => {
        await lock(db, engine, key);
        return work(db);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Until the transaction ends. SQLite needs none: its one connection is the lock. */
async function lock(db: Kysely<Tables>, engine: Engine, key: string): Promise<void> {
  if (engine === 'sqlite') return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db);
}
