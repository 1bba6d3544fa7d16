import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { refuseChanges } from './append-only.ts';
import { counted, required, sequenceType } from './columns.ts';

/** Makes the tables of who is trusted, who approved what, and who changed what. */
export async function createTrustTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('trust')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('head', 'text', required)
    .addColumn('advanced_at', 'bigint', required)
    .addColumn('anchor', 'text', required)
    .addColumn('anchored_at', 'bigint', required)
    .addColumn('anchored_by', 'text', required)
    .execute();

  await db.schema
    .createTable('sightings')
    .addColumn('source', 'text', required)
    .addColumn('commit_id', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addPrimaryKeyConstraint('one_first_sight', ['source', 'commit_id'])
    .execute();

  await db.schema
    .createTable('approval_commits')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('source', 'text', required)
    .addColumn('commit_id', 'text', required)
    .addColumn('approved_id', 'text', required)
    .addColumn('person', 'text', required)
    .addColumn('key', 'text', required)
    .addColumn('signed_with', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addColumn('starts_at', 'bigint', required)
    .addUniqueConstraint('one_approval_of_commit', ['source', 'commit_id'])
    .execute();
  await db.schema.createIndex('approvals_of_plan').on('approval_commits').columns(['source', 'approved_id']).execute();

  const commitNamed = sql`(kind = 'commit') = (commit_id is not null)`;
  await db.schema
    .createTable('spent_approvals')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('plan_id', 'text', required)
    .addColumn('device', 'text', required)
    .addColumn('attempt_id', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('used_of', 'text', required)
    .addColumn('commit_id', 'text')
    .addCheckConstraint('commit_named', commitNamed)
    .addUniqueConstraint('spent_once', ['plan_id', 'device', 'commit_id'])
    .execute();
  await db.schema.createIndex('spent_for_attempt').on('spent_approvals').column('attempt_id').execute();

  await createAuthorship(db);

  await db.schema
    .createTable('revocations')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', required)
    .addColumn('revoked_by', 'text', required)
    .addColumn('reason', 'text', required)
    .execute();

  await refuseChanges(db, engine, 'spent_approvals', ['update']);
  await refuseChanges(db, engine, 'revocations', ['update', 'delete']);
}

async function createAuthorship(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('authorship')
    .addColumn('source', 'text', required)
    .addColumn('position', 'bigint', required)
    .addColumn('commit_id', 'text', required)
    .addColumn('person', 'text', required)
    .addPrimaryKeyConstraint('authorship_in_order', ['source', 'position'])
    .addUniqueConstraint('one_authorship_of_commit', ['source', 'commit_id'])
    .execute();

  await db.schema
    .createTable('authorship_paths')
    .addColumn('source', 'text', required)
    .addColumn('path', 'text', required)
    .addColumn('position', 'bigint', required)
    .addPrimaryKeyConstraint('authorship_by_path', ['source', 'path', 'position'])
    .addForeignKeyConstraint(
      'paths_of_authorship',
      ['source', 'position'],
      'authorship',
      ['source', 'position'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('paths_of_commit').on('authorship_paths').columns(['source', 'position']).execute();
}
