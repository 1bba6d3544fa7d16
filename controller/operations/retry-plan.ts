import { Failure } from '#failure';
import type { Principal } from '../access/principal.ts';
import type { PlanId } from '#differ';
import { askBetweenVisits } from '../gates/between-visits.ts';
import { record, type EventOrigin } from '../events.ts';
import { isAutomatic } from '../policy/approval.ts';
import { reasonsText } from '../policy/reason-text.ts';
import { memberOf } from '../policy/rollout.ts';
import type { Target } from '../fleet/target.ts';
import { lastAttemptFor } from '../records/last-attempt.ts';
import type { Instant } from '../ports.ts';
import { type Reason, REASONS } from '../reasons.ts';
import { mustBeAllowed } from './allowed.ts';
import type { QueryContext, Whole } from './context.ts';
import { planView } from './plan-views.ts';
import { isWaiting, newsSince } from './reports-now.ts';
import type { PlanRetried } from './views.ts';

/**
 * Lets a plan that was undone be tried once more, by the word of whoever asks (docs/decisions/0007). Where people
 * approve, a new approval is that word, so nothing is done there. @throws {Failure} `RetryRefused`, `NotFound`,
 * `BadRequest`
 */
export async function retryPlan(
  known: QueryContext & Whole,
  principal: Principal,
  wanted: string,
  act: EventOrigin,
): Promise<PlanRetried> {
  const { id, device, supersededAt, offline, plan } = await planView(known, wanted);
  mustBeAllowed(principal, 'plans.retry', [device]);
  const refuse = (why: string): never => {
    throw new Failure('RetryRefused', `The plan of ${device} is not tried again: ${why}`);
  };
  if (supersededAt !== null) refuse('it is not current any more. See what is: rosctl plans list');
  if (offline) refuse('the device does not answer; it is planned anew when it does.');
  const target = known.fleet.targetOf(device);
  const anew =
    known.fleet.sourceStatus() === null
      ? 'The source is a folder, where nobody can approve: follow a Git repository, or change what is desired.'
      : `Approve it anew: rosctl approve ${device}`;
  if (target === null || !isAutomatic(plan, target.environment, target.approvalRules))
    refuse(`its policy asks for people. ${anew}`);
  const last = target === null ? null : await lastAttemptFor(known.store.attempts, device, id, target.desired);
  if (last === null || last.end === null) refuse('it was not tried, or is being tried now.');
  else if (last.end !== 'undone') refuse(`it was not undone but is ${last.end}. See: rosctl history ${device}`);
  const rollout = await known.store.rollouts.lastWith(known.fleet.source, device, id);
  if (rollout !== null && memberOf(rollout, device, id)?.state === 'released')
    refuse(`rollout ${rollout.id} has not taken note of how it ended. Try again in a moment.`);
  const against = target === null ? [] : await againstRetry(known, id, target, act.at);
  if (against.length > 0) refuse(reasonsText(against));
  const attempt = { attempt: last?.id ?? '', planId: id, number: last?.number ?? 0 };
  await known.whole.transaction(async (records) => {
    if (!(await records.attempts.retry(attempt.attempt, act.at))) refuse('somebody has asked for that already.');
    await record(records, { action: 'plan.retried', device, detail: attempt }, act);
  });
  return { device, planId: id, attempt: attempt.number };
}

/** Why the policy's word would not do though the plan may be tried again, by what the last visit found. */
async function againstRetry(known: QueryContext, id: PlanId, target: Target, at: Instant): Promise<readonly Reason[]> {
  const report = known.fleet.visitOf(target.name);
  if (report === null || !isWaiting(report.outcome) || report.outcome.planId !== id) return [];
  const { facts } = report.outcome;
  const last = facts.approval.lastAttempt;
  const approval = { ...facts.approval, lastAttempt: last && { ...last, retriedAt: at } };
  const news = await newsSince(known, report.at);
  const { reasons } = askBetweenVisits({ ...facts, approval }, id, target, news);
  return reasons.filter(({ code }) => REASONS[code].gate === 'approval');
}
