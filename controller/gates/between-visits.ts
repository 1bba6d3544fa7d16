import type { PlanId } from '#differ';
import type { Target } from '../fleet/target.ts';
import type { ApprovalFacts, TouchedByPlan } from '../policy/approval.ts';
import { voidedBefore } from '../policy/rollout-gate.ts';
import { hasEnded, memberOf } from '../policy/rollout.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { Reason } from '../reasons.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import type { RolloutRecord } from '../records/rollouts.ts';
import { askGates, type Asked } from './ask-gates.ts';
import { GATES_BETWEEN_VISITS, type GateFacts, type StandingFacts, VISIT_GATES } from './gates.ts';

/** What a visit found of a plan that waits, with which its gates are asked again until the next one. No rows. */
export interface WaitingFacts {
  /** What the gates said that only a visit can answer: of the plan, the router and its undo. */
  readonly found: readonly Reason[];
  readonly changes: TouchedByPlan['changes'];
  readonly confirmWithinSeconds: number;
  readonly approval: Omit<ApprovalFacts, 'roster' | 'drift'>;
}

/** What has its own time, whatever visits find. */
export interface News {
  readonly freeze: FreezeRecord | null;
  /** Rollouts that are open or ended since the visit, the newest last. */
  readonly rollouts: readonly RolloutRecord[];
  readonly roster: ApprovalFacts['roster'];
  /** Consents with whom their keys belong to now. */
  readonly held: (consents: ApprovalFacts['consents']) => ApprovalFacts['consents'];
  readonly now: Instant;
}

/** What is kept of the facts that a visit asked its gates with. `more`: what it found when those were open. */
export function waitingFactsOf(facts: GateFacts, more: readonly Reason[] = []): WaitingFacts {
  const { roster: _, drift: __, lastAttempt, recent, ...approval } = facts.approval;
  const byKind = new Map(facts.plan.changes.map(({ menu, kind }) => [`${menu} ${kind}`, { menu, kind }]));
  return {
    found: [...askGates(VISIT_GATES, facts).reasons, ...more],
    changes: [...byKind.values()],
    confirmWithinSeconds: facts.body.confirmWithinSeconds,
    // Attempts hold what they were to do.
    approval: { ...approval, lastAttempt: lastAttempt && lastOf(lastAttempt), recent: recent.map(endOf) },
  };
}

function lastOf(attempt: NonNullable<ApprovalFacts['lastAttempt']>): ApprovalFacts['lastAttempt'] {
  const { retriedAt } = attempt;
  return { ...endOf(attempt), ...(retriedAt === undefined ? {} : { retriedAt }) };
}

function endOf({
  end,
  endReason,
  endedAt,
}: NonNullable<ApprovalFacts['lastAttempt']>): ApprovalFacts['recent'][number] {
  return { end, endReason, endedAt };
}

/** What the gates of a plan that waits are asked with between two visits. */
export function standingFactsOf(
  { found, changes, confirmWithinSeconds, approval }: WaitingFacts,
  id: PlanId,
  target: Target,
  { freeze, rollouts, roster, held, now }: News,
): StandingFacts & { readonly found: readonly Reason[] } {
  const { name, rollout } = target;
  const last = rollouts.findLast((each) => memberOf(each, name, id) !== null) ?? null;
  const open = rollouts.filter((each) => !hasEnded(each));
  const voided = voidedBefore(last, name, id) ?? approval.voided;
  return {
    found,
    id,
    plan: { changes },
    body: { confirmWithinSeconds },
    target,
    approval: { ...approval, roster, drift: rollout.drift, voided, consents: held(approval.consents) },
    freeze,
    rollout: withPair(open, name, id) ?? open.find(({ policy }) => policy === rollout.policy) ?? null,
    beginsAt: now,
    now,
  };
}

/** Why a plan waits now, by what the last visit found and what was decided since. */
export function askBetweenVisits(facts: WaitingFacts, id: PlanId, target: Target, news: News): Asked {
  return askGates(GATES_BETWEEN_VISITS, standingFactsOf(facts, id, target, news));
}

function withPair(rollouts: readonly RolloutRecord[], device: DeviceName, id: PlanId): RolloutRecord | undefined {
  return rollouts.find((rollout) => memberOf(rollout, device, id) !== null);
}
