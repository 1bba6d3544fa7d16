import { sql, type Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { FLEET_PLANS } from '../formats/rollout.ts';
import type { FleetPlanRecord, FleetPlanRecords } from '../records/fleet-plans.ts';
import { listed } from './listed.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** Fleet plans; their members have a table of their own, by which an approval of the whole is found for each part. */
export function fleetPlanRecords(scope: Scope): FleetPlanRecords {
  return {
    async record(fleetPlan) {
      if ((await idOf(scope.db, fleetPlan.id)) !== undefined) return;
      await scope.serially('fleet-plan', async (db) => {
        if ((await idOf(db, fleetPlan.id)) !== undefined) return;
        await db
          .insertInto('fleet_plans')
          .values({
            id: fleetPlan.id,
            revision: fleetPlan.revision,
            created_at: fleetPlan.createdAt,
            plans: FLEET_PLANS.encode(fleetPlan.plans),
          })
          .execute();
        const members = fleetPlan.plans.map(({ device, planId }) => [device, planId]);
        await sql`insert into fleet_plan_members (fleet_plan, device, plan_id)
          select cast(${fleetPlan.id} as text), listed.value ->> 0, listed.value ->> 1
          from ${listed(scope.engine, members)}`.execute(db);
      });
    },

    async latest() {
      const row = await scope.db
        .selectFrom('fleet_plans')
        .selectAll()
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : fleetPlanOf(row);
    },

    async get(id) {
      const row = await scope.db.selectFrom('fleet_plans').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : fleetPlanOf(row);
    },
  };
}

function idOf(db: Scope['db'], id: PlanId) {
  return db.selectFrom('fleet_plans').select('id').where('id', '=', id).executeTakeFirst();
}

function fleetPlanOf(row: Selectable<Tables['fleet_plans']>): FleetPlanRecord {
  const plans = FLEET_PLANS.decode(row.plans, { table: 'fleet_plans', row: row.id });
  return { id: row.id as PlanId, revision: row.revision, createdAt: row.created_at, plans };
}
