import type { PlanId } from '#differ';
import type { RolloutRecord, RolloutRecords } from '../records.ts';
import { jsonOf, valueOf } from './json.ts';
import type { Scope } from './scope.ts';

/** Fleet plans in the order in which they became the newest. */
export function rolloutRecords(scope: Scope): RolloutRecords {
  return {
    async record(rollout) {
      await scope.serially('rollout', async (db) => {
        if ((await newest(db).select('id').executeTakeFirst())?.id === rollout.id) return;
        await db
          .insertInto('rollouts')
          .values({
            id: rollout.id,
            revision: rollout.revision,
            created_at: rollout.createdAt,
            plans: jsonOf(rollout.plans),
          })
          .execute();
      });
    },

    async latest(): Promise<RolloutRecord | null> {
      const row = await newest(scope.db).selectAll().executeTakeFirst();
      if (row === undefined) return null;
      return { id: row.id as PlanId, revision: row.revision, createdAt: row.created_at, plans: valueOf(row.plans) };
    },
  };
}

function newest(db: Scope['db']) {
  return db.selectFrom('rollouts').orderBy('sequence', 'desc').limit(1);
}
