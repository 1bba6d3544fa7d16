import type { SecretRecords } from '../records/secrets.ts';
import type { Scope } from './scope.ts';

/** Sealed secrets by credential name; the store never sees one in clear. */
export function secretRecords(scope: Scope): SecretRecords {
  return {
    async set(secret) {
      const columns = { sealed: secret.sealed, updated_at: secret.updatedAt };
      await scope.db
        .insertInto('secrets')
        .values({ name: secret.name, ...columns })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
        .execute();
    },

    async get(name) {
      const row = await scope.db.selectFrom('secrets').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : { name: row.name, sealed: row.sealed, updatedAt: row.updated_at };
    },

    async list() {
      const rows = await scope.db.selectFrom('secrets').select(['name', 'updated_at']).orderBy('name').execute();
      return rows.map((row) => ({ name: row.name, updatedAt: row.updated_at }));
    },

    async remove(name) {
      const removed = await scope.db.deleteFrom('secrets').where('name', '=', name).executeTakeFirst();
      return removed.numDeletedRows === 1n;
    },
  };
}
