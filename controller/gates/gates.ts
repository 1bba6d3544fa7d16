import type { Plan, PlanBody, PlanId, PlanInput, Violation } from '#differ';
import type { OwnSecrets } from '#routeros';
import type { Target } from '../fleet/target.ts';
import { type Approval, approvalGate, type ApprovalFacts, type TouchedByPlan } from '../policy/approval.ts';
import { type Gate, gateOf, reasonsOf } from '../policy/gate.ts';
import { secretReasons } from '../policy/own-secrets.ts';
import { rolloutGate } from '../policy/rollout-gate.ts';
import { windowGate } from '../policy/window.ts';
import type { Instant } from '../ports.ts';
import type { GateName, Reason } from '../reasons.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import type { RolloutRecord } from '../records/rollouts.ts';

/** What is known of a plan and of the router that it is for, whoever wants it written. */
export interface PlanFacts {
  readonly plan: Plan;
  readonly input: PlanInput;
  readonly secrets: Pick<OwnSecrets, 'cutRows'>;
  /** What checkPlan says, but for budgets, which an approval of its own clears. */
  readonly violations: readonly Violation[];
  /** Why a state on the way could cut the controller's own path. */
  readonly path: readonly Reason[];
  /** Why the undo cannot be armed on this router. */
  readonly undo: readonly Reason[];
  /** Null: writes may go out, or the attempt is open already, which a freeze lets end. */
  readonly freeze: FreezeRecord | null;
}

/** What is known of a plan that people approve and a rollout releases, without a look at its router. */
export interface StandingFacts extends Pick<PlanFacts, 'freeze'> {
  readonly id: PlanId;
  readonly plan: TouchedByPlan;
  readonly body: Pick<PlanBody, 'confirmWithinSeconds'>;
  readonly target: Target;
  readonly approval: ApprovalFacts;
  /** The rollout that has the pair among its members, or the open one of the device's policy. */
  readonly rollout: RolloutRecord | null;
  /** From when on the change needs its time: now, or when its attempt began. */
  readonly beginsAt: Instant;
  readonly now: Instant;
}

/** What every gate is asked with. */
export interface GateFacts extends PlanFacts, StandingFacts {
  readonly plan: Plan;
  readonly body: PlanBody;
}

/**
 * A question that must be answered with yes before a plan is written, and when people are told. `stop`: always, first.
 * `plan`: what the plan, the router and people
 * say. `time`: when the gates of the plan are open, or if time alone never opens it. `turn`: last, when everything
 * else is in order.
 */
export interface PathGate<Facts = GateFacts> {
  readonly name: GateName;
  readonly stage: 'stop' | 'plan' | 'time' | 'turn';
  ask(facts: Facts): Gate<Approval | undefined>;
}

const FREEZE: PathGate<Pick<PlanFacts, 'freeze'>> = {
  name: 'freeze',
  stage: 'stop',
  ask: ({ freeze }) => gateOf(freeze === null ? [] : [{ code: 'Frozen', by: freeze.by, because: freeze.reason }]),
};

/** What only a visit can answer. */
export const VISIT_GATES: readonly PathGate<PlanFacts>[] = [
  { name: 'secrets', stage: 'plan', ask: ({ plan, secrets }) => gateOf(secretReasons(plan, secrets)) },
  { name: 'plan', stage: 'plan', ask: ({ violations }) => gateOf(violations) },
  { name: 'path', stage: 'plan', ask: ({ path }) => gateOf(path) },
  { name: 'undo', stage: 'plan', ask: ({ undo }) => gateOf(undo) },
];

/** Gates of every plan, also of one that takes a change back. */
export const PLAN_GATES: readonly PathGate<PlanFacts>[] = [FREEZE, ...VISIT_GATES];

/** Why its time has not come; first of all that no approval would last so long. */
function windowReasons(facts: StandingFacts): readonly Reason[] {
  const { target, plan, approval, body, beginsAt, now } = facts;
  const closed = target.rollout.windows.flatMap((windows) =>
    reasonsOf(windowGate(windows, beginsAt, body.confirmWithinSeconds)),
  );
  const opening = latestOpening(closed);
  const given = opening === null ? null : approvalGate(plan, approval, target.approvalRules, now);
  if (opening === null || given?.open !== true) return closed;
  const { endsAt } = given.value;
  if (endsAt === null || endsAt > opening.opensAt) return closed;
  return [{ code: 'ApprovalEndsFirst', endsAt, ...opening }, ...closed];
}

/** When all windows that are closed may be open at the earliest; null: none is, or nobody can tell. */
export function latestOpening(
  reasons: readonly Reason[],
): { readonly opensAt: Instant; readonly timeZone: string } | null {
  const openings = reasons.flatMap((reason) =>
    reason.code === 'WindowClosed' && reason.opensAt !== null
      ? [{ opensAt: reason.opensAt, timeZone: reason.timeZone }]
      : [],
  );
  return openings.toSorted((one, other) => other.opensAt - one.opensAt)[0] ?? null;
}

const APPROVAL: PathGate<StandingFacts> = {
  name: 'approval',
  stage: 'plan',
  ask: ({ plan, approval, target, now }) => approvalGate(plan, approval, target.approvalRules, now),
};

const IN_ITS_TURN: readonly PathGate<StandingFacts>[] = [
  {
    name: 'window',
    stage: 'time',
    ask: (facts) => gateOf(windowReasons(facts)),
  },
  { name: 'rollout', stage: 'turn', ask: ({ rollout, target, id }) => rolloutGate(rollout, target.name, id) },
];

/**
 * Every gate in the order in which reasons are told. All are asked twice: when the plan is made, and for its attempt
 * right before the first write.
 */
export const GATES: readonly PathGate[] = [...PLAN_GATES, APPROVAL, ...IN_ITS_TURN];

/** The same between two visits: what only a visit can answer stands as it `found` it. */
export const GATES_BETWEEN_VISITS: readonly PathGate<StandingFacts & { readonly found: readonly Reason[] }>[] = [
  FREEZE,
  { name: 'plan', stage: 'plan', ask: ({ found }) => gateOf(found) },
  APPROVAL,
  ...IN_ITS_TURN,
];
