import type { PlanBody, PlanId } from '#differ';
import type { Asked } from '../gates/ask-gates.ts';
import { askBetweenVisits, type News, type WaitingFacts } from '../gates/between-visits.ts';
import type { Outcome } from '../observed/outcome.ts';
import { reasonsText, toldReasons } from '../policy/reason-text.ts';
import type { DeviceName, Instant } from '../ports.ts';
import { REASONS, type Reason, type ToldReason } from '../reasons.ts';
import type { PlanEntry } from '../records/plans.ts';
import { standingConsents } from '../trust/authority.ts';
import type { QueryContext } from './context.ts';
import { listedDevices, readAtOf, unknownsOf } from './device-views.ts';
import type { Judged } from './obstacles.ts';
import { isWaiting, newsSince } from './reports-now.ts';

/** The plan of one device as it can be approved: with the body that its id is made of. */
export interface ApprovablePlan {
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** Secrets in it are sealed. */
  readonly body: PlanBody;
  readonly critical: boolean;
  /** When the router was read for it. */
  readonly readAt: Instant;
  /** The device does not answer now; this is from its last read. */
  readonly offline: boolean;
  /** A newer plan took its place: approving it does nothing. */
  readonly superseded: boolean;
  /** Its id holds the policies that the control plan brings: it counts once that does. */
  readonly withControl: boolean;
  readonly waitsFor: readonly ToldReason[];
}

/** A plan that could be approved. */
export interface Candidate {
  readonly plan: ApprovablePlan;
  /** What an approval of it would be judged by. */
  readonly judged: Judged;
  /** Null: it is part of a fleet plan. */
  readonly apart: Apart | null;
}

/** Why an approval says nothing about a device, and whether it waits for one all the same. */
export interface Apart {
  readonly why: string;
  readonly waits: boolean;
}

/** A device that an approval says nothing about, though it may need something. */
export interface ExcludedDevice extends Apart {
  readonly device: DeviceName;
  /** False: it was not read, so nobody knows what it would need. */
  readonly read: boolean;
}

/** Every plan that could be approved now, and the devices that may need something and have none. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly ExcludedDevice[];
}

/** Current plans by what the last visits found; of offline devices from their last read. */
export async function candidatesOf(api: QueryContext): Promise<Candidates> {
  const unread = new Map(unknownsOf(api).unread.map((each) => [each.device, each]));
  const current = new Map((await api.store.plans.listCurrent()).map((record) => [record.device, record]));
  const visits = listedDevices(api.fleet).flatMap((device) => api.fleet.visitOf(device)?.at ?? []);
  const news = await newsSince(api, Math.min(api.clock.now(), ...visits));
  const candidates: Candidate[] = [];
  const excluded: ExcludedDevice[] = [];
  for (const device of listedDevices(api.fleet)) {
    const outcome = api.fleet.visitOf(device)?.outcome;
    const gap = unread.get(device);
    if (gap !== undefined) {
      const why = `was not read: ${gap.message}`;
      if (outcome?.kind !== 'Suspended') excluded.push({ device, why, read: false, waits: false });
      continue;
    }
    const candidate = outcome === undefined ? null : await candidateOf(api, news, device, outcome, current.get(device));
    if (candidate !== null) candidates.push(candidate);
    else if (outcome !== undefined && REPLANNED.includes(outcome.kind)) {
      excluded.push({ device, why: 'is planned anew at this moment: ask again', read: true, waits: true });
    }
  }
  return { candidates, excluded };
}

/** Tried a moment ago, or with a plan whose place another one takes just now. */
const REPLANNED: readonly Outcome['kind'][] = ['RolledBack', 'Closed', 'Waiting'];

async function candidateOf(
  api: QueryContext,
  news: News,
  device: DeviceName,
  outcome: Outcome,
  current: PlanEntry | undefined,
): Promise<Candidate | null> {
  const target = api.fleet.targetOf(device);
  if (target === null) return null;
  const plan = {
    device,
    critical: api.fleet.specOf(device)?.critical === true,
    readAt: readAtOf(api, device) ?? api.clock.now(),
    superseded: false,
    withControl: false,
  };
  if (isWaiting(outcome)) {
    const record = current?.id === outcome.planId ? await api.store.plans.get(current.id) : null;
    if (record === null) return null;
    const { id: planId, body } = record;
    const judged = { id: planId, target, facts: await withConsents(api, planId, device, outcome.facts), news };
    const { reasons, approval } = asOfNow(judged);
    return {
      plan: { ...plan, planId, body, offline: false, waitsFor: toldReasons(reasons) },
      judged,
      apart: whyApart(reasons, approval !== null, device),
    };
  }
  if (outcome.kind !== 'Deferred' || outcome.preview === null) return null;
  const { planId, body, facts } = outcome.preview;
  const { code, message } = outcome.failure;
  const judged = { id: planId, target, facts: await withConsents(api, planId, device, facts), news };
  const asked = asOfNow(judged);
  return {
    plan: { ...plan, planId, body, offline: true, waitsFor: [{ code, message }] },
    judged,
    apart:
      asked.of('approval').length === 0
        ? { why: 'is offline, and is approved already: it catches up when it answers', waits: false }
        : whyApart(asked.reasons, false, device),
  };
}

function asOfNow({ id, target, facts, news }: Judged): Asked {
  return askBetweenVisits(facts, id, target, news);
}

/** With what was approved since the visit. */
export async function withConsents(
  { store, fleet }: QueryContext,
  id: PlanId,
  device: DeviceName,
  facts: WaitingFacts,
): Promise<WaitingFacts> {
  const given = await store.approvals.consentsFor(fleet.source, id, device);
  const standing = standingConsents(given, fleet.sourceStatus()?.pending ?? []);
  // Whose keys they are, those say who judge them.
  const consents = standing.map((consent) => ({ ...consent, holder: null }));
  return { ...facts, approval: { ...facts.approval, consents } };
}

/** Why a plan is no part of a fleet plan by what it waits for; `ready`: its approval is given. */
export function whyApart(reasons: readonly Reason[], ready: boolean, device: DeviceName): Candidate['apart'] {
  const told = reasonsText(reasons);
  if (ready && !reasons.some(({ code }) => code === 'ApprovalEndsFirst'))
    return { why: `is approved already. ${told}`.trim(), waits: false };
  if (reasons.some(({ code }) => REASONS[code].approveAlone))
    return { why: `must be approved by itself: rosctl approve ${device}. ${told}`, waits: true };
  return reasons.some(({ code }) => REASONS[code].clears === 'approval')
    ? null
    : { why: `waits for no approval. ${told}`, waits: false };
}
