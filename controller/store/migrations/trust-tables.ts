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
    .addColumn('control_at', 'bigint')
    .addColumn('anchor', 'text', required)
    .addColumn('anchored_at', 'bigint', required)
    .addColumn('anchored_by', 'text', required)
    .execute();

  await db.schema
    .createTable('statements')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('source', 'text', required)
    .addColumn('statement', 'text', required)
    .addColumn('commit_id', 'text', required)
    .addColumn('person', 'text', required)
    .addColumn('key', 'text', required)
    .addColumn('signed_with', 'text', required)
    .addColumn('material', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addColumn('accepted_at', 'bigint')
    .addColumn('withdrawn_at', 'bigint')
    .addUniqueConstraint('one_first_sight', ['source', 'statement'])
    .execute();

  await db.schema
    .createTable('approvals')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('source', 'text', required)
    .addColumn('statement', 'text', required)
    .addColumn('approved_id', 'text', required)
    .addColumn('starts_at', 'bigint', required)
    .addUniqueConstraint('one_approval_of_statement', ['source', 'statement'])
    .addForeignKeyConstraint(
      'approval_is_statement',
      ['source', 'statement'],
      'statements',
      ['source', 'statement'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('approvals_of_plan').on('approvals').columns(['source', 'approved_id']).execute();

  const statementNamed = sql`(kind = 'commit') = (statement is not null)`;
  await db.schema
    .createTable('spent_approvals')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('plan_id', 'text', required)
    .addColumn('device', 'text', required)
    .addColumn('attempt_id', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('used_of', 'text', required)
    .addColumn('statement', 'text')
    .addColumn('commit_id', 'text')
    .addCheckConstraint('statement_named', statementNamed)
    .addUniqueConstraint('spent_once', ['plan_id', 'device', 'statement'])
    .execute();
  await db.schema.createIndex('spent_for_attempt').on('spent_approvals').column('attempt_id').execute();

  await db.schema
    .createTable('refused_approvals')
    .addColumn('source', 'text', required)
    .addColumn('statement', 'text', required)
    .addColumn('device', 'text', required)
    .addColumn('plan_id', 'text', required)
    .addColumn('at', 'bigint', required)
    .addPrimaryKeyConstraint('refused_once', ['source', 'plan_id', 'device', 'statement'])
    .execute();

  await createHistory(db);

  await db.schema
    .createTable('revocations')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', required)
    .addColumn('revoked_by', 'text', required)
    .addColumn('reason', 'text', required)
    .execute();

  await refuseChanges(db, engine, 'spent_approvals', ['update']);
  await refuseChanges(db, engine, 'refused_approvals', ['update', 'delete']);
  await refuseChanges(db, engine, 'revocations', ['update', 'delete']);
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('history')
    .addColumn('source', 'text', required)
    .addColumn('position', 'bigint', required)
    .addColumn('commit_id', 'text', required)
    .addColumn('statement', 'text', required)
    .addColumn('accepted', 'integer', required)
    .addPrimaryKeyConstraint('history_in_order', ['source', 'position'])
    .addUniqueConstraint('one_place_of_commit', ['source', 'commit_id'])
    .addForeignKeyConstraint(
      'history_is_signed',
      ['source', 'statement'],
      'statements',
      ['source', 'statement'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('history_of_statement').on('history').columns(['source', 'statement']).execute();

  await db.schema
    .createTable('object_changes')
    .addColumn('source', 'text', required)
    .addColumn('position', 'bigint', required)
    .addColumn('kind', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('statement', 'text', required)
    .addColumn('feeds', 'text', required)
    .addColumn('spec', 'text', required)
    .addPrimaryKeyConstraint('change_by_statement', [
      'source',
      'position',
      'kind',
      'name',
      'statement',
      'spec',
      'feeds',
    ])
    .addForeignKeyConstraint(
      'changes_of_history',
      ['source', 'position'],
      'history',
      ['source', 'position'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('changes_of_object').on('object_changes').columns(['source', 'kind', 'name']).execute();
  await db.schema.createIndex('changes_to_spec').on('object_changes').columns(['source', 'spec']).execute();
}
