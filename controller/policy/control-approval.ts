import type { PlanId } from '#differ';
import type { Gate } from '../gate.ts';
import type { Instant } from '../ports.ts';
import type { Signer } from '../trust-records.ts';
import type { SignedConsent } from './approval.ts';
import { judgeConsents, type Authors } from './consent.ts';

/** What the ApprovalPolicies before and after a control plan ask for: of each the stricter (approval.md §3). */
export interface ControlRule {
  readonly required: number;
  readonly excludeAuthors: boolean;
  readonly expiresAfterHours: number;
}

/** What a control plan's approval is judged by, all as of the trusted head. */
export interface ControlFacts {
  readonly consents: readonly SignedConsent[];
  readonly roster: readonly Pick<Signer, 'person' | 'roles'>[];
  readonly authors: Authors;
}

/** Opens when enough people with the role `policy` at the trusted head approved this very control plan, or a fleet plan that holds it. Never by itself. */
export function controlGate(
  planId: PlanId,
  facts: ControlFacts,
  rule: ControlRule,
  now: Instant,
): Gate<readonly SignedConsent[]> {
  const judged = judgeConsents(
    facts.consents,
    { ...rule, policy: '"control plan"', people: [], roles: ['policy'], who: `${rule.required} of role policy` },
    { ...facts, planId, outdated: [], validFrom: null, ownOnly: false },
    now,
  );
  if (judged.open) return judged;
  return {
    open: false,
    reasons: judged.reasons.map(({ message }) => ({ code: 'ControlApprovalMissing', message })),
  };
}
