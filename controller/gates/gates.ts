import type { Plan, PlanBody, PlanId, PlanInput, Violation } from '#differ';
import type { OwnSecrets } from '#routeros';
import type { Target } from '../fleet/target.ts';
import { type Approval, approvalGate, type ApprovalFacts } from '../policy/approval.ts';
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

/** What is known besides of a plan that people approve and a rollout releases. */
export interface GateFacts extends PlanFacts {
  readonly id: PlanId;
  readonly body: PlanBody;
  readonly target: Target;
  readonly approval: ApprovalFacts;
  /** The rollout that has the pair among its members, or the open one of the device's policy. */
  readonly rollout: RolloutRecord | null;
  /** From when on the change needs its time: now, or when its attempt began. */
  readonly beginsAt: Instant;
  readonly now: Instant;
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

/** Gates of every plan, also of one that takes a change back. */
export const PLAN_GATES: readonly PathGate<PlanFacts>[] = [
  {
    name: 'freeze',
    stage: 'stop',
    ask: ({ freeze }) => gateOf(freeze === null ? [] : [{ code: 'Frozen', by: freeze.by, because: freeze.reason }]),
  },
  { name: 'secrets', stage: 'plan', ask: ({ plan, secrets }) => gateOf(secretReasons(plan, secrets)) },
  { name: 'plan', stage: 'plan', ask: ({ violations }) => gateOf(violations) },
  { name: 'path', stage: 'plan', ask: ({ path }) => gateOf(path) },
  { name: 'undo', stage: 'plan', ask: ({ undo }) => gateOf(undo) },
];

/**
 * Every gate in the order in which reasons are told. All are asked twice: when the plan is made, and for its attempt
 * right before the first write.
 */
export const GATES: readonly PathGate[] = [
  ...PLAN_GATES,
  {
    name: 'approval',
    stage: 'plan',
    ask: ({ plan, approval, target, now }) => approvalGate(plan, approval, target.approvalRules, now),
  },
  {
    name: 'window',
    stage: 'time',
    ask: ({ target: { rollout }, body, beginsAt }) =>
      gateOf(rollout.windows.flatMap((windows) => reasonsOf(windowGate(windows, beginsAt, body.confirmWithinSeconds)))),
  },
  { name: 'rollout', stage: 'turn', ask: ({ rollout, target, id }) => rolloutGate(rollout, target.name, id) },
];
