import { sql, type Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { counted, required, sequenceType } from './columns.ts';

/** Makes the tables of what a fleet is to become at once, and in which order. */
export async function createRolloutTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('fleet_plans')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('revision', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('plans', 'text', required)
    .execute();
  await db.schema
    .createTable('fleet_plan_members')
    .addColumn('fleet_plan', 'text', (column) => column.notNull().references('fleet_plans.id').onDelete('cascade'))
    .addColumn('device', 'text', required)
    .addColumn('plan_id', 'text', required)
    .addPrimaryKeyConstraint('fleet_plan_pairs', ['fleet_plan', 'device', 'plan_id'])
    .execute();
  await db.schema.createIndex('fleet_plans_of_pair').on('fleet_plan_members').columns(['plan_id', 'device']).execute();

  await db.schema
    .createTable('rollouts')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('source', 'text', required)
    .addColumn('revision', 'text', required)
    .addColumn('policy', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('state', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('since', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .addColumn('wave', 'integer', required)
    .addColumn('wave_done_at', 'bigint')
    .addColumn('next_wave', 'text')
    .addColumn('forgiven_at', 'bigint')
    .addColumn('rules', 'text', required)
    .addColumn('members', 'text', required)
    .addColumn('version', 'integer', required)
    .execute();
  await db.schema.createIndex('rollouts_of_source').on('rollouts').columns(['source', 'sequence', 'id']).execute();
  await db.schema
    .createIndex('open_rollouts')
    .on('rollouts')
    .columns(['source', 'sequence'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await db.schema
    .createTable('rollout_members')
    .addColumn('rollout', 'text', (column) => column.notNull().references('rollouts.id').onDelete('cascade'))
    .addColumn('device', 'text', required)
    .addColumn('plan_id', 'text', required)
    .addPrimaryKeyConstraint('rollout_pairs', ['rollout', 'device', 'plan_id'])
    .execute();
  await db.schema.createIndex('rollouts_of_pair').on('rollout_members').columns(['plan_id', 'device']).execute();
}
