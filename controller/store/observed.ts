import type { Insertable, Selectable } from 'kysely';
import { Failure } from '#failure';
import { OUTCOME, ROUTER } from '../formats/observed.ts';
import type { ObservedRecord, ObservedRecords } from '../records/observed.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** SQLite takes 32,766 parameters in one statement. */
const ROWS_AT_ONCE = 1_000;

/** What was last observed of each device, one row a device. */
export function observedRecords(scope: Scope): ObservedRecords {
  return {
    async save(records) {
      for (let from = 0; from < records.length; from += ROWS_AT_ONCE) {
        await scope.db
          .insertInto('observed')
          .values(records.slice(from, from + ROWS_AT_ONCE).map(rowOf))
          .onConflict((conflict) =>
            conflict.column('device').doUpdateSet((row) => ({
              outcome: row.ref('excluded.outcome'),
              revision: row.ref('excluded.revision'),
              at: row.ref('excluded.at'),
              duration_ms: row.ref('excluded.duration_ms'),
              failures: row.ref('excluded.failures'),
              next_at: row.ref('excluded.next_at'),
              router: row.ref('excluded.router'),
              read_at: row.ref('excluded.read_at'),
            })),
          )
          .execute();
      }
    },

    async list() {
      const rows = await scope.db.selectFrom('observed').selectAll().orderBy('device').execute();
      return rows.flatMap((row) => readable(row) ?? []);
    },
  };
}

function rowOf(record: ObservedRecord): Insertable<Tables['observed']> {
  return {
    device: record.device,
    outcome: OUTCOME.encode(record.outcome),
    revision: record.revision,
    at: record.at,
    duration_ms: Math.round(record.durationMs),
    failures: record.failures,
    next_at: Math.round(record.nextAt),
    router: record.router === null ? null : ROUTER.encode(record.router),
    read_at: record.readAt,
  };
}

/** Nothing is decided on what was observed, so that what a later release wrote keeps no controller from starting. */
function readable(row: Selectable<Tables['observed']>): ObservedRecord | null {
  try {
    return observedOf(row);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function observedOf(row: Selectable<Tables['observed']>): ObservedRecord {
  const place = { table: 'observed', row: row.device };
  return {
    device: row.device,
    outcome: OUTCOME.decode(row.outcome, place),
    revision: row.revision,
    at: row.at,
    durationMs: row.duration_ms,
    failures: row.failures,
    nextAt: row.next_at,
    router: row.router === null ? null : ROUTER.decode(row.router, place),
    readAt: row.read_at,
  };
}
