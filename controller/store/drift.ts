import type { Selectable } from 'kysely';
import { DRIFT_ENTRIES } from '../formats/plan.ts';
import { TEXT } from '../formats/texts.ts';
import type { DriftRecord, DriftRecords } from '../records/drift.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** Drift; at most one of a device is open (partial unique index `one_open_drift`). */
export function driftRecords(scope: Scope): DriftRecords {
  return {
    async report(drift) {
      await scope.serially(`drift/${drift.device}`, async (db) => {
        const open = await openOf(db, drift.device).select('digest').executeTakeFirst();
        if (open?.digest === drift.digest) return;
        await clear(db, drift.device, drift.firstSeenAt);
        await db
          .insertInto('drift')
          .values({
            device: drift.device,
            digest: drift.digest,
            first_seen_at: drift.firstSeenAt,
            entries: DRIFT_ENTRIES.encode(drift.entries),
            attribution: TEXT.encode(drift.attribution),
          })
          .execute();
      });
    },

    clear: (device, at) => clear(scope.db, device, at),

    async open(device) {
      const row = await openOf(scope.db, device).selectAll().executeTakeFirst();
      return row === undefined ? null : driftOf(row);
    },

    async listOpen() {
      const rows = await scope.db
        .selectFrom('drift')
        .selectAll()
        .where('cleared_at', 'is', null)
        .orderBy('device')
        .execute();
      return rows.map(driftOf);
    },

    async drifted() {
      const rows = await scope.db.selectFrom('drift').select('device').where('cleared_at', 'is', null).execute();
      return rows.map(({ device }) => device);
    },
  };
}

function openOf(db: Scope['db'], device: string) {
  return db.selectFrom('drift').where('device', '=', device).where('cleared_at', 'is', null);
}

async function clear(db: Scope['db'], device: string, at: number): Promise<void> {
  await db
    .updateTable('drift')
    .set({ cleared_at: at })
    .where('device', '=', device)
    .where('cleared_at', 'is', null)
    .execute();
}

function driftOf(row: Selectable<Tables['drift']>): DriftRecord {
  const place = { table: 'drift', row: row.sequence };
  return {
    device: row.device,
    digest: row.digest,
    firstSeenAt: row.first_seen_at,
    entries: DRIFT_ENTRIES.decode(row.entries, place),
    attribution: TEXT.decode(row.attribution, place),
    clearedAt: row.cleared_at,
  };
}
