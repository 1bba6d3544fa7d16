import type { PlanId } from '#differ';
import { Failure } from '#routeros';
import type { ApprovalRecord, ApprovalRecords } from '../records.ts';
import type { Scope } from './scope.ts';

/**
 * Approvals of (plan, device) pairs; each is spent once. Granting what the same giver has granted and nobody has spent yet does nothing; after
 * it was spent, granting is approving anew.
 */
export function approvalRecords(scope: Scope): ApprovalRecords {
  return {
    async grant(approval) {
      await scope.db
        .insertInto('approvals')
        .values({
          plan_id: approval.planId,
          device: approval.device,
          kind: approval.kind,
          granted_by: approval.by,
          first_seen_at: approval.firstSeenAt,
        })
        .onConflict((conflict) =>
          conflict.columns(['plan_id', 'device', 'kind', 'granted_by']).where('spent_by', 'is', null).doNothing(),
        )
        .execute();
    },

    async spend(planId, device, attemptId) {
      await scope.serially(`approval/${planId}/${device}`, async (db) => {
        const unspent = await db
          .selectFrom('approvals')
          .select('sequence')
          .where('plan_id', '=', planId)
          .where('device', '=', device)
          .where('spent_by', 'is', null)
          .orderBy('sequence')
          .limit(1)
          .executeTakeFirst();
        if (unspent === undefined) {
          throw new Failure(
            'ApprovalSpent',
            `Plan ${planId} has no unspent approval for device ${device}. Approve it anew if it should be tried once more.`,
          );
        }
        await db
          .updateTable('approvals')
          .set({ spent_by: attemptId })
          .where('sequence', '=', unspent.sequence)
          .execute();
      });
    },

    async listFor(planId): Promise<readonly ApprovalRecord[]> {
      const rows = await scope.db
        .selectFrom('approvals')
        .selectAll()
        .where('plan_id', '=', planId)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => ({
        planId: row.plan_id as PlanId,
        device: row.device,
        kind: row.kind as ApprovalRecord['kind'],
        by: row.granted_by,
        firstSeenAt: row.first_seen_at,
        spentBy: row.spent_by,
      }));
    },
  };
}
