import { sql } from 'kysely';
import type { AuthorshipRecord, AuthorshipRecords } from '../trust-records.ts';
import { jsonOf } from './json.ts';
import { listed, listedTexts } from './listed.ts';
import type { Scope } from './scope.ts';

/** Who changed which files, in the order of acceptance: `position` counts from 1 in each source. */
export function authorshipRecords(scope: Scope): AuthorshipRecords {
  return {
    async append(source, commits) {
      if ((await unknown(scope.db, source, commits)).length === 0) return;
      await scope.serially(`authorship/${source}`, async (db) => {
        const { last } = await db
          .selectFrom('authorship')
          .select(sql<number>`coalesce(max(position), 0)`.as('last'))
          .where('source', '=', source)
          .executeTakeFirstOrThrow();
        const added = (await unknown(db, source, commits)).map((commit, index) => ({
          ...commit,
          position: last + 1 + index,
        }));
        const rows = added.map(({ position, commit, person }) => [position, commit, person]);
        await sql`insert into authorship (source, position, commit_id, person)
          select cast(${source} as text), cast(listed.value ->> 0 as bigint), listed.value ->> 1, listed.value ->> 2
          from ${listed(scope.engine, rows)}`.execute(db);
        const paths = added.flatMap((each) => [...new Set(each.paths)].map((path) => [each.position, jsonOf(path)]));
        await sql`insert into authorship_paths (source, position, path)
          select cast(${source} as text), cast(listed.value ->> 0 as bigint), listed.value ->> 1
          from ${listed(scope.engine, paths)}`.execute(db);
      });
    },

    async withdraw(source, kept) {
      await scope.serially(`authorship/${source}`, async (db) => {
        const pending = db.selectFrom('sightings').select('commit_id').where('source', '=', source);
        await db
          .deleteFrom('authorship')
          .where('source', '=', source)
          .where('commit_id', 'in', pending)
          .where('commit_id', 'not in', listedTexts(scope.engine, kept))
          .execute();
      });
    },

    async authorsOf(source, since, paths) {
      const after = await positionOf(source, since);
      if (after === null) return { people: [], unknown: true };
      const rows = await scope.db
        .selectFrom('authorship_paths')
        .innerJoin('authorship', (join) =>
          join
            .onRef('authorship.source', '=', 'authorship_paths.source')
            .onRef('authorship.position', '=', 'authorship_paths.position'),
        )
        .select('authorship.person')
        .distinct()
        .where('authorship_paths.source', '=', source)
        .where('authorship_paths.position', '>', after)
        .where('authorship_paths.path', 'in', listedTexts(scope.engine, paths.map(jsonOf)))
        .orderBy('authorship.person')
        .execute();
      return { people: rows.map((row) => row.person), unknown: false };
    },
  };

  /** In order, each once. */
  async function unknown(
    db: Scope['db'],
    source: string,
    commits: readonly AuthorshipRecord[],
  ): Promise<readonly AuthorshipRecord[]> {
    const byId = new Map(commits.map((commit) => [commit.commit, commit]));
    const known = await db
      .selectFrom('authorship')
      .select('commit_id')
      .where('source', '=', source)
      .where('commit_id', 'in', listedTexts(scope.engine, [...byId.keys()]))
      .execute();
    for (const { commit_id: id } of known) byId.delete(id);
    return [...byId.values()];
  }

  /** The anchor stands before the first; null when nobody knows where the commit stands. */
  async function positionOf(source: string, commit: string | null): Promise<number | null> {
    const trust = await scope.db.selectFrom('trust').select('anchor').where('source', '=', source).executeTakeFirst();
    if (trust === undefined) return null;
    if (commit === null || commit === trust.anchor) return 0;
    const row = await scope.db
      .selectFrom('authorship')
      .select('position')
      .where('source', '=', source)
      .where('commit_id', '=', commit)
      .executeTakeFirst();
    return row?.position ?? null;
  }
}
