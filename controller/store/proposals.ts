import type { Selectable } from 'kysely';
import { PROPOSAL } from '../formats/proposal.ts';
import { TEXT } from '../formats/texts.ts';
import type { ProposalRecord, ProposalRecords, ProposalState } from '../records/proposals.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** Proposals; those of one source are kept one at a time, so that their number holds. */
export function proposalRecords(scope: Scope): ProposalRecords {
  return {
    keep: (record, before, most) =>
      scope.serially(`proposals/${record.source}`, async (db) => {
        const { source, id, proposedBy } = record;
        const known = await db
          .selectFrom('proposals')
          .select(['state', 'made_at', 'commit_id'])
          .where('source', '=', source)
          .where('id', '=', id)
          .executeTakeFirst();
        const isSame =
          known === undefined
            ? before === null
            : known.state === before?.state && known.made_at === before.madeAt && known.commit_id === before.commit;
        if (!isSame) return 'moved';
        const others = await db
          .selectFrom('proposals')
          .select((each) => each.fn.countAll<number | string>().as('count'))
          .where('source', '=', source)
          .where('proposed_by', '=', TEXT.encode(proposedBy))
          .where('ended_at', 'is', null)
          .where('id', '!=', id)
          .executeTakeFirstOrThrow();
        if (record.endedAt === null && Number(others.count) >= most) return 'tooMany';
        const row = rowOf(record);
        if (known === undefined) await db.insertInto('proposals').values(row).execute();
        else await db.updateTable('proposals').set(row).where('source', '=', source).where('id', '=', id).execute();
        return null;
      }),

    async get(source, id) {
      const row = await scope.db
        .selectFrom('proposals')
        .selectAll()
        .where('source', '=', source)
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : proposalOf(row);
    },

    async list(source, limit) {
      const rows = await scope.db
        .selectFrom('proposals')
        .selectAll()
        .where('source', '=', source)
        .orderBy('made_at', 'desc')
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(proposalOf);
    },

    async listUnsettled(source, limit) {
      const rows = await scope.db
        .selectFrom('proposals')
        .selectAll()
        .where('source', '=', source)
        .where((each) =>
          each.or([
            each('state', '=', 'kept'),
            each.and([each('ended_at', 'is not', null), each('commit_id', 'is not', null)]),
          ]),
        )
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(proposalOf);
    },

    async take(source, ids, at) {
      if (ids.length === 0) return;
      await scope.db
        .updateTable('proposals')
        .set({ state: 'taken', ended_at: at })
        .where('source', '=', source)
        .where('id', 'in', [...ids])
        .where('ended_at', 'is', null)
        .execute();
    },
  };
}

function rowOf(record: ProposalRecord) {
  const { source, id, proposedBy, base, section, reason, intent, files, devices } = record;
  const { state, commit, proposedAt, madeAt, endedAt } = record;
  return {
    source,
    id,
    proposed_by: TEXT.encode(proposedBy),
    base,
    content: PROPOSAL.encode({ section, reason, intent, files, devices }),
    state,
    commit_id: commit,
    proposed_at: proposedAt,
    made_at: madeAt,
    ended_at: endedAt,
  };
}

function proposalOf(row: Selectable<Tables['proposals']>): ProposalRecord {
  const place = { table: 'proposals', row: row.sequence };
  return {
    ...PROPOSAL.decode(row.content, place),
    source: row.source,
    id: row.id,
    proposedBy: TEXT.decode(row.proposed_by, place),
    base: row.base,
    state: row.state as ProposalState,
    commit: row.commit_id,
    proposedAt: row.proposed_at,
    madeAt: row.made_at,
    endedAt: row.ended_at,
  };
}
