import type { Instant } from '../ports.ts';
import type { Retention } from '../records.ts';
import type { Scope } from './scope.ts';

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Deletes what retention lets go, in one transaction. Besides what `Retention` names it keeps what decisions rest on: the attempts and approvals
 * of current plans (a rolled-back plan is not tried again because its attempt was forgotten), each device's newest attempt, and the
 * snapshots and health reports of every kept attempt.
 * @returns how many rows went, steps not counted.
 */
export function prune(scope: Scope, retention: Retention, now: Instant): Promise<number> {
  const before = now - retention.days * MILLISECONDS_PER_DAY;
  return scope.serially('prune', async (db) => {
    const newestRevisions = db.selectFrom('revisions').select((each) => each.fn.max('sequence').as('sequence'));
    const newestRollout = db.selectFrom('rollouts').select((each) => each.fn.max('sequence').as('sequence'));
    const newestAttempts = db.selectFrom('attempts').select((each) => each.fn.max('sequence').as('sequence'));
    const currentPlans = db.selectFrom('plans').select('id').where('superseded_at', 'is', null);
    const keptAttempts = db.selectFrom('attempts').select('id');

    const deletions = [
      db.deleteFrom('plans').where('superseded_at', '<', before),
      db
        .deleteFrom('attempts')
        .where('ended_at', '<', before)
        .where('plan_id', 'not in', currentPlans)
        .where('sequence', 'not in', newestAttempts.groupBy('device')),
      db.deleteFrom('approvals').where('first_seen_at', '<', before).where('plan_id', 'not in', currentPlans),
      db.deleteFrom('snapshots').where('taken_at', '<', before).where('attempt_id', 'not in', keptAttempts),
      db
        .deleteFrom('health')
        .where('at', '<', before)
        .where((either) => either.or([either('attempt_id', 'is', null), either('attempt_id', 'not in', keptAttempts)])),
      db.deleteFrom('drift').where('cleared_at', '<', before),
      db
        .deleteFrom('revisions')
        .where('first_seen_at', '<', before)
        .where('sequence', 'not in', newestRevisions.groupBy('source')),
      db.deleteFrom('rollouts').where('created_at', '<', before).where('sequence', 'not in', newestRollout),
    ];
    let gone = 0;
    for (const deletion of deletions) gone += Number((await deletion.executeTakeFirst()).numDeletedRows);
    return gone;
  });
}
