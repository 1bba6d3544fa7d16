import { planIdOf } from '#differ';
import type { Inventory } from '../desired/inventory.ts';
import type { Target } from '../fleet/target.ts';
import { askBetweenVisits, type News, type WaitingFacts } from '../gates/between-visits.ts';
import { type Authors, NO_AUTHORS } from '../policy/consent.ts';
import { toldReasons } from '../policy/reason-text.ts';
import type { DeviceName } from '../ports.ts';
import { bodyUnder } from '../reconcile/plan-body.ts';
import { sameDesired } from '../records/digest.ts';
import { type Apart, type Candidate, whyApart, withConsents } from './approvable-plans.ts';
import type { QueryContext } from './context.ts';
import { newsSince } from './reports-now.ts';

/**
 * A plan as the control plan that waits will make it: with the id that the plan has once that counts, which may be the
 * same, to be judged by the policies and the people that it brings. Until then nothing of it acts.
 */
export async function underControl(
  api: QueryContext,
  incoming: Inventory,
  candidate: Candidate,
): Promise<Candidate | Apart> {
  const { plan, judged } = candidate;
  const { device } = plan;
  const target = api.fleet.incomingTargetOf(device);
  if (target === null) return { why: 'leaves the fleet with the control plan', waits: true };
  if (!sameDesired(judged.target.desired, target.desired))
    return { why: 'the control plan changes what is desired of it: it is planned anew once that counts', waits: true };
  const body = bodyUnder(target, plan.body);
  const id = planIdOf(body);
  const news = await newsOf(api, incoming, judged.news);
  const facts = await factsUnder(api, candidate, id, target);
  const { reasons, of } = askBetweenVisits(facts, id, target, news);
  const withControl = id !== plan.planId;
  return {
    plan: { ...plan, planId: id, body, withControl, waitsFor: plan.offline ? plan.waitsFor : toldReasons(reasons) },
    judged: { id, target, facts, news },
    apart:
      of('approval').length === 0 && !reasons.some(({ code }) => code === 'ApprovalEndsFirst')
        ? approvedBy(candidate, withControl)
        : whyApart(reasons, false, device),
  };
}

/** What counts as it stands, and goes on to, waits for what it waits for now. */
function approvedBy({ apart }: Candidate, withControl: boolean): Apart {
  return !withControl && apart?.waits === false
    ? apart
    : { why: 'is approved already, and that counts once the control plan does', waits: false };
}

async function newsOf(api: QueryContext, incoming: Inventory, news: News): Promise<News> {
  const { roster, held } = await newsSince({ ...api, fleet: { ...api.fleet, inventory: incoming } }, news.now);
  return { ...news, roster, held };
}

/** Consents to the id that it will have, whoever gave them by then, and authors by whose their keys are then. */
async function factsUnder(
  api: QueryContext,
  { judged, plan: { device } }: Candidate,
  id: Candidate['judged']['id'],
  target: Target,
): Promise<WaitingFacts> {
  const { approval, ...facts } = await withConsents(api, id, device, judged.facts);
  const { environment } = target;
  const authors = await authorsUnder(api, device, target);
  const outdated = id === judged.id ? approval.outdated : [];
  return { ...facts, approval: { ...approval, authors, environment, outdated } };
}

/** Whoever is left out of the roster, or renamed in it, is an author all the same, unknown or by another name. */
async function authorsUnder(api: QueryContext, device: DeviceName, target: Target): Promise<Authors> {
  if (!target.approvalRules.some(({ excludeAuthors }) => excludeAuthors)) return NO_AUTHORS;
  const since = (await api.store.devices.get(device))?.baseRevision ?? null;
  return await api.fleet.incomingAuthorsOf(device, since);
}
