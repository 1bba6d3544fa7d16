import type { FreezeRecords } from '../records/freeze.ts';
import { jsonOf, valueOf } from './json.ts';
import type { Scope } from './scope.ts';

/** The stop for all writes, as the operator set it. */
export function freezeRecords(scope: Scope): FreezeRecords {
  return {
    async get() {
      const row = await scope.db.selectFrom('freeze').selectAll().executeTakeFirst();
      return row === undefined ? null : { by: valueOf(row.set_by), reason: valueOf(row.reason), since: row.since };
    },

    async set(freeze) {
      if (freeze === null) {
        await scope.db.deleteFrom('freeze').execute();
        return;
      }
      const columns = { set_by: jsonOf(freeze.by), reason: jsonOf(freeze.reason), since: freeze.since };
      await scope.db
        .insertInto('freeze')
        .values({ id: 1, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
  };
}
