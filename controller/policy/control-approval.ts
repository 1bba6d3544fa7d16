import type { Gate } from './gate.ts';
import type { Instant } from '../ports.ts';
import type { Reason } from '../reasons.ts';
import {
  judgeConsents,
  type ConsentFacts,
  type ConsentRule,
  type HeldConsent,
  type Uncounted,
  whyUseless,
} from './consent.ts';

/** What the ApprovalPolicies before and after a control plan ask for: of each the stricter (approval.md §3). */
export type ControlRule = Pick<ConsentRule, 'required' | 'excludeAuthors' | 'expiresAfterHours'>;

/** What a control plan's approval is judged by, all as of the trusted head. */
export interface ControlFacts extends Pick<ConsentFacts, 'roster' | 'authors' | 'validFrom'> {
  readonly consents: readonly HeldConsent[];
}

/** What a control plan that waits was asked with. */
export interface ControlAsked {
  readonly facts: ControlFacts;
  readonly rule: ControlRule;
}

/**
 * Opens when enough people with the role `policy` at the trusted head approved this very control plan, or a fleet plan
 * that holds it. Never by itself.
 */
export function controlGate(facts: ControlFacts, rule: ControlRule, now: Instant): Gate<readonly HeldConsent[]> {
  const judged = judgeConsents(facts.consents, consentRule(rule), { ...facts, outdated: [], ownOnly: false }, now);
  if (judged.open) return judged;
  return { open: false, reasons: judged.reasons.map((missing) => ({ ...missing, code: 'ControlApprovalMissing' })) };
}

/** Whether nobody can give what a control plan waits for, as things stand; its reasons say what helps. */
export function nobodyCanApprove({ facts, rule }: ControlAsked, now: Instant): boolean {
  const gate = controlGate(facts, rule, now);
  return !gate.open && nobodyCould(gate.reasons);
}

/** Whether approvals are missing, and there is none of them that somebody could give. */
export function nobodyCould(reasons: readonly Reason[]): boolean {
  const missing = reasons.filter(({ code }) => code === 'ApprovalMissing' || code === 'ControlApprovalMissing');
  return missing.length > 0 && missing.every((reason) => 'could' in reason && typeof reason.could === 'string');
}

/** Why one more consent would bring a control plan no nearer; null: it would. */
export function whyUselessForControl(one: HeldConsent, { facts, rule }: ControlAsked, now: Instant): Uncounted | null {
  return whyUseless(one, facts.consents, consentRule(rule), { ...facts, outdated: [], ownOnly: false }, now);
}

function consentRule(rule: ControlRule): ConsentRule {
  return { ...rule, policy: '"control plan"', people: [], roles: ['policy'], who: `${rule.required} of role policy` };
}
