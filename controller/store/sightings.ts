import { sql } from 'kysely';
import type { Instant } from '../ports.ts';
import type { SightingRecords } from '../trust-records.ts';
import { listed, listedTexts } from './listed.ts';
import type { Scope } from './scope.ts';

/** When each commit was first seen, by whichever controller was first. */
export function sightingRecords(scope: Scope): SightingRecords {
  return {
    async note(source, commits, at) {
      const known = await seen(scope.db, source, commits);
      const unseen = [...new Set(commits)].filter((commit) => !known.has(commit));
      if (unseen.length === 0) return known;
      return scope.serially(`sightings/${source}`, async (db) => {
        const rows = unseen.map((commit) => [commit]);
        await sql`insert into sightings (source, commit_id, first_seen_at)
          select cast(${source} as text), listed.value ->> 0, cast(${at} as bigint) from ${listed(scope.engine, rows)}
          where true on conflict do nothing`.execute(db);
        return seen(db, source, commits);
      });
    },

    async pending(source, commits) {
      return new Set((await seen(scope.db, source, commits)).keys());
    },

    async forget(source, commits) {
      await scope.db
        .deleteFrom('sightings')
        .where('source', '=', source)
        .where('commit_id', 'in', listedTexts(scope.engine, commits))
        .execute();
    },
  };

  async function seen(
    db: Scope['db'],
    source: string,
    commits: readonly string[],
  ): Promise<ReadonlyMap<string, Instant>> {
    const rows = await db
      .selectFrom('sightings')
      .select(['commit_id', 'first_seen_at'])
      .where('source', '=', source)
      .where('commit_id', 'in', listedTexts(scope.engine, commits))
      .execute();
    return new Map(rows.map((row) => [row.commit_id, row.first_seen_at]));
  }
}
