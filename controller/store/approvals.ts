import { sql, type Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { TEXT } from '../formats/texts.ts';
import { Failure } from '#failure';
import type { ApprovalRecord, ApprovalRecords, Consent, SpentApproval } from '../records/approvals.ts';
import { listed } from './listed.ts';
import type { Scope } from './scope.ts';
import { statementOf } from './statements.ts';
import type { Tables } from './tables.ts';

/**
 * Approvals and what was used. Each statement is used for a (plan, device) pair once (unique index `spent_once`); the database takes no
 * change of what was used.
 */
export function approvalRecords(scope: Scope): ApprovalRecords {
  return {
    async note(source, { statement, approvedId, startsAt }) {
      const known = await scope.db
        .selectFrom('approvals')
        .select('sequence')
        .where('source', '=', source)
        .where('statement', '=', statement)
        .executeTakeFirst();
      if (known !== undefined) return false;
      const noted = await scope.db
        .insertInto('approvals')
        .values({ source, statement, approved_id: approvedId, starts_at: startsAt })
        .onConflict((conflict) => conflict.columns(['source', 'statement']).doNothing())
        .executeTakeFirst();
      return noted.numInsertedOrUpdatedRows === 1n;
    },

    async consentsFor(source, planId, device): Promise<readonly Consent[]> {
      const approvedIds = scope.db
        .selectFrom('fleet_plan_members')
        .select('fleet_plan')
        .where('device', '=', device)
        .where('plan_id', '=', planId)
        .unionAll(scope.db.selectNoFrom(sql<string>`cast(${planId} as text)`.as('fleet_plan')));
      const rows = await approvalsOf(scope.db, source)
        .leftJoin('spent_approvals', (join) =>
          join
            .onRef('spent_approvals.statement', '=', 'approvals.statement')
            .on('spent_approvals.plan_id', '=', planId)
            .on('spent_approvals.device', '=', device),
        )
        .leftJoin('refused_approvals', (join) =>
          join
            .onRef('refused_approvals.source', '=', 'approvals.source')
            .onRef('refused_approvals.statement', '=', 'approvals.statement')
            .on('refused_approvals.plan_id', '=', planId)
            .on('refused_approvals.device', '=', device),
        )
        .select(['spent_approvals.attempt_id as spent_by', 'refused_approvals.at as refused_at'])
        .where('approvals.approved_id', 'in', approvedIds)
        .orderBy('statements.first_seen_at')
        .orderBy('approvals.sequence')
        .execute();
      return rows.map((row) => ({
        ...approvalOf(row),
        own: row.approved_id === planId,
        spentBy: row.spent_by,
        refused: row.refused_at !== null,
      }));
    },

    async refuse(source, planId, device, statements, at) {
      const rows = statements.map((statement) => [statement]);
      await sql`insert into refused_approvals (source, statement, device, plan_id, at)
        select cast(${source} as text), listed.value ->> 0, cast(${device} as text), cast(${planId} as text), cast(${at} as bigint)
        from ${listed(scope.engine, rows)} where true on conflict do nothing`.execute(scope.db);
    },

    async spend(planId, device, attemptId, used) {
      if (used.length === 0) {
        throw new Failure('ApprovalSpent', `No approval of plan ${planId} for device ${device} was named to be used.`);
      }
      await scope.serially(`approval/${planId}/${device}`, async (db) => {
        const spent = await spentAmong(db, planId, device, used);
        if (spent !== undefined) {
          throw new Failure(
            'ApprovalSpent',
            `The approval ${spent.commit ?? ''} was used before for plan ${planId} on device ${device}. Approve it anew if it should be tried once more.`,
          );
        }
        for (const { kind, by, statement, commit } of used) {
          await db
            .insertInto('spent_approvals')
            .values({
              plan_id: planId,
              device,
              attempt_id: attemptId,
              kind,
              used_of: TEXT.encode(by),
              statement,
              commit_id: commit,
            })
            .execute();
        }
      });
    },

    async spentFor(attemptId): Promise<readonly SpentApproval[]> {
      const rows = await scope.db
        .selectFrom('spent_approvals')
        .select(['kind', 'used_of', 'statement', 'commit_id'])
        .where('attempt_id', '=', attemptId)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => ({
        kind: row.kind as SpentApproval['kind'],
        by: TEXT.decode(row.used_of, { table: 'spent_approvals', row: attemptId }),
        statement: row.statement,
        commit: row.commit_id,
      }));
    },

    async list(source, limit) {
      const rows = await approvalsOf(scope.db, source)
        .orderBy('statements.first_seen_at', 'desc')
        .orderBy('approvals.sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(approvalOf);
    },
  };
}

function approvalsOf(db: Scope['db'], source: string) {
  return db
    .selectFrom('approvals')
    .innerJoin('statements', (join) =>
      join
        .onRef('statements.source', '=', 'approvals.source')
        .onRef('statements.statement', '=', 'approvals.statement'),
    )
    .selectAll('statements')
    .select(['approvals.approved_id', 'approvals.starts_at'])
    .where('approvals.source', '=', source);
}

/** One of these that was used for the pair. */
async function spentAmong(
  db: Scope['db'],
  planId: PlanId,
  device: string,
  used: readonly SpentApproval[],
): Promise<SpentApproval | undefined> {
  const rows = await db
    .selectFrom('spent_approvals')
    .select('statement')
    .where('plan_id', '=', planId)
    .where('device', '=', device)
    .execute();
  const spent = new Set(rows.map((row) => row.statement));
  return used.find(({ statement }) => statement !== null && spent.has(statement));
}

function approvalOf(
  row: Selectable<Tables['statements']> & Pick<Selectable<Tables['approvals']>, 'approved_id' | 'starts_at'>,
): ApprovalRecord {
  return {
    source: row.source,
    ...statementOf(row),
    approvedId: row.approved_id as PlanId,
    startsAt: row.starts_at,
  };
}
