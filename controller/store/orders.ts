import { ORDER, ORDER_RESULT } from '../formats/order.ts';
import type { OrderRecords } from '../records/orders.ts';
import type { Scope } from './scope.ts';

/** What controllers that do not lead want of the one that does. */
export function orderRecords(scope: Scope): OrderRecords {
  return {
    async add({ id, askedAt, askedBy, wanted }) {
      await scope.db
        .insertInto('orders')
        .values({ id, asked_at: askedAt, asked_by: askedBy, wanted: ORDER.encode(wanted), done_at: null, result: null })
        .execute();
    },

    async listOpen(since) {
      const rows = await scope.db
        .selectFrom('orders')
        .selectAll()
        .where('done_at', 'is', null)
        .where('asked_at', '>=', since)
        .orderBy('asked_at')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        askedAt: row.asked_at,
        askedBy: row.asked_by,
        wanted: ORDER.decode(row.wanted, { table: 'orders', row: row.id }),
      }));
    },

    async end(id, at, result) {
      await scope.db
        .updateTable('orders')
        .set({ done_at: at, result: ORDER_RESULT.encode(result) })
        .where('id', '=', id)
        .where('done_at', 'is', null)
        .execute();
    },

    async resultOf(id) {
      const row = await scope.db.selectFrom('orders').select('result').where('id', '=', id).executeTakeFirst();
      return (row?.result ?? null) === null
        ? null
        : ORDER_RESULT.decode(row?.result ?? '', { table: 'orders', row: id });
    },

    async prune(before) {
      await scope.db.deleteFrom('orders').where('asked_at', '<', before).execute();
    },
  };
}
