import type { Gate } from './gate.ts';
import type { Instant } from '../ports.ts';
import { judgeConsents, type ConsentFacts, type ConsentRule, type HeldConsent } from './consent.ts';

/** What the ApprovalPolicies before and after a control plan ask for: of each the stricter (approval.md §3). */
export type ControlRule = Pick<ConsentRule, 'required' | 'excludeAuthors' | 'expiresAfterHours'>;

/** What a control plan's approval is judged by, all as of the trusted head. */
export interface ControlFacts extends Pick<ConsentFacts, 'roster' | 'authors' | 'validFrom'> {
  readonly consents: readonly HeldConsent[];
}

/**
 * Opens when enough people with the role `policy` at the trusted head approved this very control plan, or a fleet plan
 * that holds it. Never by itself.
 */
export function controlGate(facts: ControlFacts, rule: ControlRule, now: Instant): Gate<readonly HeldConsent[]> {
  const judged = judgeConsents(
    facts.consents,
    { ...rule, policy: '"control plan"', people: [], roles: ['policy'], who: `${rule.required} of role policy` },
    { ...facts, outdated: [], ownOnly: false },
    now,
  );
  if (judged.open) return judged;
  return { open: false, reasons: judged.reasons.map((missing) => ({ ...missing, code: 'ControlApprovalMissing' })) };
}
