import type { Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { Failure } from '#failure';
import { migrationsFor } from './migrations/index.ts';
import type { Engine } from './scope.ts';
import type { Tables } from './tables.ts';

type MigrationTable = Record<typeof DEFAULT_MIGRATION_TABLE, { name: string }>;

/**
 * Brings the tables to this release's shape, under a lock on PostgreSQL, each run in one transaction.
 * @throws {Failure} `StoreTooNew` when a later release has changed them already, `StoreTooOld` when they are of before
 * the first release; nothing is touched then.
 */
export async function migrate(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const provider = migrationsFor(engine);
  const known = Object.keys(await provider.getMigrations());
  const applied = await appliedMigrations(db);
  if (applied.includes(BEFORE_STATEMENTS)) {
    throw new Failure(
      'StoreTooOld',
      'The store was written by a checkout of before the first release, which knew approvals by their commits. Begin with an empty state folder, or an empty database, and say anew where trust begins: rosctl trust init COMMIT.',
    );
  }
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      'StoreTooNew',
      `The store was written by a newer release: it has ${unknown.join(', ')}, this release knows up to ${known.at(-1)}. Run that release or a later one.`,
    );
  }
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Tables without statements: whose approvals they hold can not be told from them. */
const BEFORE_STATEMENTS = '0001-first';

async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const rows = await db.withTables<MigrationTable>().selectFrom(DEFAULT_MIGRATION_TABLE).select('name').execute();
  return rows.map((row) => row.name);
}
