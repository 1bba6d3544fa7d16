import type { Migration, MigrationProvider } from 'kysely/migration';
import type { Engine } from '../scope.ts';
import { createFirstTables } from './0001-statements.ts';
import { createSharedTables } from './0002-observed.ts';
import { addRetried } from './0003-retried.ts';
import { createDiagnosticTables } from './0004-diagnostics.ts';
import { createWatchTables } from './0005-watch.ts';
import { createAuditTables } from './0006-audit.ts';
import { createProposals } from './0007-proposals.ts';

/**
 * All migrations in order. There is no way back: a release that changes tables says so, and a backup is the way back.
 */
export function migrationsFor(engine: Engine): MigrationProvider {
  const migrations: Record<string, Migration> = {
    '0001-statements': { up: (db) => createFirstTables(db, engine) },
    '0002-observed': { up: createSharedTables },
    '0003-retried': { up: addRetried },
    '0004-diagnostics': { up: (db) => createDiagnosticTables(db, engine) },
    '0005-watch': { up: (db) => createWatchTables(db, engine) },
    '0006-audit': { up: (db) => createAuditTables(db, engine) },
    '0007-proposals': { up: (db) => createProposals(db, engine) },
  };
  return { getMigrations: () => Promise.resolve(migrations) };
}
