import type { Selectable } from 'kysely';
import { REVISION_FILES } from '../formats/source.ts';
import type { RevisionRecord, RevisionRecords } from '../records/revisions.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** Revisions in the order in which they were accepted; one that comes back is a new row. */
export function revisionRecords(scope: Scope): RevisionRecords {
  return {
    async accept(revision) {
      await scope.serially(`revision/${revision.source}`, async (db) => {
        if ((await newest(db, revision.source).select('id').executeTakeFirst())?.id === revision.id) return;
        await db
          .insertInto('revisions')
          .values({
            id: revision.id,
            source: revision.source,
            first_seen_at: revision.firstSeenAt,
            files: REVISION_FILES.encode(revision.files),
          })
          .execute();
      });
    },

    async latest(source) {
      const row = await newest(scope.db, source).selectAll().executeTakeFirst();
      return row === undefined ? null : revisionOf(row);
    },

    async latestId(source) {
      return (await newest(scope.db, source).select('id').executeTakeFirst())?.id ?? null;
    },

    async get(source, id) {
      const row = await newest(scope.db, source).selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : revisionOf(row);
    },
  };
}

function newest(db: Scope['db'], source: string) {
  return db.selectFrom('revisions').where('source', '=', source).orderBy('sequence', 'desc').limit(1);
}

function revisionOf(row: Selectable<Tables['revisions']>): RevisionRecord {
  const files = REVISION_FILES.decode(row.files, { table: 'revisions', row: row.sequence });
  return { id: row.id, source: row.source, firstSeenAt: row.first_seen_at, files };
}
