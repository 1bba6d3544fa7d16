import {
  factsOf,
  fleetPlanIdOf,
  groupDevices,
  maskPlan,
  shownBody,
  shownChanges,
  shownHeldBack,
  type ShownPlan,
} from '#differ';
import { planCostOf } from '../apply/plan-cost.ts';
import { Failure } from '#failure';
import type { QueryContext } from './context.ts';
import { listedDevices, readAtOf, unknownsOf } from './device-views.ts';
import type { ToldReason } from '../reasons.ts';
import { reasonText, toldReasons } from '../policy/reason-text.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import type { PlanDigest } from './plan-digests.ts';
import type { DeviceName } from '../ports.ts';
import type { PlanEntry, PlanRecord } from '../records/plans.ts';
import { type Preview, statusOf } from '../observed/outcome.ts';
import type { PlanGroup, PlanSummary, PlanGroupsView, PlansView, PlanView } from './views.ts';

/** A plan that counts now: in the store, or of an offline device in memory. */
interface CurrentPlan extends PlanEntry, Pick<PlanView, 'readAt' | 'offline'> {
  readonly preview: Preview | null;
}

type DigestedPlan = CurrentPlan & PlanDigest;

/** Every current plan, and the devices whose plan nobody knows. No plan is read that was listed before. */
export async function plansView(known: QueryContext): Promise<PlansView> {
  const current = await known.plans.digested(await currentPlans(known));
  return { ...listOf(known, current), groups: groupsOf(current).map(({ group }) => group), ...unknownsOf(known) };
}

/** The same with what each group does, which is read from one plan of it. */
export async function planGroupsView(known: QueryContext): Promise<PlanGroupsView> {
  const current = await known.plans.digested(await currentPlans(known));
  const groups = [];
  for (const { group, first } of groupsOf(current)) {
    const whole = await wholeOf(known, first);
    if (whole === null) continue;
    groups.push({ ...group, plan: sharedPlanOf(whole) });
  }
  return { ...listOf(known, current), groups, ...unknownsOf(known) };
}

/** What a plan has in common with those that differ only in the device, as it may be shown. */
export function sharedPlanOf({ plan, body }: Pick<PlanRecord, 'plan' | 'body'>): ShownPlan {
  const { released, frozen } = maskPlan(plan);
  return { changes: shownChanges(body), ...shownHeldBack(body), extras: [], released, frozen };
}

function listOf(known: QueryContext, current: readonly DigestedPlan[]): Pick<PlansView, 'fleetPlanId' | 'plans'> {
  const plans = current.map(({ id, device, changes, facts, readAt, offline }) => ({
    id,
    device,
    critical: known.fleet.specOf(device)?.critical === true,
    changes,
    facts,
    readAt,
    offline,
    waitingFor: waitingFor(known, device),
  }));
  const ids = plans.map(({ id, device }) => ({ device, planId: id }));
  return { fleetPlanId: ids.length === 0 ? null : fleetPlanIdOf(ids), plans };
}

function groupsOf(
  current: readonly DigestedPlan[],
): readonly { readonly group: PlanGroup; readonly first: DigestedPlan }[] {
  const gone = new Set(current.filter(({ offline }) => offline).map(({ device }) => device));
  return groupDevices(current).map(({ devices, first }) => ({
    group: { devices, offline: devices.filter((device) => gone.has(device)), changes: first.changes },
    first,
  }));
}

/** The current plan of one device in short; null: it has none that is known. */
export async function planSummaryOf(known: QueryContext, device: DeviceName): Promise<PlanSummary | null> {
  const current = (await currentPlans(known)).filter((plan) => plan.device === device);
  const [summary] = listOf(known, await known.plans.digested(current)).plans;
  return summary ?? null;
}

/**
 * One plan, by its device, its id or the beginning of one. @throws {Failure} `BadRequest` when that could mean several,
 * `NotFound`, `NoRevision`
 */
export async function planView(known: QueryContext, wanted: string): Promise<PlanView> {
  const shown = await findPlan(known, wanted);
  const { id, device, revision, createdAt, supersededAt, readAt, offline } = shown;
  const whole = await wholeOf(known, shown);
  if (whole === null) throw noPlan(known, wanted);
  return {
    id,
    device,
    revision,
    createdAt,
    supersededAt,
    now: known.clock.now(),
    readAt,
    offline,
    timeZone: known.fleet.specOf(device)?.timeZone ?? null,
    plan: maskPlan(whole.plan),
    body: shownBody(whole.body),
    facts: factsOf(whole.body),
    cost: planCostOf(whole.plan, whole.body),
    waitingFor: supersededAt === null ? waitingFor(known, device) : [],
  };
}

/**
 * Of offline devices, what would be done from their last read. A device that is in sync has none, whatever was planned
 * before.
 */
async function currentPlans(known: QueryContext): Promise<readonly CurrentPlan[]> {
  const stored = new Map((await known.store.plans.listCurrent()).map((plan) => [plan.device, plan]));
  return listedDevices(known.fleet).flatMap((device): readonly CurrentPlan[] => {
    const outcome = known.fleet.visitOf(device)?.outcome;
    if (outcome?.kind === 'InSync' || outcome?.kind === 'Confirmed') return [];
    const offline = outcome?.kind === 'Deferred';
    if (offline && outcome.preview !== null) {
      const { preview } = outcome;
      const { planId: id, revision, readAt } = preview;
      return [{ id, device, revision, createdAt: readAt, supersededAt: null, readAt, offline, preview }];
    }
    const entry = stored.get(device);
    if (entry === undefined || (offline && outcome.readAt !== null)) return [];
    return [{ ...entry, offline, readAt: readAtOf(known, device) ?? entry.createdAt, preview: null }];
  });
}

async function wholeOf(
  { store }: QueryContext,
  { id, preview }: CurrentPlan,
): Promise<Pick<PlanRecord, 'plan' | 'body'> | null> {
  return preview ?? (await store.plans.get(id));
}

const WHOLE_ID = /^[0-9a-f]{64}$/;
const SHOWN_DIGITS = 12;

async function findPlan(known: QueryContext, wanted: string): Promise<CurrentPlan> {
  const current = await currentPlans(known);
  const ofDevice = current.find((plan) => plan.device === wanted);
  if (ofDevice !== undefined) return ofDevice;
  const digits = wanted.replace(/^sha256:/, '');
  if (digits === '') throw new Failure('BadRequest', 'Name a device, a plan id or the beginning of one.');
  const matching = current.filter((plan) => plan.id.startsWith(`sha256:${digits}`));
  const [first, ...others] = matching;
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) {
    const longest = Math.max(SHOWN_DIGITS, digits.length + 4);
    const candidates = matching.map(({ id, device }) => `${id.slice(7, 7 + longest)} (${device})`);
    throw new Failure('BadRequest', `${wanted} could be ${candidates.join(', ')}. Give more digits, or the device.`);
  }
  const record = WHOLE_ID.test(digits) ? await known.store.plans.get(`sha256:${digits}`) : null;
  if (record !== null) return { ...record, offline: false, readAt: record.createdAt, preview: null };
  throw noPlan(known, wanted);
}

function noPlan(known: QueryContext, wanted: string): Failure {
  if (!deviceIn(known.fleet, wanted)) {
    const missing = missingDevice(wanted, known.fleet.devices(), known.fleet);
    if (missing.code === 'NoRevision') return missing;
    const nearest = missing.nearest === undefined ? '' : ` Did you mean the device ${missing.nearest}?`;
    return new Failure('NotFound', `There is no plan ${wanted}.${nearest} "rosctl plans list" shows those there are.`);
  }
  const outcome = known.fleet.visitOf(wanted)?.outcome;
  const heldBack = outcome?.kind === 'InSync' || outcome?.kind === 'Confirmed' ? outcome.heldBack : undefined;
  if (heldBack !== undefined) return new Failure('NotFound', `There is no plan for ${wanted}. ${reasonText(heldBack)}`);
  const [unread] = unknownsOf(known, [wanted]).unread;
  return unread === undefined
    ? new Failure('NotFound', `There is no plan for ${wanted}: it has nothing to change.`)
    : new Failure(
        'NotRead',
        `Whether ${wanted} has something to change is not known, because it was not read: ${unread.message}`,
      );
}

function waitingFor(known: QueryContext, device: DeviceName): readonly ToldReason[] {
  const outcome = known.fleet.visitOf(device)?.outcome;
  switch (outcome?.kind) {
    case 'Deferred':
      return [{ code: outcome.failure.code, message: statusOf(outcome).message }];
    case 'Waiting':
    case 'Stalled':
      return toldReasons(outcome.reasons);
    case 'RolledBack':
      return [{ code: 'RolledBack', message: statusOf(outcome).message }];
    case 'Suspended':
      return [{ code: 'Suspended', message: outcome.reason }];
    default:
      return [];
  }
}
