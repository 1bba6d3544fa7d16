import { sql } from 'kysely';
import type { PlanId } from '#differ';
import { ATTEMPT_PAYLOAD } from '../formats/attempt.ts';
import { TEXT } from '../formats/texts.ts';
import { Failure } from '#failure';
import type { AttemptRecord, AttemptRecords, AttemptStep, StepRecord } from '../records/attempts.ts';
import { attemptOf, type AttemptRow } from './attempt-rows.ts';
import { listedTexts } from './listed.ts';
import type { Scope } from './scope.ts';

/**
 * Attempts: a header row and steps that are only ever appended. The partial unique index `one_open_attempt` keeps two
 * controllers off one device; every change compares the holder first, one change of an attempt at a time.
 */
export function attemptRecords(scope: Scope): AttemptRecords {
  return {
    open: (attempt) =>
      scope.serially(`device/${attempt.device}`, async (db) => {
        const { next } = await db
          .selectFrom('attempts')
          .select(sql<number>`coalesce(max(number), 0) + 1`.as('next'))
          .where('device', '=', attempt.device)
          .where('plan_id', '=', attempt.planId)
          .executeTakeFirstOrThrow();
        const opened = await db
          .insertInto('attempts')
          .values({
            id: attempt.id,
            device: attempt.device,
            plan_id: attempt.planId,
            number: next,
            correlation_id: attempt.correlationId,
            opened_at: attempt.openedAt,
            payload: ATTEMPT_PAYLOAD.encode(attempt.payload),
            holder: attempt.holder,
            lease_until: attempt.leaseUntil,
          })
          .onConflict((conflict) => conflict.column('device').where('ended_as', 'is', null).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (opened === undefined) {
          throw new Failure(
            'AttemptOpen',
            `Device ${attempt.device} has an open attempt already. It is settled before another one begins.`,
          );
        }
        return attemptOf(opened, []);
      }),

    step: (id, holder, step, at, detail) =>
      held(id, holder, async (db) => {
        const { next } = await db
          .selectFrom('attempt_steps')
          .select(sql<number>`coalesce(max(position), 0) + 1`.as('next'))
          .where('attempt_id', '=', id)
          .executeTakeFirstOrThrow();
        await db
          .insertInto('attempt_steps')
          .values({ attempt_id: id, position: next, step, at, detail: TEXT.encode(detail) })
          .execute();
      }),

    renew: (id, holder, leaseUntil) =>
      held(id, holder, async (db) => {
        await db.updateTable('attempts').set({ lease_until: leaseUntil }).where('id', '=', id).execute();
      }),

    takeOver: (id, holder, now, leaseUntil) =>
      scope.serially(`attempt/${id}`, async (db) => {
        const taken = await db
          .updateTable('attempts')
          .set({ holder, lease_until: leaseUntil })
          .where('id', '=', id)
          .where('ended_as', 'is', null)
          .where((either) => either.or([either('holder', '=', holder), either('lease_until', '<=', now)]))
          .executeTakeFirst();
        return taken.numUpdatedRows === 1n;
      }),

    end: (id, holder, end, at, reason) =>
      held(id, holder, async (db) => {
        await db
          .updateTable('attempts')
          .set({ ended_as: end, ended_at: at, end_reason: TEXT.encode(reason) })
          .where('id', '=', id)
          .execute();
      }),

    retry: (id, at) =>
      scope.serially(`attempt/${id}`, async (db) => {
        const retried = await db
          .updateTable('attempts')
          .set({ retried_at: at })
          .where('id', '=', id)
          .where('ended_as', '=', 'undone')
          .where('retried_at', 'is', null)
          .executeTakeFirst();
        return retried.numUpdatedRows === 1n;
      }),

    async openOf(device) {
      const rows = await scope.db
        .selectFrom('attempts')
        .selectAll()
        .where('device', '=', device)
        .where('ended_as', 'is', null)
        .execute();
      return (await withSteps(rows))[0] ?? null;
    },

    async listOpen(devices) {
      if (devices.length === 0) return [];
      const rows = await scope.db
        .selectFrom('attempts')
        .select(['device', 'plan_id'])
        .where('ended_as', 'is', null)
        .where('device', 'in', listedTexts(scope.engine, devices))
        .execute();
      return rows.map((row) => ({ device: row.device, planId: row.plan_id as PlanId }));
    },

    async list(device, limit) {
      const rows = await scope.db
        .selectFrom('attempts')
        .selectAll()
        .where('device', '=', device)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return withSteps(rows);
    },

    async named(device, planIdStart, number) {
      const rows = await scope.db
        .selectFrom('attempts')
        .selectAll()
        .where('device', '=', device)
        .where('plan_id', 'like', `${planIdStart}%`)
        .where('number', '=', number)
        .execute();
      return rows.length === 1 ? ((await withSteps(rows))[0] ?? null) : null;
    },

    async lastOf(device, planId) {
      const rows = await scope.db
        .selectFrom('attempts')
        .selectAll()
        .where('device', '=', device)
        .where('plan_id', '=', planId)
        .orderBy('number', 'desc')
        .limit(1)
        .execute();
      return (await withSteps(rows))[0] ?? null;
    },
  };

  /** Runs the work when the attempt is open and held by `holder`. @throws {Failure} `AttemptLost` */
  function held(id: string, holder: string, work: (db: Scope['db']) => Promise<void>): Promise<void> {
    return scope.serially(`attempt/${id}`, async (db) => {
      const attempt = await db
        .selectFrom('attempts')
        .select(['holder', 'ended_as', 'device'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (attempt?.holder === holder && attempt.ended_as === null) return work(db);
      throw new Failure('AttemptLost', lostMessage(id, attempt));
    });
  }

  async function withSteps(rows: readonly AttemptRow[]): Promise<readonly AttemptRecord[]> {
    if (rows.length === 0) return [];
    const steps = await scope.db
      .selectFrom('attempt_steps')
      .selectAll()
      .where(
        'attempt_id',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('attempt_id')
      .orderBy('position')
      .execute();
    const stepsOf = Map.groupBy(steps, (step) => step.attempt_id);
    return rows.map((row) =>
      attemptOf(
        row,
        (stepsOf.get(row.id) ?? []).map((step): StepRecord => ({
          step: step.step as AttemptStep,
          at: step.at,
          detail: TEXT.decode(step.detail, { table: 'attempt_steps', row: row.id }),
        })),
      ),
    );
  }
}

function lostMessage(id: string, attempt: Pick<AttemptRow, 'holder' | 'ended_as' | 'device'> | undefined): string {
  if (attempt === undefined) return `There is no attempt ${id}.`;
  const device = `Attempt ${id} on device ${attempt.device}`;
  if (attempt.ended_as !== null) return `${device} has ended as ${attempt.ended_as}; nothing more is written to it.`;
  return `${device} is held by controller ${attempt.holder}; this one keeps its hands off it.`;
}
