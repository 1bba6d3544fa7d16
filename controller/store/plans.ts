import type { Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { PLAN, PLAN_BODY } from '../formats/plan.ts';
import type { PlanEntry, PlanRecord, PlanRecords } from '../records/plans.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** Plans by id; at most one of a device is current (partial unique index `one_current_plan`). */
export function planRecords(scope: Scope): PlanRecords {
  return {
    async propose(plan) {
      return await scope.serially(`plan/${plan.device}`, async (db) => {
        const current = await currentOf(db, plan.device).select(['id', 'created_at']).executeTakeFirst();
        if (current?.id === plan.id) return current.created_at;
        await supersede(db, plan.device, plan.createdAt);
        const columns = {
          device: plan.device,
          revision: plan.revision,
          body: PLAN_BODY.encode(plan.body),
          plan: PLAN.encode(plan.plan),
          created_at: plan.createdAt,
          superseded_at: null,
        };
        await db
          .insertInto('plans')
          .values({ id: plan.id, ...columns })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
          .execute();
        return plan.createdAt;
      });
    },

    async clear(device, at) {
      await supersede(scope.db, device, at);
    },

    async get(id) {
      const row = await scope.db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : planOf(row);
    },

    async deviceOf(id) {
      const row = await scope.db.selectFrom('plans').select('device').where('id', '=', id).executeTakeFirst();
      return row?.device ?? null;
    },

    async current(device) {
      const row = await currentOf(scope.db, device).selectAll().executeTakeFirst();
      return row === undefined ? null : planOf(row);
    },

    async listCurrent() {
      const rows = await scope.db
        .selectFrom('plans')
        .select(['id', 'device', 'revision', 'created_at', 'superseded_at'])
        .where('superseded_at', 'is', null)
        .orderBy('device')
        .execute();
      return rows.map(entryOf);
    },
  };
}

function currentOf(db: Scope['db'], device: string) {
  return db.selectFrom('plans').where('device', '=', device).where('superseded_at', 'is', null);
}

async function supersede(db: Scope['db'], device: string, at: number): Promise<void> {
  await db
    .updateTable('plans')
    .set({ superseded_at: at })
    .where('device', '=', device)
    .where('superseded_at', 'is', null)
    .execute();
}

type PlanRow = Selectable<Tables['plans']>;

function entryOf(row: Omit<PlanRow, 'body' | 'plan'>): PlanEntry {
  return {
    id: row.id as PlanId,
    device: row.device,
    revision: row.revision,
    createdAt: row.created_at,
    supersededAt: row.superseded_at,
  };
}

function planOf(row: PlanRow): PlanRecord {
  const place = { table: 'plans', row: row.id };
  return { ...entryOf(row), body: PLAN_BODY.decode(row.body, place), plan: PLAN.decode(row.plan, place) };
}
