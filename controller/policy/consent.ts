import type { PlanId } from '#differ';
import type { Gate } from './gate.ts';
import type { Instant } from '../ports.ts';
import type { ConsentsMissing, Reason } from '../reasons.ts';
import type { PairConsent } from '../records/approvals.ts';
import type { Signer } from '#signatures';

/** Who brought a change, by every name that they had or have; `unknown`: nobody can tell all of them. */
export interface Authors {
  readonly people: readonly string[];
  /** Those of them who are authors for good: what the others brought waits, and may leave the branch. */
  readonly lasting: readonly string[];
  readonly unknown: boolean;
}

/** Where no policy keeps authors from approving, nobody looks for them. */
export const NO_AUTHORS: Authors = { people: [], lasting: [], unknown: false };

/** A consent with whom its proof belongs to now; null: nobody any more, or the key was revoked. */
export interface HeldConsent extends PairConsent {
  readonly holder: Pick<Signer, 'person' | 'roles'> | null;
}

/** Whose consents, and how many, are asked for. */
export interface ConsentRule {
  /** Which policy asks, for the reason. */
  readonly policy: string;
  /** Whose approval counts: people by name, or everybody with one of the roles. */
  readonly people: readonly string[];
  readonly roles: readonly ('approver' | 'policy')[];
  /** How many different people. */
  readonly required: number;
  readonly excludeAuthors: boolean;
  readonly expiresAfterHours: number;
  /** Who must consent, for the reason: `1 of role approver`. */
  readonly who: string;
}

/** An approval of another plan of the device: told, and never counted. */
export interface OutdatedApproval {
  readonly person: string;
  readonly planId: PlanId;
  /** What makes it another plan; absent in older stores. */
  readonly because?: string;
}

/** What consents are judged by besides the rule. */
export interface ConsentFacts {
  /** Everybody with a key that stands; null: the source is a folder, where nobody can approve. */
  readonly roster: readonly Pick<Signer, 'person' | 'roles'>[] | null;
  /** Who changed what is desired of the device since it was last confirmed; of a control plan, who brought it. */
  readonly authors: Authors;
  /** Approvals of earlier plans of the device; looked up only where there is no consent to this one. */
  readonly outdated: readonly OutdatedApproval[];
  /** Consents first seen at or before this time are void; null: none is. */
  readonly validFrom: Instant | null;
  /** Only consents that name this very plan count. */
  readonly ownOnly: boolean;
}

/** Hours that an approval holds where its policy does not say. */
export const APPROVAL_HOURS = 24;

const HOUR_MS = 3_600_000;

/** Why an approval counts only later. */
export const WITH_CONTROL = 'this one is that plan once the control plan counts';

const ANEW = 'approve it anew: `rosctl approve PLAN`';

const MOVED = 'the router or what is asked of it changed since';

/** Why a consent does not count; `next`: what a person can do. Each is found by `whyNot` or `whyUseless` alone. */
export const UNCOUNTED = {
  UsedAlready: { because: 'used already', next: ANEW },
  KeyGone: {
    because: 'its key is revoked or no longer in the roster',
    next: 'sign with a key that counts: `rosctl signers list`',
  },
  BeforeLastTry: { because: 'given before the last try', next: ANEW },
  FleetPlanOnly: {
    because: 'it names the fleet plan, not this one',
    next: 'approve it by itself: `rosctl approve PLAN`',
  },
  NotNamed: {
    because: 'the policy does not name them',
    next: 'ask somebody whom it names: `rosctl signers list`',
  },
  IsAuthor: { because: 'they brought the change', next: 'ask somebody who did not: `rosctl signers list`' },
  RefusedBefore: {
    because: 'refused before, because they had brought the change: approve anew',
    next: ANEW,
  },
  Expired: { because: 'expired', next: ANEW },
  GivenAlready: {
    because: 'they have approved it already, and one person counts once',
    next: 'ask another one: `rosctl signers list`',
  },
  EnoughGiven: { because: 'it is approved already', next: 'see what it waits for: `rosctl status`' },
} as const satisfies Readonly<Record<string, { readonly because: string; readonly next: string }>>;

/** A way in which a consent does not count. */
export type Uncounted = keyof typeof UNCOUNTED;

/** Consents that suffice, and until when they do; or what is missing. */
export type Judged =
  | (Extract<Gate<readonly HeldConsent[]>, { open: true }> & { readonly endsAt: Instant })
  | { readonly open: false; readonly reasons: readonly [Reason<'ApprovalMissing'>] };

/**
 * Opens with the consents of as many different people as the rule asks for; otherwise says who is missing, who could,
 * and why others do not count.
 */
export function judgeConsents(
  consents: readonly HeldConsent[],
  rule: ConsentRule,
  facts: ConsentFacts,
  now: Instant,
): Judged {
  const counted = new Map<string, HeldConsent>();
  const notCounted: { readonly person: string; readonly because: string }[] = facts.outdated.map(
    ({ person, planId, because = MOVED }) => ({
      person,
      because: `of the ${because === WITH_CONTROL ? '' : 'earlier '}plan ${planId.slice(7, 19)}: ${because}`,
    }),
  );
  for (const consent of consents) {
    const why = whyNot(consent, rule, facts, now);
    // The newest of a person's consents counts: it holds longest.
    if (why === null) counted.set(consent.person, consent);
    else if (!notCounted.some((told) => told.person === consent.person && told.because === UNCOUNTED[why].because))
      notCounted.push({ person: consent.person, because: UNCOUNTED[why].because });
  }
  // Whoever brought the change may be among those who approve it: then as many as the rule asks for are one too few.
  const required = rule.excludeAuthors && facts.authors.unknown ? rule.required + 1 : rule.required;
  if (counted.size >= required) {
    const ends = [...counted.values()].map(({ startsAt }) => startsAt + rule.expiresAfterHours * HOUR_MS);
    const [endsAt = now] = ends.toSorted((one, other) => other - one).slice(required - 1);
    return { open: true, value: [...counted.values()], endsAt };
  }
  const able = (facts.roster ?? [])
    .filter(({ person, roles }) => mayApprove(person, roles, rule) && !isAuthor([person], rule, facts.authors))
    .map(({ person }) => person)
    .filter((person) => !counted.has(person));
  const missing = {
    policy: rule.policy,
    who: rule.who,
    withUnknownAuthors: required > rule.required ? required : null,
    given: [...counted.keys()],
    notCounted,
    could: whoCould(facts, able, rule),
  };
  return { open: false, reasons: [{ code: 'ApprovalMissing', ...missing }] };
}

/** Why one more consent would bring a rule no nearer; null: it would. */
export function whyUseless(
  one: HeldConsent,
  consents: readonly HeldConsent[],
  rule: ConsentRule,
  facts: ConsentFacts,
  now: Instant,
): Uncounted | null {
  const judged = judgeConsents(consents, rule, facts, now);
  if (judged.open) return 'EnoughGiven';
  const why = whyNot(one, rule, facts, now);
  if (why !== null) return why;
  return judged.reasons[0].given.includes(one.person) ? 'GivenAlready' : null;
}

function whoCould(
  { roster, authors }: ConsentFacts,
  able: readonly string[],
  rule: ConsentRule,
): ConsentsMissing['could'] {
  if (roster === null) return 'folder';
  if (able.length > 0) return able;
  const authorsOnly = roster.some(
    (each) => mayApprove(each.person, each.roles, rule) && isAuthor([each.person], rule, authors),
  );
  return authorsOnly ? 'authors' : 'nobody';
}

/**
 * Consents that do not count because their signers brought the change, and are not remembered as that yet: they never
 * count for it.
 */
export function refusedForAuthorship(
  consents: readonly HeldConsent[],
  rules: readonly Pick<ConsentRule, 'excludeAuthors'>[],
  authors: Authors,
): readonly HeldConsent['id'][] {
  return consents
    .filter(({ refused, spentBy }) => !refused && spentBy === null)
    .filter((consent) =>
      rules.some((rule) => isAuthor(namesOf(consent), rule, { ...authors, people: authors.lasting })),
    )
    .map(({ id }) => id);
}

function whyNot(consent: HeldConsent, rule: ConsentRule, facts: ConsentFacts, now: Instant): Uncounted | null {
  const { person, holder, startsAt, firstSeenAt, spentBy, own, refused } = consent;
  if (spentBy !== null) return 'UsedAlready';
  if (holder === null || holder.person !== person) return 'KeyGone';
  if (facts.validFrom !== null && firstSeenAt <= facts.validFrom) return 'BeforeLastTry';
  if (facts.ownOnly && !own) return 'FleetPlanOnly';
  if (!mayApprove(person, holder.roles, rule)) return 'NotNamed';
  if (isAuthor(namesOf(consent), rule, facts.authors)) return 'IsAuthor';
  if (refused) return 'RefusedBefore';
  if (startsAt + rule.expiresAfterHours * HOUR_MS <= now) return 'Expired';
  return null;
}

/** A policy can name people, but only those whom the roster lets approve. */
function mayApprove(person: string, roles: Signer['roles'], rule: ConsentRule): boolean {
  if (rule.roles.some((role) => roles.includes(role))) return true;
  return rule.people.includes(person) && (roles.includes('approver') || roles.includes('policy'));
}

function isAuthor(names: readonly string[], rule: Pick<ConsentRule, 'excludeAuthors'>, authors: Authors): boolean {
  return rule.excludeAuthors && names.some((name) => authors.people.includes(name));
}

/** Of the key's holder, then and now. */
function namesOf({ person, holder }: HeldConsent): readonly string[] {
  return holder === null ? [person] : [person, holder.person];
}
