import type { PlanBody, PlanId } from '#differ';
import type { QueryContext } from './context.ts';
import { listedDevices, readAtOf, unknownsOf } from './device-views.ts';
import { REASONS, type ToldReason } from '../reasons.ts';
import { reasonsText, toldReasons } from '../policy/reason-text.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { PlanEntry } from '../records/plans.ts';
import type { Outcome } from '../observed/outcome.ts';

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
  readonly waitsFor: readonly ToldReason[];
}

/** A plan that could be approved. */
export interface Candidate {
  readonly plan: ApprovablePlan;
  /** Why it is no part of a fleet plan; null: it is. */
  readonly needsOwnApproval: string | null;
}

/** A device that an approval says nothing about, though it may need something. */
export interface ExcludedDevice {
  readonly device: DeviceName;
  readonly why: string;
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
  const candidates: Candidate[] = [];
  const excluded: ExcludedDevice[] = [];
  for (const device of listedDevices(api.fleet)) {
    const outcome = api.fleet.visitOf(device)?.outcome;
    const gap = unread.get(device);
    if (gap !== undefined) {
      if (outcome?.kind !== 'Suspended') excluded.push({ device, why: `was not read: ${gap.message}`, read: false });
      continue;
    }
    const candidate = outcome === undefined ? null : await candidateOf(api, device, outcome, current.get(device));
    if (candidate !== null) candidates.push(candidate);
    else if (outcome !== undefined && REPLANNED.includes(outcome.kind)) {
      excluded.push({ device, why: 'is planned anew at this moment: ask again', read: true });
    }
  }
  return { candidates, excluded };
}

/** Tried a moment ago, or with a plan whose place another one takes just now. */
const REPLANNED: readonly Outcome['kind'][] = ['RolledBack', 'Closed', 'Waiting'];

async function candidateOf(
  api: QueryContext,
  device: DeviceName,
  outcome: Outcome,
  current: PlanEntry | undefined,
): Promise<Candidate | null> {
  const facts = {
    device,
    critical: api.fleet.specOf(device)?.critical === true,
    readAt: readAtOf(api, device) ?? api.clock.now(),
    superseded: false,
  };
  if (outcome.kind === 'Waiting') {
    const record = current?.id === outcome.planId ? await api.store.plans.get(current.id) : null;
    if (record === null) return null;
    const { id: planId, body } = record;
    const plan = { ...facts, planId, body, offline: false, waitsFor: toldReasons(outcome.reasons) };
    return { plan, needsOwnApproval: whyNeedsOwnApproval(outcome, device) };
  }
  if (outcome.kind !== 'Deferred' || outcome.preview === null) return null;
  const { planId, body } = outcome.preview;
  const waitsFor = [{ code: outcome.failure.code, message: outcome.failure.message }];
  const plan = { ...facts, planId, body, offline: true, waitsFor };
  return { plan, needsOwnApproval: await whyNeedsOwnApprovalOffline(api, device, planId) };
}

function whyNeedsOwnApproval(
  { reasons, ready }: Extract<Outcome, { kind: 'Waiting' }>,
  device: DeviceName,
): string | null {
  const told = reasonsText(reasons);
  if (ready !== null) return `is approved already. ${told}`;
  if (reasons.some(({ code }) => REASONS[code].approveAlone))
    return `must be approved by itself: rosctl approve ${device}. ${told}`;
  return reasons.some(({ code }) => REASONS[code].clears === 'approval') ? null : `waits for no approval. ${told}`;
}

const HOUR_MS = 3_600_000;

/** The gates of an offline device are asked when it answers; what was approved for it is looked up. */
async function whyNeedsOwnApprovalOffline(
  api: QueryContext,
  device: DeviceName,
  planId: PlanId,
): Promise<string | null> {
  const target = api.fleet.targetOf(device);
  const rules = target?.approvalRules ?? [];
  if (rules.length > 0 && rules.every(({ auto }) => auto && target?.environment === 'lab')) {
    return 'is offline, and its policy approves by itself when it is back';
  }
  const hours = Math.min(...rules.map(({ expiresAfterHours }) => expiresAfterHours));
  const consents = await api.store.approvals.consentsFor(api.fleet.source, planId, device);
  const now = api.clock.now();
  const held = consents.some(({ spentBy, startsAt }) => spentBy === null && startsAt + hours * HOUR_MS > now);
  return held ? 'is approved already, and catches up when it answers' : null;
}
