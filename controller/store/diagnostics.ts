import type { Kysely, Selectable } from 'kysely';
import { DIAGNOSTIC_REASON, DIAGNOSTIC_REQUEST, DIAGNOSTIC_STEPS } from '../formats/diagnostic.ts';
import { TEXT } from '../formats/texts.ts';
import type { Instant } from '../ports.ts';
import {
  devicesOf,
  type DiagnosticRecord,
  type DiagnosticRecords,
  type DiagnosticState,
} from '../records/diagnostics.ts';
import { nowIn, untilIn } from './database-clock.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

const LOST = { code: 'DiagnosticLost', message: 'The controller that did it ended before it did.' };

/**
 * Diagnostics, and whose turn it is on each device: a row of `diagnostic_turns` is the turn. Whatever takes or gives a
 * turn happens one at a time.
 */
export function diagnosticRecords(scope: Scope): DiagnosticRecords {
  const { engine } = scope;
  const inTurn = <T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> => scope.serially('diagnostics', work);
  const own = (db: Kysely<Tables>, id: string, holder: string) =>
    db.updateTable('diagnostics').where('id', '=', id).where('holder', '=', holder).where('ended_at', 'is', null);

  /** @param at when they are said to have ended. */
  async function loseOverdue(db: Kysely<Tables>, at: Instant): Promise<void> {
    const overdue = await db
      .selectFrom('diagnostics')
      .select('id')
      .where('ended_at', 'is', null)
      .where('until', '<=', nowIn(engine))
      .executeTakeFirst();
    if (overdue === undefined) return;
    const lost = await asLost(db, at).where('until', '<=', nowIn(engine)).returning('id').execute();
    await giveBack(
      db,
      lost.map(({ id }) => id),
    );
  }

  return {
    add: ({ id, device, request, actor, askedAt, holder }, limits, milliseconds) =>
      inTurn(async (db) => {
        await loseOverdue(db, askedAt);
        const { starts, waiting } = await db
          .selectFrom('diagnostics')
          .select((each) => [
            each.fn.countAll<number | string>().filterWhere('asked_at', '>', limits.since).as('starts'),
            each.fn.countAll<number | string>().filterWhere('state', '=', 'queued').as('waiting'),
          ])
          .where('device', '=', device)
          .executeTakeFirstOrThrow();
        if (Number(starts) >= limits.starts) return 'starts';
        if (Number(waiting) >= limits.waiting) return 'waiting';
        const { all } = await db
          .selectFrom('diagnostics')
          .select((each) => each.fn.countAll<number | string>().as('all'))
          .where('ended_at', 'is', null)
          .where('state', '=', 'queued')
          .executeTakeFirstOrThrow();
        if (Number(all) >= limits.waitingInAll) return 'waitingInAll';
        const [, other = null] = devicesOf({ device, request });
        await db
          .insertInto('diagnostics')
          .values({
            id,
            device,
            other_device: other,
            request: DIAGNOSTIC_REQUEST.encode(request),
            actor: TEXT.encode(actor),
            asked_at: askedAt,
            state: 'queued',
            steps: DIAGNOSTIC_STEPS.encode([]),
            holder,
            until: untilIn(engine, milliseconds),
          })
          .execute();
        return null;
      }),

    begin: (id, holder, running, at) =>
      inTurn(async (db) => {
        await loseOverdue(db, at);
        const asked = await db
          .selectFrom('diagnostics')
          .select(['sequence', 'device', 'other_device'])
          .where('id', '=', id)
          .where('holder', '=', holder)
          .where('state', '=', 'queued')
          .where('cancelled_by', 'is', null)
          .executeTakeFirst();
        if (asked === undefined) return false;
        const open = await db
          .selectFrom('diagnostics')
          .select(['sequence', 'device', 'other_device', 'state'])
          .where('ended_at', 'is', null)
          .execute();
        if (open.filter(({ state }) => state === 'running').length >= running) return false;
        const devices = [asked.device, ...(asked.other_device === null ? [] : [asked.other_device])];
        const first = open.some(
          (each) =>
            each.sequence < asked.sequence &&
            [each.device, each.other_device].some((device) => device !== null && devices.includes(device)),
        );
        if (first) return false;
        await db
          .insertInto('diagnostic_turns')
          .values(devices.map((device) => ({ device, diagnostic: id })))
          .execute();
        await own(db, id, holder).set({ state: 'running', started_at: at }).execute();
        return true;
      }),

    async standing(id, holder) {
      const row = await scope.db
        .selectFrom('diagnostics')
        .select('cancelled_by')
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return row === undefined ? null : { cancelledBy: actorIn(id, row.cancelled_by) };
    },

    async keep(id, holder, steps) {
      const kept = await own(scope.db, id, holder)
        .set({ steps: DIAGNOSTIC_STEPS.encode(steps) })
        .executeTakeFirst();
      return kept.numUpdatedRows === 1n;
    },

    end: (id, holder, { state, reason }, at) =>
      inTurn(async (db) => {
        const ended = await own(db, id, holder)
          .set({ state, reason: reason === null ? null : DIAGNOSTIC_REASON.encode(reason), ended_at: at })
          .executeTakeFirst();
        if (ended.numUpdatedRows !== 1n) return false;
        await giveBack(db, [id]);
        return true;
      }),

    async cancel(id, actor) {
      const cancelled = await scope.db
        .updateTable('diagnostics')
        .set({ cancelled_by: TEXT.encode(actor) })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .where('cancelled_by', 'is', null)
        .executeTakeFirst();
      return cancelled.numUpdatedRows === 1n;
    },

    async renew(holder, milliseconds) {
      await scope.db
        .updateTable('diagnostics')
        .set({ until: untilIn(engine, milliseconds) })
        .where('holder', '=', holder)
        .where('ended_at', 'is', null)
        .execute();
    },

    lose: (holder, at, whose) =>
      inTurn(async (db) => {
        if (whose === 'overdue') return await loseOverdue(db, at);
        const lost = await asLost(db, at).where('holder', '!=', holder).returning('id').execute();
        await giveBack(
          db,
          lost.map(({ id }) => id),
        );
      }),

    async get(id) {
      const row = await scope.db.selectFrom('diagnostics').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
  };
}

function asLost(db: Kysely<Tables>, at: Instant) {
  return db
    .updateTable('diagnostics')
    .set({ state: 'lost', reason: DIAGNOSTIC_REASON.encode(LOST), ended_at: at })
    .where('ended_at', 'is', null);
}

async function giveBack(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('diagnostic_turns').where('diagnostic', 'in', ids).execute();
}

function actorIn(id: string, text: Tables['diagnostics']['cancelled_by']): string | null {
  return text === null ? null : TEXT.decode(text, { table: 'diagnostics', row: id });
}

function recordOf(row: Selectable<Tables['diagnostics']>): DiagnosticRecord {
  const place = { table: 'diagnostics', row: row.id };
  return {
    id: row.id,
    device: row.device,
    request: DIAGNOSTIC_REQUEST.decode(row.request, place),
    actor: TEXT.decode(row.actor, place),
    askedAt: row.asked_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    state: row.state as DiagnosticState,
    reason: row.reason === null ? null : DIAGNOSTIC_REASON.decode(row.reason, place),
    steps: DIAGNOSTIC_STEPS.decode(row.steps, place),
    holder: row.holder,
    cancelledBy: actorIn(row.id, row.cancelled_by),
  };
}
