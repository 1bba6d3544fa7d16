import { sql, type Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { TEXT } from '../formats/texts.ts';
import { Failure } from '#failure';
import type { ApprovalRecords, Consent, PairConsent, SpentApproval } from '../records/approvals.ts';
import { listed } from './listed.ts';
import type { Scope } from './scope.ts';
import { statementOf } from './statements.ts';
import type { Tables } from './tables.ts';

/**
 * Approvals and what was used. Each statement is used for a (plan, device) pair once (unique index `spent_once`); the
 * database takes no change of what was used.
 */
export function approvalRecords(scope: Scope): ApprovalRecords {
  return {
    async note(source, { id, approves, startsAt }) {
      const known = await scope.db
        .selectFrom('approvals')
        .select('sequence')
        .where('source', '=', source)
        .where('statement', '=', id)
        .executeTakeFirst();
      if (known !== undefined) return false;
      const noted = await scope.db
        .insertInto('approvals')
        .values({ source, statement: id, approved_id: approves, starts_at: startsAt })
        .onConflict((conflict) => conflict.columns(['source', 'statement']).doNothing())
        .executeTakeFirst();
      return noted.numInsertedOrUpdatedRows === 1n;
    },

    async consentsFor(source, planId, device): Promise<readonly PairConsent[]> {
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
        ...consentOf(row),
        own: row.approved_id === planId,
        spentBy: row.spent_by,
        refused: row.refused_at !== null,
      }));
    },

    async refuse(source, planId, device, consents, at) {
      const rows = consents.map((id) => [id]);
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
            `The approval ${spent.carrier} was used before for plan ${planId} on device ${device}. Approve it anew if it should be tried once more.`,
          );
        }
        for (const each of used) {
          await db
            .insertInto('spent_approvals')
            .values({ plan_id: planId, device, attempt_id: attemptId, ...columnsOf(each) })
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
      return rows.map((row) => spentIn(row, attemptId));
    },

    async list(source, limit) {
      const rows = await approvalsOf(scope.db, source)
        .orderBy('statements.first_seen_at', 'desc')
        .orderBy('approvals.sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(consentOf);
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

type SpentConsent = Extract<SpentApproval, { readonly kind: 'consent' }>;
type SpentRow = Pick<Selectable<Tables['spent_approvals']>, 'kind' | 'used_of' | 'statement' | 'commit_id'>;

/** As the table calls a consent: the first of them were all in commits. */
const CONSENT = 'commit';

function columnsOf(used: SpentApproval): SpentRow {
  return used.kind === 'consent'
    ? { kind: CONSENT, used_of: TEXT.encode(used.by), statement: used.id, commit_id: used.carrier }
    : { kind: used.kind, used_of: TEXT.encode(used.by), statement: null, commit_id: null };
}

function spentIn({ kind, used_of, statement, commit_id: carrier }: SpentRow, attempt: string): SpentApproval {
  const by = TEXT.decode(used_of, { table: 'spent_approvals', row: attempt });
  return kind === CONSENT
    ? { kind: 'consent', by, id: statement ?? '', carrier: carrier ?? '' }
    : { kind: kind as 'auto' | 'rollout', by };
}

/** One of these that was used for the pair. */
async function spentAmong(
  db: Scope['db'],
  planId: PlanId,
  device: string,
  used: readonly SpentApproval[],
): Promise<SpentConsent | undefined> {
  const rows = await db
    .selectFrom('spent_approvals')
    .select('statement')
    .where('plan_id', '=', planId)
    .where('device', '=', device)
    .execute();
  const spent = new Set(rows.map((row) => row.statement));
  return used.filter((each) => each.kind === 'consent').find(({ id }) => spent.has(id));
}

function consentOf(
  row: Selectable<Tables['statements']> & Pick<Selectable<Tables['approvals']>, 'approved_id' | 'starts_at'>,
): Consent {
  const { statement: id, ...said } = statementOf(row);
  return { id, source: row.source, ...said, approves: row.approved_id as PlanId, startsAt: row.starts_at };
}
