import type { Plan } from '#differ';
import { menusOfSection } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import { type DriftRules, driftScopeOf } from './drift-rules.ts';
import type { Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import { spentOf, type SpentApproval } from '../records/approvals.ts';
import {
  type ConsentFacts,
  type ConsentRule,
  judgeConsents,
  refusedForAuthorship,
  type HeldConsent,
  type Uncounted,
  whyUseless,
} from './consent.ts';

/** The changes of a plan, as far as they decide who is asked: their menus and kinds. */
export interface TouchedByPlan {
  readonly changes: readonly Pick<Plan['changes'][number], 'menu' | 'kind'>[];
}

/** One ApprovalPolicy that matches the device, reduced to what decides. */
export interface ApprovalRule extends ConsentRule {
  /** It counts for plans that touch one of these; null: for all. */
  readonly sections: readonly SectionName[] | null;
  /** The lab may approve device plans by itself. */
  readonly auto: boolean;
}

/** What is known of the device and of this plan's past when the gate is asked. */
export interface ApprovalFacts extends Pick<ConsentFacts, 'roster' | 'authors' | 'outdated'> {
  readonly device: DeviceName;
  readonly environment: 'lab' | 'staging' | 'prod';
  /** Since when a standing word like `auto` counts for the plan: it came up then, or what it is for was declared. */
  readonly standingSince: Instant;
  readonly consents: readonly HeldConsent[];
  /**
   * When the device last became what was desired of it, by this plan, another or none; null: never. What people said
   * before was for that time.
   */
  readonly confirmedAt: Instant | null;
  /** The last attempt of exactly this plan on this device. */
  readonly lastAttempt: Pick<AttemptRecord, 'end' | 'endReason' | 'endedAt' | 'retriedAt'> | null;
  /** The newest attempts of this plan on this device, at most ARMS_BEFORE_GIVING_UP. */
  readonly recent: readonly Pick<AttemptRecord, 'end' | 'endReason' | 'endedAt'>[];
  /** A rollout took the device out, or took its change back: older consents to this pair are void. */
  readonly voided: { readonly at: Instant; readonly reason: string } | null;
  /** Nothing is desired that is not confirmed already: the plan only moves the router back. */
  readonly driftOnly: boolean;
  /** What the policy says of drift, section by section. */
  readonly drift: DriftRules;
  /** What makes the plan more than routine, for instance a DNS change where the management path is a tunnel. */
  readonly risks: readonly string[];
  /** Budgets that the plan exceeds: it needs an approval of its own then. */
  readonly overBudget: readonly Reason<'OverChangeBudget' | 'OverDeletionBudget'>[];
}

/**
 * Whose consent opened the gate, and when it was complete: the last commit that counts was seen, or else since when
 * the standing word counts.
 */
export interface Approval {
  readonly used: readonly SpentApproval[];
  readonly by: string;
  readonly approvedAt: Instant;
  /** When what people said expires; null: the standing word of a policy does not. */
  readonly endsAt: Instant | null;
}

/** So many attempts that end alike before their first write, and the plan waits for a person. */
export const ARMS_BEFORE_GIVING_UP = 5;

/**
 * Opens when exactly this plan may be applied to this device now, with who consented (approval.md §2-§5). `policies`
 * are those that match the device: every one that counts for a section of the plan must be satisfied, and every
 * section must have one.
 */
export function approvalGate(
  plan: TouchedByPlan,
  facts: ApprovalFacts,
  policies: readonly ApprovalRule[],
  now: Instant,
): Gate<Approval> {
  const setbacks = setbacksOf(facts);
  const { rules, uncovered } = rulesFor(plan, policies);
  if (rules.length === 0 || uncovered.length > 0) {
    const none: Reason = { code: 'NoApprovalPolicy', device: facts.device, sections: uncovered };
    return { open: false, reasons: [...setbacks.reasons, none] };
  }
  const notAuto = notAutoReasons(plan, facts, setbacks);
  const missing: Reason[] = [];
  const used = new Map<string, SpentApproval>();
  let completeAt: Instant | null = null;
  let endsAt: Instant | null = null;
  let personNeeded = false;
  for (const rule of rules) {
    const standing = isStanding(rule, facts);
    if (standing && notAuto.length === 0) {
      used.set(`auto ${rule.policy}`, { kind: 'auto', by: rule.policy });
      continue;
    }
    const judged = judgeConsents(facts.consents, byHand(rule), consentFacts(facts, setbacks), now);
    if (judged.open) {
      endsAt = Math.min(endsAt ?? judged.endsAt, judged.endsAt);
      for (const consent of judged.value) {
        const { id, firstSeenAt } = consent;
        used.set(id, spentOf(consent));
        completeAt = Math.max(completeAt ?? firstSeenAt, firstSeenAt);
      }
      continue;
    }
    personNeeded = true;
    // Where the lab's standing word would do, what keeps it from counting is the reason.
    if (!standing) missing.push(...judged.reasons);
  }
  if (personNeeded) return { open: false, reasons: [...notAuto, ...missing, ...closedReasons(facts)] };
  const by = [...new Set([...used.values()].map((each) => each.by))].join(', ');
  // What people said, they said then, also where the plan comes up again or the device comes back only now.
  const approvedAt = completeAt ?? standingSinceOf(facts);
  return { open: true, value: { used: [...used.values()], by, approvedAt, endsAt } };
}

/** Why one more consent would bring a plan no nearer, by the policies that ask; none: it would. */
export function whyUselessFor(
  one: HeldConsent,
  plan: TouchedByPlan,
  facts: ApprovalFacts,
  policies: readonly ApprovalRule[],
  now: Instant,
): readonly { readonly policy: string; readonly why: Uncounted }[] {
  const setbacks = setbacksOf(facts);
  const { rules } = rulesFor(plan, policies);
  const alone = notAutoReasons(plan, facts, setbacks).length === 0;
  const useless = rules.map((rule) => ({
    policy: rule.policy,
    why:
      alone && isStanding(rule, facts)
        ? ('EnoughGiven' as const)
        : whyUseless(one, facts.consents, byHand(rule), consentFacts(facts, setbacks), now),
  }));
  const told = useless.flatMap(({ policy, why }) => (why === null ? [] : [{ policy, why }]));
  if (told.length < useless.length) return [];
  const others = told.filter(({ why }) => why !== 'EnoughGiven');
  return others.length > 0 ? others : told;
}

/** Whether the policy's own word could do. */
function isStanding({ auto }: ApprovalRule, { environment }: ApprovalFacts): boolean {
  return auto && environment === 'lab';
}

function byHand(rule: ApprovalRule): ConsentRule {
  return rule.auto ? { ...rule, ...BY_HAND } : rule;
}

function consentFacts(facts: ApprovalFacts, setbacks: Setbacks): ConsentFacts {
  return { ...facts, validFrom: setbacks.at, ownOnly: facts.overBudget.length > 0 };
}

function notAutoReasons(plan: TouchedByPlan, facts: ApprovalFacts, setbacks: Setbacks): readonly Reason[] {
  return [...setbacks.reasons, ...riskReasons(facts), ...(facts.driftOnly ? driftReasons(plan, facts) : [])];
}

/** An operator's word that the plan may be tried again makes the standing word as new as that. */
function standingSinceOf({ standingSince, lastAttempt }: ApprovalFacts): Instant {
  return Math.max(standingSince, lastAttempt?.retriedAt ?? 0);
}

/** Whether the plan needs nobody's consent on this device, as long as nothing speaks against it. */
export function isAutomatic(
  plan: TouchedByPlan,
  environment: ApprovalFacts['environment'],
  policies: readonly ApprovalRule[],
): boolean {
  const { rules, uncovered } = rulesFor(plan, policies);
  return environment === 'lab' && rules.length > 0 && uncovered.length === 0 && rules.every(({ auto }) => auto);
}

/**
 * Consents to this plan that are refused for good because their signers brought the change, and are not remembered as
 * that yet.
 */
export function refusedApprovals(
  plan: TouchedByPlan,
  { consents, authors }: ApprovalFacts,
  policies: readonly ApprovalRule[],
): readonly HeldConsent['id'][] {
  const rules = rulesFor(plan, policies).rules.filter(({ auto }) => !auto);
  return refusedForAuthorship(consents, rules, authors);
}

interface Matching {
  readonly rules: readonly ApprovalRule[];
  /** Sections of the plan that no policy counts for. */
  readonly uncovered: readonly SectionName[];
}

function rulesFor({ changes }: TouchedByPlan, policies: readonly ApprovalRule[]): Matching {
  const menus = new Set(changes.map(({ menu }) => menu));
  const touched = SECTION_NAMES.filter((section) => menusOfSection(section).some((menu) => menus.has(menu)));
  const covers = ({ sections }: ApprovalRule, section: SectionName): boolean => sections?.includes(section) ?? true;
  return {
    rules: policies.filter((rule) => rule.sections === null || touched.some((section) => covers(rule, section))),
    uncovered: touched.filter((section) => !policies.some((rule) => covers(rule, section))),
  };
}

/** What an `auto` policy asks for when it can't stand by itself. */
export const BY_HAND = {
  people: [],
  roles: ['approver'],
  required: 1,
  excludeAuthors: false,
  who: '1 of role approver',
} as const satisfies Partial<ConsentRule>;

interface Setbacks {
  readonly reasons: readonly Reason[];
  /** Consents first seen at or before this time are void. */
  readonly at: Instant | null;
}

/** A plan that was tried and did not stay is not tried again until somebody approves anew (approval.md §5). */
function setbacksOf({ confirmedAt, lastAttempt, recent, voided, driftOnly }: ApprovalFacts): Setbacks {
  const reasons: Reason[] = [];
  // The plan came back after it was done, or after another was: an approval that was left over was for that time.
  const times: Instant[] = confirmedAt === null ? [] : [confirmedAt];
  const because = lastAttempt?.endReason ?? 'no reason on record';
  if (lastAttempt?.end === 'undone') {
    times.push(lastAttempt.endedAt ?? 0);
    // Correcting drift never goes on after a rollback of the same plan, whoever has it retried.
    if (lastAttempt.retriedAt === undefined || driftOnly) reasons.push({ code: 'RolledBack', because });
  }
  if (lastAttempt?.end === 'stalled') {
    times.push(lastAttempt.endedAt ?? 0);
    reasons.push({ code: 'Stalled', because });
  }
  const [newest] = recent;
  const same = recent.filter(({ end, endReason }) => end === 'closed' && endReason === newest?.endReason);
  if (same.length >= ARMS_BEFORE_GIVING_UP) {
    times.push(newest?.endedAt ?? 0);
    const alike = newest?.endReason ?? '';
    reasons.push({ code: 'ArmKeepsFailing', attempts: ARMS_BEFORE_GIVING_UP, because: alike, purpose: 'apply' });
  }
  if (voided !== null) {
    times.push(voided.at);
    // A change that failed in its rollout is told by its own attempt.
    const isOver = voided.at <= (lastAttempt?.retriedAt ?? 0);
    if (reasons.length === 0 && !isOver) reasons.push({ code: 'TakenOut', because: voided.reason });
  }
  return { reasons, at: times.length === 0 ? null : Math.max(...times) };
}

/** An attempt that wrote nothing has used its approvals all the same. */
function closedReasons({ lastAttempt, consents }: ApprovalFacts): readonly Reason[] {
  if (lastAttempt?.end !== 'closed' || consents.every(({ spentBy }) => spentBy === null)) return [];
  return [{ code: 'AttemptClosed', because: lastAttempt.endReason ?? 'no reason on record' }];
}

function riskReasons({ risks, overBudget }: ApprovalFacts): readonly Reason[] {
  const reasons: Reason[] = [];
  if (risks.length > 0) reasons.push({ code: 'HighRisk', risks });
  const own = 'Or approve it by itself: an approval that names this plan, not the fleet plan.';
  reasons.push(...overBudget.map(({ code, message }): Reason => ({ code, message: `${message} ${own}` })));
  return reasons;
}

/** Correcting drift needs standing authority, and to delete for it needs its own word (approval.md §5). */
function driftReasons({ changes }: TouchedByPlan, { drift }: ApprovalFacts): readonly Reason[] {
  const scopes = changes.map(({ menu, kind }) => ({ kind, ...driftScopeOf(drift, menu) }));
  const others = new Set(scopes.map(({ mode }) => mode).filter((mode) => mode !== 'correct'));
  if (others.size > 0) return [...others].map((policy): Reason => ({ code: 'DriftNotCorrected', policy }));
  if (scopes.some(({ kind, deletions }) => kind === 'remove' && deletions === 'refuse')) {
    return [{ code: 'DriftWouldDelete' }];
  }
  return [];
}
