import type { Inventory } from '../desired/inventory.ts';
import type { Gate } from '../policy/gate.ts';
import { refusedForAuthorship, type HeldConsent } from '../policy/consent.ts';
import { controlGate } from '../policy/control-approval.ts';
import type { Instant } from '../ports.ts';
import type { Records } from '../records/store.ts';
import { peopleIn } from '#signatures';
import { CONTROL, type TrustRecord } from '../records/trust.ts';
import { heldBy, ringOf, standingConsents } from './authority.ts';
import { controlAuthors } from './authors.ts';
import type { ControlPlan } from './control-plan.ts';
import { controlRuleOf } from './control-rule.ts';
import type { Candidate } from './judge-candidate.ts';

/** Whether a candidate's control plan is approved, by the roster before it less the keys that are revoked (approval.md §3). */
export async function askControl(
  records: Pick<Records, 'approvals' | 'revocations'>,
  { source, controlAt }: Pick<TrustRecord, 'source' | 'controlAt'>,
  plan: ControlPlan,
  before: Inventory,
  candidate: Candidate,
  now: Instant,
): Promise<Gate<readonly HeldConsent[]>> {
  const given = await records.approvals.consentsFor(source, plan.id, CONTROL);
  const ring = await ringOf(records, before);
  const waiting = candidate.commits.map(({ statement }) => statement);
  const consents = heldBy(ring, standingConsents(given, waiting));
  const authors = controlAuthors(plan, candidate, ring);
  const rule = controlRuleOf(plan, before, candidate.content.inventory);
  const refused = refusedForAuthorship(consents, [rule], authors);
  if (refused.length > 0) await records.approvals.refuse(source, plan.id, CONTROL, refused, now);
  return controlGate({ consents, roster: peopleIn(ring), authors, validFrom: controlAt }, rule, now);
}
