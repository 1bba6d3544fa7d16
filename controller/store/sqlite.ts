import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Failure } from '#failure';
import { faultAtPath } from '../credentials/private-file.ts';
import { type Flush, LogOnDisk } from './log-on-disk.ts';
import { OpenedFiles } from './opened-files.ts';
import { type CommittingDatabase, NodeSqliteDialect } from './sqlite-driver.ts';
import type { Tables } from './tables.ts';

const SQLITE_BUSY = 5;
/** More than there are different statements; each is compiled once. */
const KEPT_STATEMENTS = 200;
const NOTHING = 'select 1 where false';
/** Everything that lies beside each other in the folder of one store. */
const FILES = ['store.db', 'store.db-wal', 'store.db-shm', 'store.db-journal', 'store.pid'];
/** As `w`, and never through a link. */
const WRITE_HERE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Opens `store.db` in the folder and holds it alone until it is closed: write-ahead log, every commit on the disk
 * before it returns (`LogOnDisk`). The folder is made with mode 0700, the files with 0600. Files that are there and are
 * links, or not this user's alone, are refused: they could be somebody else's, or lead to them.
 * Each statement @throws {Failure} `StoreGone` when another store lies there by then.
 * @param flush in place of asking the disk.
 * @throws {Failure} `StoreLocked`, `StoreUnavailable`
 */
export function openSqlite(
  folder: string,
  flush?: Flush,
): { readonly db: Kysely<Tables>; readonly files: OpenedFiles } {
  const path = join(folder, 'store.db');
  const holder = join(folder, 'store.pid');
  const files = new OpenedFiles(folder);
  const database = openFile(folder, path, files);
  let log: LogOnDisk;
  try {
    database.exec('pragma busy_timeout = 0');
    database.exec('pragma locking_mode = exclusive');
    database.exec('pragma journal_mode = wal');
    // Commits go to the disk together, and not one by one: what `LogOnDisk` waits for.
    database.exec('pragma synchronous = normal');
    database.exec('begin immediate; commit');
    writeHolder(holder);
    files.note();
    log = new LogOnDisk(join(folder, 'store.db-wal'), (error) => files.lost(error), flush);
  } catch (error) {
    database.close();
    throw isBusy(error) ? lockedFailure(folder, holder) : unavailable(folder, error);
  }
  const closing = {
    ...statementsOf(database, files),
    close() {
      // What lies there may be another store's by now.
      if (!files.gone.aborted) rmSync(holder, { force: true });
      database.close();
    },
  };
  return { db: new Kysely<Tables>({ dialect: new NodeSqliteDialect(closing, log) }), files };
}

function openFile(folder: string, path: string, files: OpenedFiles): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (statSync(folder).uid === process.getuid?.()) chmodSync(folder, 0o700);
    for (const name of FILES) mustBeOwn(join(folder, name));
    createPrivately(path);
    files.note();
    return new DatabaseSync(path);
  } catch (error) {
    throw unavailable(folder, error);
  }
}

/** For messages only. */
function writeHolder(path: string): void {
  const file = openSync(path, WRITE_HERE, 0o600);
  writeFileSync(file, `${process.pid}\n`);
  closeSync(file);
}

function mustBeOwn(path: string): void {
  const refused = faultAtPath(path, 'own');
  if (refused !== null) throw new Error(`${path} ${refused.fault}; ${refused.hint}`);
}

/** Never opens a file that is there: closing it again would drop the locks that this process may hold on it. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * What Kysely needs of a database. Once a statement of a transaction has failed, SQLite may have rolled all of it back
 * or only that statement;
 * so nothing more is done until Kysely rolls back.
 */
function statementsOf(database: DatabaseSync, files: OpenedFiles): CommittingDatabase {
  let failed: unknown = null;
  let hasCommitted = false;
  const statements = new Map<string, Compiled>();
  function compiled(sql: string): Compiled {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = guarded(() => database.prepare(sql));
    const made = { statement, reader: statement.columns().length > 0 };
    if (statements.size < KEPT_STATEMENTS) statements.set(sql, made);
    return made;
  }
  function guarded<T>(run: () => T, { ending = false, writes = false } = {}): T {
    if (failed !== null) throw new Error('An earlier statement of this transaction failed.', { cause: failed });
    const inTransaction = database.isTransaction;
    try {
      if (!inTransaction || ending) files.mustBeHere();
      const result = run();
      if (writes && !database.isTransaction) {
        hasCommitted = true;
        files.note();
      }
      return result;
    } catch (error) {
      if (inTransaction) failed = error;
      throw error;
    }
  }
  const rolledBack = (sql: string) => sql === 'rollback' && !database.isTransaction;
  return {
    close: () => database.close(),
    hasCommitted() {
      const had = hasCommitted;
      hasCommitted = false;
      return had;
    },
    prepare(sql) {
      if (sql === 'rollback') failed = null;
      const { statement, reader } = compiled(rolledBack(sql) ? NOTHING : sql);
      const kind = { ending: sql === 'commit', writes: !/^(select|rollback)\b/i.test(sql) };
      const all = (parameters: readonly unknown[]) =>
        guarded(() => statement.all(...(parameters as readonly SQLInputValue[])), kind);
      return {
        reader,
        all,
        run: (parameters) => guarded(() => statement.run(...(parameters as readonly SQLInputValue[])), kind),
        iterate: (parameters) => all(parameters).values(),
      };
    },
  };
}

interface Compiled {
  readonly statement: StatementSync;
  /** It gives rows. */
  readonly reader: boolean;
}

function isBusy(error: unknown): boolean {
  return ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;
}

function lockedFailure(folder: string, holder: string): Failure {
  const pid = pidIn(holder);
  const who = pid === null ? 'Another controller' : `Another controller (process ${pid})`;
  return new Failure(
    'StoreLocked',
    `${who} works on the folder ${folder}. Stop it, or give this controller a folder of its own.`,
  );
}

function pidIn(path: string): string | null {
  try {
    return /^[0-9]+$/m.exec(readFileSync(path, 'utf8'))?.[0] ?? null;
  } catch {
    return null;
  }
}

function unavailable(folder: string, error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  return new Failure('StoreUnavailable', `The store in ${folder} cannot be opened: ${said}`, { cause: error });
}
