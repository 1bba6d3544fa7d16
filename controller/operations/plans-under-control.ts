import { planIdOf } from '#differ';
import type { Inventory } from '../desired/inventory.ts';
import { askBetweenVisits, type News, type WaitingFacts } from '../gates/between-visits.ts';
import { bodyUnder } from '../reconcile/plan-body.ts';
import { sameDesired } from '../records/digest.ts';
import { type Apart, type Candidate, whyApart, withConsents } from './approvable-plans.ts';
import type { QueryContext } from './context.ts';
import { newsSince } from './reports-now.ts';

/**
 * A plan as the control plan that waits will make it: under its policies, with the id that the plan has once that
 * counts, to be judged by its people. Until then nothing of it acts. The plan itself where both are the same.
 */
export async function underControl(
  api: QueryContext,
  incoming: Inventory,
  candidate: Candidate,
): Promise<Candidate | Apart> {
  const { plan, judged } = candidate;
  const target = api.fleet.incomingTargetOf(plan.device);
  if (target === null) return { why: 'leaves the fleet with the control plan', waits: true };
  if (!sameDesired(judged.target.desired, target.desired))
    return { why: 'the control plan changes what is desired of it: it is planned anew once that counts', waits: true };
  const body = bodyUnder(target, plan.body);
  const id = planIdOf(body);
  if (id === plan.planId) return candidate;
  const news = await newsOf(api, incoming, judged.news);
  const facts = await factsUnder(api, candidate, id, target);
  const { reasons, of } = askBetweenVisits(facts, id, target, news);
  return {
    plan: { ...plan, planId: id, body, withControl: true },
    judged: { id, target, facts, news },
    apart:
      of('approval').length === 0
        ? { why: 'is approved already, and that counts once the control plan does', waits: false }
        : whyApart(reasons, false, plan.device),
  };
}

async function newsOf(api: QueryContext, incoming: Inventory, news: News): Promise<News> {
  const { roster, held } = await newsSince({ ...api, fleet: { ...api.fleet, inventory: incoming } }, news.now);
  return { ...news, roster, held };
}

/** Consents to the id that it will have, whoever gave them by then. */
async function factsUnder(
  api: QueryContext,
  { judged, plan: { device } }: Candidate,
  id: Candidate['judged']['id'],
  target: Candidate['judged']['target'],
): Promise<WaitingFacts> {
  const { approval, ...facts } = await withConsents(api, id, device, judged.facts);
  const { environment, rollout } = target;
  return { ...facts, approval: { ...approval, environment, driftPolicy: rollout.drift, outdated: [] } };
}
