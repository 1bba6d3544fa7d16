import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { refuseChanges } from './append-only.ts';
import { counted, required, sequenceType } from './columns.ts';
import { createRolloutTables } from './rollout-tables.ts';
import { createTrustTables } from './trust-tables.ts';

/**
 * Makes the first tables. Free text is kept as JSON text: PostgreSQL takes no NUL in plain text and routers say what
 * they like.
 */
export async function createFirstTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('devices')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('serial', 'text', (column) => column.unique())
    .addColumn('base', 'text')
    .addColumn('base_revision', 'text')
    .addColumn('confirmed_at', 'bigint')
    .addColumn('frozen', 'text', required)
    .addColumn('unconverged', 'text', required)
    .addColumn('probed', 'text')
    .execute();

  await db.schema
    .createTable('revisions')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('id', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addColumn('files', 'text', required)
    .execute();
  await db.schema.createIndex('revisions_of_source').on('revisions').columns(['source', 'sequence']).execute();
  await db.schema.createIndex('revisions_by_id').on('revisions').columns(['source', 'id', 'sequence']).execute();

  await db.schema
    .createTable('plans')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('device', 'text', required)
    .addColumn('revision', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('plan', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('superseded_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('one_current_plan')
    .unique()
    .on('plans')
    .column('device')
    .where(sql.ref('superseded_at'), 'is', null)
    .execute();

  await db.schema
    .createTable('attempts')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('device', 'text', required)
    .addColumn('plan_id', 'text', required)
    .addColumn('number', 'integer', required)
    .addColumn('correlation_id', 'text', required)
    .addColumn('opened_at', 'bigint', required)
    .addColumn('payload', 'text', required)
    .addColumn('holder', 'text', required)
    .addColumn('lease_until', 'bigint', required)
    .addColumn('ended_as', 'text')
    .addColumn('ended_at', 'bigint')
    .addColumn('end_reason', 'text')
    .addUniqueConstraint('attempt_number', ['device', 'plan_id', 'number'])
    .execute();
  await db.schema
    .createIndex('one_open_attempt')
    .unique()
    .on('attempts')
    .column('device')
    .where(sql.ref('ended_as'), 'is', null)
    .execute();
  await db.schema.createIndex('attempts_of_device').on('attempts').columns(['device', 'sequence']).execute();

  await db.schema
    .createTable('attempt_steps')
    .addColumn('attempt_id', 'text', (column) => column.notNull().references('attempts.id').onDelete('cascade'))
    .addColumn('position', 'integer', required)
    .addColumn('step', 'text', required)
    .addColumn('at', 'bigint', required)
    .addColumn('detail', 'text', required)
    .addPrimaryKeyConstraint('attempt_steps_in_order', ['attempt_id', 'position'])
    .execute();

  await db.schema
    .createTable('snapshots')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('attempt_id', 'text', required)
    .addColumn('device', 'text', required)
    .addColumn('taken_at', 'bigint', required)
    .addColumn('menus', 'text', required)
    .execute();
  await db.schema.createIndex('snapshots_of_device').on('snapshots').columns(['device', 'sequence']).execute();

  await db.schema
    .createTable('health')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('device', 'text', required)
    .addColumn('attempt_id', 'text')
    .addColumn('at', 'bigint', required)
    .addColumn('verdict', 'text', required)
    .addColumn('checks', 'text', required)
    .execute();
  await db.schema.createIndex('health_of_device').on('health').columns(['device', 'sequence']).execute();

  await db.schema
    .createTable('drift')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('device', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('first_seen_at', 'bigint', required)
    .addColumn('entries', 'text', required)
    .addColumn('attribution', 'text', required)
    .addColumn('cleared_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('one_open_drift')
    .unique()
    .on('drift')
    .column('device')
    .where(sql.ref('cleared_at'), 'is', null)
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey())
    .addColumn('previous_hash', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('device', 'text')
    .addColumn('event', 'text', required)
    .execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('sequence', 'bigint', required)
    .addColumn('hash', 'text', required)
    .execute();
  await db.schema.createIndex('audit_of_device').on('audit').columns(['device', 'sequence']).execute();

  await db.schema
    .createTable('secrets')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('sealed', 'text', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();

  await db.schema
    .createTable('freeze')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('set_by', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('since', 'bigint', required)
    .execute();

  await createTrustTables(db, engine);
  await createRolloutTables(db, engine);

  await refuseChanges(db, engine, 'audit', ['update', 'delete']);
  await refuseChanges(db, engine, 'audit_head', ['delete']);
  await refuseChanges(db, engine, 'attempt_steps', ['update']);
}
