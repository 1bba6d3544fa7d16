import type { Inventory } from '../desired/inventory.ts';
import type { Gate } from '../gate.ts';
import type { SignedConsent } from '../policy/consent.ts';
import { controlGate } from '../policy/control-approval.ts';
import type { Instant } from '../ports.ts';
import type { Records } from '../records.ts';
import { peopleIn, signerOf } from '../signatures/key-ring.ts';
import { CONTROL } from '../trust-records.ts';
import { ringOf, standingConsents } from './authority.ts';
import type { ControlPlan } from './control-plan.ts';
import { controlRuleOf } from './control-rule.ts';
import type { Candidate } from './judge-candidate.ts';

/** Whether a candidate's control plan is approved, by the roster before it less the keys that are revoked (approval.md §3). */
export async function askControl(
  records: Pick<Records, 'approvals' | 'revocations' | 'sightings'>,
  source: string,
  plan: ControlPlan,
  before: Inventory,
  candidate: Candidate,
  now: Instant,
): Promise<Gate<readonly SignedConsent[]>> {
  const given = await records.approvals.consentsFor(source, plan.id, CONTROL);
  const waiting = candidate.commits.map(({ commit }) => commit.id);
  const consents = await standingConsents(records, source, given, waiting);
  const ring = await ringOf(records, before);
  const brought = candidate.commits.filter(({ commit }) =>
    (candidate.paths.get(commit.id) ?? []).some((path) => plan.files.includes(path)),
  );
  return controlGate(
    {
      consents: consents.map((consent) => ({ ...consent, signer: signerOf(ring, consent.key, consent.signedWith) })),
      roster: peopleIn(ring),
      authors: { people: brought.map(({ signer }) => signer.person), unknown: brought.length === 0 },
    },
    controlRuleOf(plan, before, candidate.content.inventory),
    now,
  );
}
