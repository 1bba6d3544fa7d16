import { TEXT } from '../formats/texts.ts';
import type { FreezeRecords } from '../records/freeze.ts';
import type { Scope } from './scope.ts';

/** The stop for all writes, as the operator set it. */
export function freezeRecords(scope: Scope): FreezeRecords {
  return {
    async get() {
      const row = await scope.db.selectFrom('freeze').selectAll().executeTakeFirst();
      if (row === undefined) return null;
      const place = { table: 'freeze', row: row.id };
      return { by: TEXT.decode(row.set_by, place), reason: TEXT.decode(row.reason, place), since: row.since };
    },

    async set(freeze) {
      if (freeze === null) {
        await scope.db.deleteFrom('freeze').execute();
        return;
      }
      const columns = { set_by: TEXT.encode(freeze.by), reason: TEXT.encode(freeze.reason), since: freeze.since };
      await scope.db
        .insertInto('freeze')
        .values({ id: 1, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
  };
}
