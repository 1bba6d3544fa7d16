import { TEXT } from '../formats/texts.ts';
import type { RevocationRecord, RevocationRecords } from '../records/revocations.ts';
import type { Scope } from './scope.ts';

/** Revoked keys. The database refuses to change or delete one. */
export function revocationRecords(scope: Scope): RevocationRecords {
  return {
    async revoke({ key, at, by, reason }) {
      const known = await scope.db.selectFrom('revocations').select('key').where('key', '=', key).executeTakeFirst();
      if (known !== undefined) return false;
      const revoked = await scope.db
        .insertInto('revocations')
        .values({ key, at, revoked_by: TEXT.encode(by), reason: TEXT.encode(reason) })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      return revoked.numInsertedOrUpdatedRows === 1n;
    },

    async list(): Promise<readonly RevocationRecord[]> {
      const rows = await scope.db.selectFrom('revocations').selectAll().orderBy('at').orderBy('key').execute();
      return rows.map((row) => ({
        key: row.key,
        at: row.at,
        by: TEXT.decode(row.revoked_by, { table: 'revocations', row: row.key }),
        reason: TEXT.decode(row.reason, { table: 'revocations', row: row.key }),
      }));
    },
  };
}
