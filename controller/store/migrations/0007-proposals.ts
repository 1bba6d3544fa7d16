import type { Kysely } from 'kysely';
import type { Engine } from '../scope.ts';
import { counted, required, sequenceType } from './columns.ts';

/** What people and assistants propose to change in the files. */
export async function createProposals(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('proposals')
    .addColumn('sequence', sequenceType(engine), counted(engine))
    .addColumn('source', 'text', required)
    .addColumn('id', 'text', required)
    .addColumn('proposed_by', 'text', required)
    .addColumn('base', 'text', required)
    .addColumn('content', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('commit_id', 'text')
    .addColumn('proposed_at', 'bigint', required)
    .addColumn('made_at', 'bigint', required)
    .addColumn('ended_at', 'bigint')
    .addUniqueConstraint('one_proposal_of_an_intent', ['source', 'id'])
    .execute();
}
