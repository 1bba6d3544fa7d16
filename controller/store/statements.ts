import { sql, type Selectable } from 'kysely';
import type { StatementId } from '#signatures';
import { carrierOf, proofIn } from '../records/proofs.ts';
import type { StatementRecord, StatementRecords } from '../records/statements.ts';
import { listed, listedTexts } from './listed.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** What each key has signed, when it was first seen by whichever controller was first, and what became of it. */
export function statementRecords(scope: Scope): StatementRecords {
  return {
    async note(source, statements, at) {
      const ids = statements.map(({ statement }) => statement);
      const known = await seen(scope.db, source, ids);
      const unseen = new Map(statements.map((each) => [each.statement, each]));
      for (const id of known.keys()) unseen.delete(id);
      if (unseen.size === 0) return known;
      return scope.serially(`statements/${source}`, async (db) => {
        const rows = [...unseen.values()].map((each) => [
          each.statement,
          carrierOf(each.proof),
          each.person,
          each.proof.by.key,
          each.proof.by.signedWith,
          each.proof.by.material,
        ]);
        await sql`insert into statements (source, statement, commit_id, person, key, signed_with, material, first_seen_at)
          select cast(${source} as text), listed.value ->> 0, listed.value ->> 1, listed.value ->> 2, listed.value ->> 3,
            listed.value ->> 4, listed.value ->> 5, cast(${at} as bigint) from ${listed(scope.engine, rows)}
          where true on conflict do nothing`.execute(db);
        return seen(db, source, ids);
      });
    },

    known: (source, ids) => seen(scope.db, source, ids),

    async accept(source, statements, at) {
      await scope.db
        .updateTable('statements')
        .set({ accepted_at: at })
        .where('source', '=', source)
        .where('accepted_at', 'is', null)
        .where('statement', 'in', listedTexts(scope.engine, statements))
        .execute();
    },

    async waiting(source) {
      const rows = await scope.db
        .selectFrom('statements')
        .selectAll()
        .where('source', '=', source)
        .where('accepted_at', 'is', null)
        .where('withdrawn_at', 'is', null)
        .execute();
      return rows.map(statementOf);
    },

    async newest(source) {
      const { newest } = await scope.db
        .selectFrom('statements')
        .select(sql<number>`coalesce(max(sequence), 0)`.as('newest'))
        .where('source', '=', source)
        .executeTakeFirstOrThrow();
      return newest;
    },

    async withdraw(source, kept, at, upTo) {
      await scope.db
        .updateTable('statements')
        .set({ withdrawn_at: at })
        .where('source', '=', source)
        .where('accepted_at', 'is', null)
        .where('withdrawn_at', 'is', null)
        .where('sequence', '<=', upTo)
        .where('statement', 'not in', listedTexts(scope.engine, kept))
        .execute();
    },

    async materialsOf(ids) {
      const named = listedTexts(scope.engine, ids);
      const rows = await scope.db
        .selectFrom('statements')
        .select('material')
        .distinct()
        .where((row) => row.or([row('key', 'in', named), row('signed_with', 'in', named)]))
        .orderBy('material')
        .execute();
      return rows.map(({ material }) => material);
    },
  };

  async function seen(
    db: Scope['db'],
    source: string,
    statements: readonly StatementId[],
  ): Promise<ReadonlyMap<StatementId, StatementRecord>> {
    const rows = await db
      .selectFrom('statements')
      .selectAll()
      .where('source', '=', source)
      .where('statement', 'in', listedTexts(scope.engine, statements))
      .execute();
    return new Map(rows.map((row) => [row.statement, statementOf(row)]));
  }
}

/** A row of the table as the rest knows it. */
export function statementOf(row: Selectable<Tables['statements']>): StatementRecord {
  return {
    statement: row.statement,
    proof: proofIn(row.commit_id, { key: row.key, signedWith: row.signed_with, material: row.material }),
    person: row.person,
    firstSeenAt: row.first_seen_at,
    acceptedAt: row.accepted_at,
    withdrawnAt: row.withdrawn_at,
  };
}
