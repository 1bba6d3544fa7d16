import type { Instant } from '../ports.ts';
import type { Retention } from '../records/store.ts';
import type { Scope } from './scope.ts';

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Deletes what retention lets go, in one transaction. Besides what `Retention` names it keeps what decisions rest on:
 * trust, revocations, statements and
 * history; each trusted head's revision; the attempts, approvals and rollouts of current plans (a rolled-back plan is
 * not tried again because
 * its attempt was forgotten), the attempts of open rollouts, each device's newest attempt, and the snapshots and
 * health reports of every kept attempt.
 *
 * An approval that goes does not come back: its statement is known for ever, with its first sight. That it was used is
 * never forgotten either.
 * @returns how many rows went; steps and members go with theirs and are not counted.
 */
export function prune(scope: Scope, retention: Retention, now: Instant): Promise<number> {
  const before = daysBefore(retention, now);
  return scope.serially('prune', async (db) => {
    const deletions = [
      db.deleteFrom('plans').where('superseded_at', '<', before),
      ...attemptDeletions(db, before),
      ...trustDeletions(db, before),
      ...fleetDeletions(db, before),
      db.deleteFrom('drift').where('cleared_at', '<', before),
      // Of devices that are visited it is never as old as that.
      db.deleteFrom('observed').where('at', '<', before),
      db.deleteFrom('proposals').where('ended_at', '<', before),
      // One that never ended is of a controller that did.
      db.deleteFrom('diagnostics').where('asked_at', '<', before),
    ];
    let gone = 0;
    for (const deletion of deletions) gone += Number((await deletion.executeTakeFirst()).numDeletedRows);
    return gone;
  });
}

/** Rows of before may go. */
export function daysBefore({ days }: Retention, now: Instant): Instant {
  return now - days * MILLISECONDS_PER_DAY;
}

function currentPlans(db: Scope['db']) {
  return db.selectFrom('plans').select('id').where('superseded_at', 'is', null);
}

function attemptDeletions(db: Scope['db'], before: Instant) {
  const newest = db.selectFrom('attempts').select((each) => each.fn.max('sequence').as('sequence'));
  const rollingOut = db
    .selectFrom('rollout_members')
    .innerJoin('rollouts', 'rollouts.id', 'rollout_members.rollout')
    .select('rollout_members.plan_id')
    .where('rollouts.ended_at', 'is', null);
  const kept = db.selectFrom('attempts').select('id');
  return [
    db
      .deleteFrom('attempts')
      .where('ended_at', '<', before)
      .where('plan_id', 'not in', currentPlans(db))
      .where('plan_id', 'not in', rollingOut)
      .where('sequence', 'not in', newest.groupBy('device')),
    db.deleteFrom('spent_approvals').where('statement', 'is', null).where('attempt_id', 'not in', kept),
    db.deleteFrom('snapshots').where('taken_at', '<', before).where('attempt_id', 'not in', kept),
    db
      .deleteFrom('health')
      .where('at', '<', before)
      .where((either) => either.or([either('attempt_id', 'is', null), either('attempt_id', 'not in', kept)])),
  ];
}

function trustDeletions(db: Scope['db'], before: Instant) {
  const fleetPlansOfCurrent = db
    .selectFrom('fleet_plan_members')
    .select('fleet_plan')
    .where('plan_id', 'in', currentPlans(db));
  const newestRevisions = db.selectFrom('revisions').select((each) => each.fn.max('sequence').as('sequence'));
  const newestOfHeads = newestRevisions
    .innerJoin('trust', (join) =>
      join.onRef('trust.source', '=', 'revisions.source').onRef('trust.head', '=', 'revisions.id'),
    )
    .groupBy('revisions.source');
  return [
    db
      .deleteFrom('approvals')
      .where('starts_at', '<', before)
      .where('approved_id', 'not in', currentPlans(db))
      .where('approved_id', 'not in', fleetPlansOfCurrent),
    db
      .deleteFrom('revisions')
      .where('first_seen_at', '<', before)
      .where('sequence', 'not in', newestRevisions.groupBy('source'))
      .where('sequence', 'not in', newestOfHeads),
  ];
}

function fleetDeletions(db: Scope['db'], before: Instant) {
  const newest = db.selectFrom('fleet_plans').select((each) => each.fn.max('sequence').as('sequence'));
  const approved = db.selectFrom('approvals').select('approved_id');
  const withCurrentPlans = db.selectFrom('rollout_members').select('rollout').where('plan_id', 'in', currentPlans(db));
  return [
    db
      .deleteFrom('fleet_plans')
      .where('created_at', '<', before)
      .where('id', 'not in', approved)
      .where('sequence', 'not in', newest),
    db.deleteFrom('rollouts').where('ended_at', '<', before).where('id', 'not in', withCurrentPlans),
  ];
}
