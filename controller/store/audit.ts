import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { rfc8785Json } from '#canonical-json';
import { AUDIT_EVENT } from '../formats/source.ts';
import type { Json } from '../formats/stored.ts';
import type { AuditEvent, AuditMark, AuditRecord, AuditRecords, AuditWalk } from '../records/audit.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

type AuditRow = Selectable<Tables['audit']>;

/** The previous hash of the first record. */
const GENESIS = '0'.repeat(64);
const BEGINNING: AuditMark = { sequence: 0, hash: GENESIS };
const VERIFY_BATCH = 1000;

/**
 * The audit: appended one at a time, each record bound to the one before it. The database refuses UPDATE and DELETE;
 * the chain shows what went round that. A chain cut short at its end is whole in itself, so its head is kept in a table
 * of its own; against whoever changes both only a head that is kept outside of the store helps.
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
        const [sequence, hash] = [(last?.sequence ?? 0) + 1, chainHash(previous, text)];
        await db
          .insertInto('audit')
          .values({ sequence, previous_hash: previous, hash, device: event.device, event: text })
          .execute();
        // What was cut off stays noticed: the chain does not grow over it.
        const head = await headOf(db);
        if (head === null ? sequence > 1 : head.sequence !== sequence - 1 || head.hash !== previous) return;
        await db
          .insertInto('audit_head')
          .values({ id: 1, sequence, hash })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ sequence, hash }))
          .execute();
      });
    },

    async list(filter) {
      const newest = scope.db.selectFrom('audit').selectAll().orderBy('sequence', 'desc').limit(filter.limit);
      const rows = await (filter.device === undefined ? newest : newest.where('device', '=', filter.device)).execute();
      return rows.map(auditRecordOf);
    },

    async verify(kept = null) {
      return (await walk(scope.db, null, kept === null ? [] : [kept])).brokenAt;
    },

    walk: (from, marks) => walk(scope.db, from, marks),

    head: () => headOf(scope.db),
  };
}

async function walk(db: Scope['db'], from: AuditMark | null, marks: readonly AuditMark[]): Promise<AuditWalk> {
  // The head moves with each record, and others may append meanwhile: it is read before the walk and after it.
  const known = [await headOf(db), ...marks].filter((mark) => mark !== null);
  const contradicted = (found: AuditMark): boolean =>
    known.some(({ sequence, hash }) => sequence === found.sequence && hash !== found.hash);
  let end = from;
  if (from !== null && contradicted(from)) return { brokenAt: from.sequence, end: null };
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('sequence', '>', end?.sequence ?? 0)
      .orderBy('sequence')
      .limit(VERIFY_BATCH)
      .execute();
    for (const row of rows) {
      if (!follows(row, end ?? BEGINNING)) return { brokenAt: row.sequence, end };
      end = { sequence: row.sequence, hash: row.hash };
      if (contradicted(end)) return { brokenAt: row.sequence, end };
    }
    if (rows.length < VERIFY_BATCH) break;
  }
  const now = await headOf(db);
  const last = end?.sequence ?? 0;
  const cut = known.some(({ sequence }) => sequence > last) || (now?.sequence ?? 0) < last;
  return { brokenAt: cut ? last + 1 : null, end };
}

async function headOf(db: Scope['db']): Promise<AuditMark | null> {
  const row = await db.selectFrom('audit_head').select(['sequence', 'hash']).executeTakeFirst();
  return row ?? null;
}

function follows(row: AuditRow, last: AuditMark): boolean {
  return (
    row.sequence === last.sequence + 1 &&
    row.previous_hash === last.hash &&
    row.hash === chainHash(last.hash, row.event) &&
    row.device === eventOf(row).device
  );
}

function chainHash(previous: string, event: string): string {
  return createHash('sha256').update(previous).update('\n').update(event).digest('hex');
}

/**
 * RFC 8785 text. JSON first, so that what a detail may not hold (undefined, lone surrogates) never stops an audit
 * record.
 */
function canonicalEvent(event: AuditEvent): Json<AuditEvent> {
  const { at, correlationId, actor, action, device, detail } = event;
  const json = JSON.stringify({ at, correlationId, actor, action, device, detail });
  return rfc8785Json(JSON.parse(json, (_key, value: unknown) => wellFormed(value)));
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner as unknown]));
}

function eventOf({ event, sequence }: AuditRow): AuditEvent {
  return AUDIT_EVENT.decode(event, { table: 'audit', row: sequence });
}

function auditRecordOf(row: AuditRow): AuditRecord {
  return {
    ...eventOf(row),
    sequence: row.sequence,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
