import { type Driver, SqliteAdapter, SqliteDialect, SqliteDriver, type SqliteDatabase } from 'kysely';
import type { LogOnDisk } from './log-on-disk.ts';

/** What Kysely needs of a database, and whether it has committed something since this was last asked. */
export interface CommittingDatabase extends SqliteDatabase {
  hasCommitted(): boolean;
}

/** SQLite as Node has it. A commit returns when it is on the disk, and lets others go on before. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: CommittingDatabase;
  readonly #log: LogOnDisk;

  constructor(database: CommittingDatabase, log: LogOnDisk) {
    super({ database });
    this.#database = database;
    this.#log = log;
  }

  override createAdapter(): SqliteAdapter {
    return new NodeSqliteAdapter();
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database, this.#log);
  }
}

/** SQLite can change tables in a transaction, so a migration that is cut off leaves nothing behind. */
class NodeSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver itself has callers take turns: Kysely would keep the next one out until the disk has answered. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: CommittingDatabase;
  readonly #log: LogOnDisk;
  #last: Promise<void> = Promise.resolve();
  #passOn: () => void = () => {};

  constructor(database: CommittingDatabase, log: LogOnDisk) {
    super({ database });
    this.#database = database;
    this.#log = log;
  }

  override async acquireConnection(): ReturnType<SqliteDriver['acquireConnection']> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    await before;
    this.#passOn = turn.resolve;
    return await super.acquireConnection();
  }

  /**
   * Whoever comes next sees what was committed and may not be on the disk yet. What they make of it is committed behind
   * it in the same log, so it is on the disk before anything follows from that.
   */
  override async releaseConnection(): Promise<void> {
    const hasCommitted = this.#database.hasCommitted();
    this.#passOn();
    if (hasCommitted) await this.#log.reached();
  }

  override async destroy(): Promise<void> {
    await this.#log.close();
    await super.destroy();
  }
}
