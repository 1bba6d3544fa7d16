import { sql, type Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { Failure } from '#routeros';
import type { ApprovalCommit, ApprovalRecords, Consent, SpentApproval } from '../trust-records.ts';
import { jsonOf, valueOf } from './json.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/**
 * Approval commits and what was used. Each commit is used for a (plan, device) pair once (unique index `spent_once`); the database takes no
 * change of what was used.
 */
export function approvalRecords(scope: Scope): ApprovalRecords {
  return {
    async note(approval) {
      const known = await scope.db
        .selectFrom('approval_commits')
        .select('sequence')
        .where('source', '=', approval.source)
        .where('commit_id', '=', approval.commit)
        .executeTakeFirst();
      if (known !== undefined) return false;
      const noted = await scope.db
        .insertInto('approval_commits')
        .values({
          source: approval.source,
          commit_id: approval.commit,
          approved_id: approval.approvedId,
          person: approval.person,
          key: approval.key,
          signed_with: approval.signedWith,
          first_seen_at: approval.firstSeenAt,
          starts_at: approval.startsAt,
        })
        .onConflict((conflict) => conflict.columns(['source', 'commit_id']).doNothing())
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
      const rows = await scope.db
        .selectFrom('approval_commits')
        .leftJoin('spent_approvals', (join) =>
          join
            .onRef('spent_approvals.commit_id', '=', 'approval_commits.commit_id')
            .on('spent_approvals.plan_id', '=', planId)
            .on('spent_approvals.device', '=', device),
        )
        .selectAll('approval_commits')
        .select('spent_approvals.attempt_id as spent_by')
        .where('source', '=', source)
        .where('approved_id', 'in', approvedIds)
        .orderBy('first_seen_at')
        .orderBy('approval_commits.sequence')
        .execute();
      return rows.map((row) => ({ ...approvalOf(row), own: row.approved_id === planId, spentBy: row.spent_by }));
    },

    async spend(planId, device, attemptId, used) {
      if (used.length === 0) {
        throw new Failure('ApprovalSpent', `No approval of plan ${planId} for device ${device} was named to be used.`);
      }
      await scope.serially(`approval/${planId}/${device}`, async (db) => {
        const commits = used.flatMap(({ commit }) => (commit === null ? [] : [commit]));
        const spent = await spentAmong(db, planId, device, commits);
        if (spent !== undefined) {
          throw new Failure(
            'ApprovalSpent',
            `The approval ${spent} was used before for plan ${planId} on device ${device}. Approve it anew if it should be tried once more.`,
          );
        }
        for (const { kind, by, commit } of used) {
          await db
            .insertInto('spent_approvals')
            .values({ plan_id: planId, device, attempt_id: attemptId, kind, used_of: jsonOf(by), commit_id: commit })
            .execute();
        }
      });
    },

    async spentFor(attemptId): Promise<readonly SpentApproval[]> {
      const rows = await scope.db
        .selectFrom('spent_approvals')
        .select(['kind', 'used_of', 'commit_id'])
        .where('attempt_id', '=', attemptId)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => ({
        kind: row.kind as SpentApproval['kind'],
        by: valueOf(row.used_of),
        commit: row.commit_id,
      }));
    },

    async list(source, limit) {
      const rows = await scope.db
        .selectFrom('approval_commits')
        .selectAll()
        .where('source', '=', source)
        .orderBy('first_seen_at', 'desc')
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(approvalOf);
    },
  };
}

/** One of these commits that was used for the pair. */
async function spentAmong(
  db: Scope['db'],
  planId: PlanId,
  device: string,
  commits: readonly string[],
): Promise<string | undefined> {
  const rows = await db
    .selectFrom('spent_approvals')
    .select('commit_id')
    .where('plan_id', '=', planId)
    .where('device', '=', device)
    .execute();
  const spent = new Set(rows.map((row) => row.commit_id));
  return commits.find((commit) => spent.has(commit));
}

function approvalOf(row: Selectable<Tables['approval_commits']>): ApprovalCommit {
  return {
    source: row.source,
    commit: row.commit_id,
    approvedId: row.approved_id as PlanId,
    person: row.person,
    key: row.key,
    signedWith: row.signed_with,
    firstSeenAt: row.first_seen_at,
    startsAt: row.starts_at,
  };
}
