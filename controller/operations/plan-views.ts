import { factsOf, fleetPlanIdOf, maskPlan, shownBody, shownChanges } from '#differ';
import { renderBodyCommands, renderShownText } from '#differ/render';
import { Failure } from '#failure';
import { listedDevices, readAtOf, specOf, unknownsOf, type QueryContext } from './device-views.ts';
import type { ToldReason } from '../reasons.ts';
import { toldReasons } from '../reports/reason-text.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import type { DeviceName } from '../ports.ts';
import type { PlanRecord } from '../records/plans.ts';
import { groupOf } from './plan-groups.ts';
import { statusOf } from '../reconcile/outcome.ts';
import type { PlansView, PlanView } from './views.ts';

type ShownPlan = PlanRecord & Pick<PlanView, 'readAt' | 'offline'>;

/** Every current plan, and the devices whose plan nobody knows. */
export async function planViews(known: QueryContext): Promise<PlansView> {
  const current = await currentPlans(known);
  const plans = current.map(({ id, device, plan, body, readAt, offline }) => ({
    id,
    device,
    critical: specOf(known.fleet, device)?.critical === true,
    changes: plan.changes.length,
    facts: factsOf(body),
    readAt,
    offline,
    waitingFor: waitingFor(known, device),
  }));
  const fleetPlanId =
    plans.length === 0 ? null : fleetPlanIdOf(plans.map(({ id, device }) => ({ device, planId: id })));
  return { fleetPlanId, plans, groups: groupOf(current), ...unknownsOf(known) };
}

/** One plan, by its device, its id or the beginning of one. @throws {Failure} `BadRequest` when that could mean several, `NotFound`, `NoRevision` */
export async function planView(known: QueryContext, wanted: string): Promise<PlanView> {
  const shown = await findPlan(known, wanted);
  const { id, device, revision, createdAt, supersededAt, readAt, offline } = shown;
  return {
    id,
    device,
    revision,
    createdAt,
    supersededAt,
    now: known.clock.now(),
    readAt,
    offline,
    timeZone: specOf(known.fleet, device)?.timeZone ?? null,
    plan: maskPlan(shown.plan),
    body: shownBody(shown.body),
    facts: factsOf(shown.body),
    text: renderShownText({ ...maskPlan(shown.plan), changes: shownChanges(shown.body) }),
    commands: renderBodyCommands(shown.body),
    waitingFor: supersededAt === null ? waitingFor(known, device) : [],
  };
}

/** Of offline devices, what would be done from their last read. A device that is in sync has none, whatever was planned before. */
async function currentPlans(known: QueryContext): Promise<readonly ShownPlan[]> {
  const stored = new Map((await known.store.plans.listCurrent()).map((plan) => [plan.device, plan]));
  return listedDevices(known.fleet).flatMap((device): readonly ShownPlan[] => {
    const outcome = known.lastOf(device)?.outcome;
    if (outcome?.kind === 'InSync' || outcome?.kind === 'Confirmed') return [];
    const offline = outcome?.kind === 'Deferred';
    if (offline && outcome.preview !== null) {
      const { planId, plan, body, revision, readAt } = outcome.preview;
      return [{ id: planId, device, revision, plan, body, createdAt: readAt, supersededAt: null, readAt, offline }];
    }
    const record = stored.get(device);
    if (record === undefined || (offline && outcome.readAt !== null)) return [];
    return [{ ...record, offline, readAt: readAtOf(known, device) ?? record.createdAt }];
  });
}

const WHOLE_ID = /^[0-9a-f]{64}$/;
const SHOWN_DIGITS = 12;

async function findPlan(known: QueryContext, wanted: string): Promise<ShownPlan> {
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
  if (record !== null) return { ...record, offline: false, readAt: record.createdAt };
  throw noPlan(known, wanted);
}

function noPlan(known: QueryContext, wanted: string): Failure {
  if (!deviceIn(known.fleet, wanted)) {
    const missing = missingDevice(wanted, known.fleet.devices(), known.fleet);
    if (missing.code === 'NoRevision') return missing;
    const nearest = missing.nearest === undefined ? '' : ` Did you mean the device ${missing.nearest}?`;
    return new Failure('NotFound', `There is no plan ${wanted}.${nearest} "rosctl plans list" shows those there are.`);
  }
  const [unread] = unknownsOf(known, [wanted]).unread;
  return unread === undefined
    ? new Failure('NotFound', `There is no plan for ${wanted}: it has nothing to change.`)
    : new Failure(
        'NotRead',
        `Whether ${wanted} has something to change is not known, because it was not read: ${unread.message}`,
      );
}

function waitingFor(known: QueryContext, device: DeviceName): readonly ToldReason[] {
  const outcome = known.lastOf(device)?.outcome;
  switch (outcome?.kind) {
    case 'Deferred':
      return [{ code: outcome.failure.code, message: statusOf(outcome).message }];
    case 'Waiting':
    case 'Stalled':
      return toldReasons(outcome.reasons);
    case 'Suspended':
      return [{ code: 'Suspended', message: outcome.reason }];
    default:
      return [];
  }
}
