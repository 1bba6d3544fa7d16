import type { Selectable } from 'kysely';
import { type Attributed, ATTRIBUTION, DRIFT_ENTRIES } from '../formats/drift.ts';
import type { Json } from '../formats/stored.ts';
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
            attribution:
              drift.suspicions === undefined
                ? TEXT.encode(drift.attribution)
                : ATTRIBUTION.encode({ attribution: drift.attribution, suspicions: drift.suspicions }),
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
  const attributed = row.attribution.startsWith('"')
    ? { attribution: TEXT.decode(row.attribution as Json<string>, place) }
    : ATTRIBUTION.decode(row.attribution as Json<Attributed>, place);
  return {
    device: row.device,
    digest: row.digest,
    firstSeenAt: row.first_seen_at,
    entries: DRIFT_ENTRIES.decode(row.entries, place),
    ...attributed,
    clearedAt: row.cleared_at,
  };
}
