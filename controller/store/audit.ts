import { createHash } from 'node:crypto';
import { type Selectable, sql, type SqlBool } from 'kysely';
import { rfc8785Json } from '#canonical-json';
import { AUDIT_EVENT } from '../formats/source.ts';
import type { Json } from '../formats/stored.ts';
import type { AuditEvent, AuditMark, AuditRecord, AuditRecords, AuditSearch, AuditWalk } from '../records/audit.ts';
import type { Instant } from '../ports.ts';
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

    async search(search) {
      const bounds = await boundsOf(scope.db, search);
      const found: AuditRecord[] = [];
      let before = Math.min(search.before ?? Number.MAX_SAFE_INTEGER, bounds.below);
      const floor = Math.max(bounds.from, before - LOOKED_AT);
      for (;;) {
        const rows = await matching(scope.db, search, floor, before).limit(VERIFY_BATCH).execute();
        for (const row of rows) {
          before = row.sequence;
          const record = auditRecordOf(row);
          if (fits(record, search)) found.push(record);
          if (found.length === search.limit) return { records: found, next: before > bounds.from ? before : null };
        }
        if (rows.length < VERIFY_BATCH) return { records: found, next: floor > bounds.from ? floor : null };
      }
    },

    async verify(kept = null) {
      return (await walk(scope.db, null, kept === null ? [] : [kept])).brokenAt;
    },

    walk: (from, marks) => walk(scope.db, from, marks),

    head: () => headOf(scope.db),
  };
}

/** Clocks of controllers that share a store may differ by so much. */
const SKEW_MS = 60_000;
/** So many records one search looks at. */
const LOOKED_AT = 100_000;

/** Between which records those of the wanted time lie: they are in the order of time, but for the skew. */
async function boundsOf(
  db: Scope['db'],
  { since, until }: AuditSearch,
): Promise<{ readonly from: number; readonly below: number }> {
  const end = ((await headOf(db))?.sequence ?? 0) + 1;
  const first = async (at: Instant): Promise<number> => {
    let [low, high] = [1, end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = await db.selectFrom('audit').selectAll().where('sequence', '=', middle).executeTakeFirst();
      // One that is missing tells nothing, so that nothing is left out for it.
      if (row !== undefined && eventOf(row).at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    from: since === undefined ? 1 : await first(since - SKEW_MS),
    below: until === undefined ? end : await first(until + SKEW_MS),
  };
}

/** What the database can tell by the text, which is canonical: the rest `fits` decides. */
function matching(db: Scope['db'], { device, action, actor, without }: AuditSearch, floor: number, before: number) {
  let query = db.selectFrom('audit').selectAll().orderBy('sequence', 'desc');
  query = query.where('sequence', '>=', floor).where('sequence', '<', before);
  if (device !== undefined) query = query.where('device', '=', device);
  if (action !== undefined) query = query.where(holds(actionText(action), '%'));
  if (without !== undefined) query = query.where((not) => not.not(holds(actionText(without), '%')));
  if (actor !== undefined) query = query.where(holds(`"actor":${JSON.stringify(actor)},`, '%', '%'));
  return query;
}

/** The keys of a canonical object are in order, so its action comes first. */
function actionText(action: string): string {
  const text = JSON.stringify({ action });
  return action.endsWith('.') ? text.slice(0, -2) : text.slice(0, -1);
}

function holds(text: string, after: string, before = '') {
  return sql<SqlBool>`event like ${`${before}${text.replaceAll(/[!%_]/g, '!$&')}${after}`} escape '!'`;
}

function fits(record: AuditRecord, { actor, action, without, device, since, until }: AuditSearch): boolean {
  return (
    (actor === undefined || record.actor === actor) &&
    (action === undefined || isAction(record.action, action)) &&
    (without === undefined || !isAction(record.action, without)) &&
    (device === undefined || record.device === device) &&
    (since === undefined || record.at >= since) &&
    (until === undefined || record.at < until)
  );
}

function isAction(action: string, wanted: string): boolean {
  return wanted.endsWith('.') ? action.startsWith(wanted) : action === wanted;
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
