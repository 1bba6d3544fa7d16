import type { RevocationRecord, RevocationRecords } from '../records/revocations.ts';
import { jsonOf, valueOf } from './json.ts';
import type { Scope } from './scope.ts';

/** Revoked keys. The database refuses to change or delete one. */
export function revocationRecords(scope: Scope): RevocationRecords {
  return {
    async revoke({ key, at, by, reason }) {
      const known = await scope.db.selectFrom('revocations').select('key').where('key', '=', key).executeTakeFirst();
      if (known !== undefined) return false;
      const revoked = await scope.db
        .insertInto('revocations')
        .values({ key, at, revoked_by: jsonOf(by), reason: jsonOf(reason) })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      return revoked.numInsertedOrUpdatedRows === 1n;
    },

    async list(): Promise<readonly RevocationRecord[]> {
      const rows = await scope.db.selectFrom('revocations').selectAll().orderBy('at').orderBy('key').execute();
      return rows.map((row) => ({
        key: row.key,
        at: row.at,
        by: valueOf(row.revoked_by),
        reason: valueOf(row.reason),
      }));
    },
  };
}
