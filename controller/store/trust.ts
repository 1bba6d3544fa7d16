import { TEXT } from '../formats/texts.ts';
import { Failure } from '#failure';
import type { TrustRecord, TrustRecords } from '../records/trust.ts';
import type { Scope } from './scope.ts';

/** The trusted head of each source. It moves from where the mover saw it, or not at all. */
export function trustRecords(scope: Scope): TrustRecords {
  return {
    async get(source): Promise<TrustRecord | null> {
      const row = await scope.db.selectFrom('trust').selectAll().where('source', '=', source).executeTakeFirst();
      if (row === undefined) return null;
      return {
        source: row.source,
        head: row.head,
        advancedAt: row.advanced_at,
        controlAt: row.control_at,
        anchor: row.anchor,
        anchoredAt: row.anchored_at,
        anchoredBy: TEXT.decode(row.anchored_by, { table: 'trust', row: source }),
      };
    },

    async anchor(source, commit, at, by) {
      const columns = {
        head: commit,
        advanced_at: at,
        anchor: commit,
        anchored_at: at,
        anchored_by: TEXT.encode(by),
        control_at: null,
      };
      await scope.serially(`trust/${source}`, async (db) => {
        await db
          .insertInto('trust')
          .values({ source, ...columns })
          .onConflict((conflict) => conflict.column('source').doUpdateSet(columns))
          .execute();
        // Approvals and history go with the statements that they are.
        await db.deleteFrom('statements').where('source', '=', source).execute();
      });
    },

    async advance(source, from, to, at, control) {
      await scope.serially(`trust/${source}`, async (db) => {
        const moved = await db
          .updateTable('trust')
          .set({ head: to, advanced_at: at, ...(control === undefined ? {} : { control_at: at }) })
          .where('source', '=', source)
          .where('head', '=', from)
          .executeTakeFirst();
        if (moved.numUpdatedRows === 1n) return;
        throw new Failure(
          'TrustMoved',
          `The trusted head of ${source} is not at ${from} any more; it did not move to ${to}.`,
        );
      });
    },
  };
}
