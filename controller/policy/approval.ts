import type { Plan, PlanId } from '#differ';
import type { Gate, Reason } from '../gate.ts';
import type { DeviceName } from '../ports.ts';
import type { ApprovalRecord, AttemptRecord } from '../records.ts';

/** One ApprovalPolicy that matches the device, reduced to what decides. */
export interface ApprovalRule {
  readonly policy: string;
  /** The lab may approve device plans by itself. */
  readonly auto: boolean;
  /** Who must consent, for the reason: `1 of role approver`. */
  readonly who: string;
}

/** What is known of the device and of this plan's past when the gate is asked. */
export interface ApprovalFacts {
  readonly device: DeviceName;
  readonly environment: 'lab' | 'staging' | 'prod';
  readonly planId: PlanId;
  readonly granted: readonly ApprovalRecord[];
  /** The last attempt of exactly this plan on this device. */
  readonly lastAttempt: Pick<AttemptRecord, 'end' | 'endReason'> | null;
  /** The newest attempts of this plan on this device, at most ARMS_BEFORE_GIVING_UP. */
  readonly recent: readonly Pick<AttemptRecord, 'end' | 'endReason'>[];
  /** Nothing is desired that is not confirmed already: the plan only moves the router back. */
  readonly driftOnly: boolean;
  readonly driftPolicy: 'ignore' | 'alert' | 'correct';
  /** What makes the plan more than routine, for instance a DNS change where the management path is a tunnel. */
  readonly risks: readonly string[];
}

/** Whose consent opened the gate; `granted` when it is on record already, otherwise it is to be granted before it is spent. */
export interface Approval {
  readonly kind: 'auto';
  readonly by: string;
  readonly granted: boolean;
}

/** So many attempts that end alike before their first write, and the plan waits for a person. */
export const ARMS_BEFORE_GIVING_UP = 5;

/** Opens when exactly this plan may be applied to this device now, with who consented (approval.md §2-§5). */
export function approvalGate(plan: Plan, facts: ApprovalFacts, rules: readonly ApprovalRule[]): Gate<Approval> {
  const reasons: Reason[] = [];
  if (facts.lastAttempt?.end === 'undone') {
    reasons.push({
      code: 'RolledBack',
      message: `This plan was rolled back (${facts.lastAttempt.endReason ?? 'no reason on record'}). It is not tried again by itself: change what is desired, or the RolloutPolicy.`,
    });
  }
  if (facts.lastAttempt?.end === 'stalled') {
    reasons.push({
      code: 'Stalled',
      message: `The last attempt of this plan stalled: ${facts.lastAttempt.endReason ?? 'no reason on record'}.`,
    });
  }
  reasons.push(...armReasons(facts.recent));
  if (facts.driftOnly) reasons.push(...driftReasons(plan, facts));
  if (rules.length === 0) {
    reasons.push({
      code: 'NoApprovalPolicy',
      message: `No ApprovalPolicy matches ${facts.device}, so nobody can approve changes to it. Add one to the fleet.`,
    });
  }
  for (const rule of rules) {
    if (rule.auto && facts.environment === 'lab') continue;
    reasons.push({ code: 'ApprovalMissing', message: `Policy ${rule.policy} asks for approval by ${rule.who}.` });
  }
  if (facts.risks.length > 0) {
    reasons.push({ code: 'HighRisk', message: `Not applied by itself: ${facts.risks.join('; ')}.` });
  }
  if (reasons.length > 0) return { open: false, reasons };
  const held = facts.granted.some((approval) => approval.spentBy === null);
  return { open: true, value: { kind: 'auto', by: rules.map((rule) => rule.policy).join(', '), granted: held } };
}

/** Each try to arm writes to the router's flash; the same end so often says that the next one will be no better. */
function armReasons(recent: ApprovalFacts['recent']): readonly Reason[] {
  const [newest] = recent;
  const same = recent.filter(({ end, endReason }) => end === 'closed' && endReason === newest?.endReason);
  if (same.length < ARMS_BEFORE_GIVING_UP) return [];
  const message = `${ARMS_BEFORE_GIVING_UP} attempts in a row ended before the first write: ${newest?.endReason ?? ''}. It is not tried again until the plan changes.`;
  return [{ code: 'ArmKeepsFailing', message }];
}

/** Correcting drift needs standing authority and never deletes (approval.md §5). */
function driftReasons(plan: Plan, facts: ApprovalFacts): readonly Reason[] {
  if (facts.driftPolicy !== 'correct') {
    return [
      {
        code: 'DriftNotCorrected',
        message: `The router drifted and the policy says "${facts.driftPolicy}": nothing is changed by itself.`,
      },
    ];
  }
  if (plan.changes.some((change) => change.kind === 'remove')) {
    return [
      {
        code: 'DriftWouldDelete',
        message: 'Correcting the drift would delete rows, which drift correction never does.',
      },
    ];
  }
  return [];
}
