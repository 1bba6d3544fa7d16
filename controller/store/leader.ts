import type { LeaderRecords } from '../records/leader.ts';
import { nowIn, untilIn } from './database-clock.ts';
import type { Scope } from './scope.ts';

/** The lease of the leader: at most one row. Looking on while another one leads writes nothing. */
export function leaderRecords(scope: Scope): LeaderRecords {
  const now = nowIn(scope.engine);
  const until = (milliseconds: number) => untilIn(scope.engine, milliseconds);
  return {
    async claim(holder, milliseconds) {
      const other = await scope.db
        .selectFrom('leader')
        .select('holder')
        .where('holder', '!=', holder)
        .where('until', '>', now)
        .executeTakeFirst();
      if (other !== undefined) return other.holder;
      await scope.db
        .insertInto('leader')
        .values({ id: 1, holder, until: until(milliseconds) })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ holder, until: until(milliseconds) })
            .where((either) => either.or([either('leader.holder', '=', holder), either('leader.until', '<=', now)])),
        )
        .execute();
      const leader = await scope.db.selectFrom('leader').select('holder').executeTakeFirstOrThrow();
      return leader.holder;
    },

    async renew(holder, milliseconds) {
      const renewed = await scope.db
        .updateTable('leader')
        .set({ until: until(milliseconds) })
        .where('holder', '=', holder)
        .executeTakeFirst();
      return renewed.numUpdatedRows === 1n;
    },

    async release(holder) {
      await scope.db.updateTable('leader').set({ until: 0 }).where('holder', '=', holder).execute();
    },
  };
}
