import { peopleIn, keyRingOf, type StatementId } from '#signatures';
import { refusedForAuthorship, type HeldConsent } from '../policy/consent.ts';
import { type ControlAsked, controlGate } from '../policy/control-approval.ts';
import type { Gate } from '../policy/gate.ts';
import type { Instant } from '../ports.ts';
import type { Reason } from '../reasons.ts';
import type { PairConsent } from '../records/approvals.ts';
import type { Records } from '../records/store.ts';
import { CONTROL } from '../records/trust.ts';
import { heldBy, standingConsents } from './authority.ts';
import { controlAuthors } from './authors.ts';
import type { AsOf, Candidate, CandidateReading, FirstSights, RefusedCandidate } from './candidate.ts';
import { type ControlPlan, controlPlanOf } from './control-plan.ts';
import { controlRuleOf } from './control-rule.ts';
import { planSourceOf } from './in-force.ts';

/** Everything that a candidate is judged by. */
export interface SourceFacts extends AsOf {
  /** What of the candidate steers the controller, and the consents to that; null: nothing does. */
  readonly control: { readonly plan: ControlPlan; readonly consents: readonly PairConsent[] } | null;
}

/** Whether a candidate counts. */
export type SourceVerdict =
  /** It does not, and why. */
  | ({ readonly kind: 'refused' } & Omit<RefusedCandidate, 'ok'>)
  /** It does; with the consents to its control plan if it has one. */
  | {
      readonly kind: 'accepted';
      readonly candidate: Candidate;
      readonly control: { readonly plan: ControlPlan; readonly approved: readonly HeldConsent[] } | null;
      readonly fromAuthors: readonly StatementId[];
    }
  /** What steers the controller waits for consent, and what does not may count. */
  | {
      readonly kind: 'waiting';
      readonly candidate: Candidate;
      readonly control: {
        readonly plan: ControlPlan;
        readonly reasons: readonly Reason[];
        readonly asked: ControlAsked;
      };
      /** Consents that never count for this plan: whoever gave them brought it. */
      readonly fromAuthors: readonly StatementId[];
    };

/** What there is to judge a candidate by. Reads alone. */
export async function factsOf(
  { approvals }: Pick<Records, 'approvals'>,
  asOf: AsOf,
  reading: CandidateReading,
): Promise<SourceFacts> {
  const after = reading.ok ? reading.candidate.content.inventory : asOf.trusted.inventory;
  const switched = reading.ok ? reading.candidate.switched : undefined;
  const plan = controlPlanOf(planSourceOf(asOf.trust), asOf.trusted.inventory, after, switched);
  if (plan === null) return { ...asOf, control: null };
  return { ...asOf, control: { plan, consents: await approvals.consentsFor(asOf.trust.source, plan.id, CONTROL) } };
}

/**
 * First sights for whoever only looks at a candidate: what was never seen is as if it were seen now, and is not noted.
 */
export function sightsWithoutNoting(
  { statements: records }: Pick<Records, 'statements'>,
  source: string,
  now: Instant,
): FirstSights {
  return async (statements) => {
    const unseen = { firstSeenAt: now, acceptedAt: null, withdrawnAt: null };
    const known = await records.known(
      source,
      statements.map(({ statement }) => statement),
    );
    return new Map([...statements.map((each) => [each.statement, { ...each, ...unseen }] as const), ...known]);
  };
}

/**
 * Whether a candidate counts, by what was in force before it: what steers the controller asks for consent of its own
 * (approval.md §3).
 */
export function judgeSource(reading: CandidateReading, facts: SourceFacts): SourceVerdict {
  if (!reading.ok)
    return { kind: 'refused', version: reading.version, reading: reading.reading, reasons: reading.reasons };
  const { candidate } = reading;
  if (facts.control === null) return { kind: 'accepted', candidate, control: null, fromAuthors: [] };
  const { plan } = facts.control;
  const { gate, fromAuthors, asked } = askControl(candidate, facts.control, facts);
  return gate.open
    ? { kind: 'accepted', candidate, control: { plan, approved: gate.value }, fromAuthors }
    : { kind: 'waiting', candidate, control: { plan, reasons: gate.reasons, asked }, fromAuthors };
}

/** By the roster of the trusted head less the keys that are revoked. */
function askControl(
  candidate: Candidate,
  { plan, consents: given }: NonNullable<SourceFacts['control']>,
  { trust, trusted, revoked, now }: AsOf,
): {
  readonly gate: Gate<readonly HeldConsent[]>;
  readonly fromAuthors: readonly StatementId[];
  readonly asked: ControlAsked;
} {
  const before = trusted.inventory;
  const ring = keyRingOf(before.roster?.document ?? null, revoked);
  const waiting = candidate.entries.map(({ statement }) => statement);
  const consents = heldBy(ring, standingConsents(given, waiting));
  const authors = controlAuthors(plan, candidate, ring);
  const rule = controlRuleOf(plan, before, candidate.content.inventory);
  const fromAuthors = refusedForAuthorship(consents, [rule], authors);
  const facts = { consents, roster: peopleIn(ring), authors, validFrom: trust.controlAt };
  return { gate: controlGate(facts, rule, now), fromAuthors, asked: { facts, rule } };
}
