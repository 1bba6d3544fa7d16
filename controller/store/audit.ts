import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Selectable } from 'kysely';
import type { AuditEvent, AuditRecord, AuditRecords } from '../records.ts';
import { valueOf, type Json } from './json.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

type AuditRow = Selectable<Tables['audit']>;

/** The previous hash of the first record. */
const GENESIS = '0'.repeat(64);
const VERIFY_BATCH = 1000;

/**
 * The audit: appended one at a time, each record bound to the one before it. The database refuses UPDATE and DELETE; the chain shows what
 * went round that. A chain cut short at its end is whole in itself: keep the newest hash elsewhere to see that.
 */
export function auditRecords(scope: Scope): AuditRecords {
  return {
    async append(event) {
      const text = canonicalEvent(event);
      await scope.serially('audit', async (db) => {
        const last = await db
          .selectFrom('audit')
          .select(['sequence', 'hash'])
          .orderBy('sequence', 'desc')
          .limit(1)
          .executeTakeFirst();
        const previous = last?.hash ?? GENESIS;
        await db
          .insertInto('audit')
          .values({
            sequence: (last?.sequence ?? 0) + 1,
            previous_hash: previous,
            hash: chainHash(previous, text),
            device: event.device,
            event: text,
          })
          .execute();
      });
    },

    async list(filter) {
      const newest = scope.db.selectFrom('audit').selectAll().orderBy('sequence', 'desc').limit(filter.limit);
      const rows = await (filter.device === undefined ? newest : newest.where('device', '=', filter.device)).execute();
      return rows.map(auditRecordOf);
    },

    async verify() {
      let last = { sequence: 0, hash: GENESIS };
      for (;;) {
        const rows = await scope.db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', last.sequence)
          .orderBy('sequence')
          .limit(VERIFY_BATCH)
          .execute();
        for (const row of rows) {
          if (!follows(row, last)) return row.sequence;
          last = row;
        }
        if (rows.length < VERIFY_BATCH) return null;
      }
    },
  };
}

function follows(row: AuditRow, last: { readonly sequence: number; readonly hash: string }): boolean {
  return (
    row.sequence === last.sequence + 1 &&
    row.previous_hash === last.hash &&
    row.hash === chainHash(last.hash, row.event) &&
    row.device === valueOf(row.event).device
  );
}

function chainHash(previous: string, event: string): string {
  return createHash('sha256').update(previous).update('\n').update(event).digest('hex');
}

/** RFC 8785 text. JSON first, so that what a detail may not hold (undefined, lone surrogates) never stops an audit record. */
function canonicalEvent(event: AuditEvent): Json<AuditEvent> {
  const { at, correlationId, actor, action, device, detail } = event;
  const json = JSON.stringify({ at, correlationId, actor, action, device, detail });
  return canonicalize(JSON.parse(json, (_key, value: unknown) => wellFormed(value))) as Json<AuditEvent>;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner as unknown]));
}

function auditRecordOf(row: AuditRow): AuditRecord {
  return {
    ...valueOf(row.event),
    sequence: row.sequence,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
