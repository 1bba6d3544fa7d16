import { fleetPlanIdOf, type PlanId } from '#differ';
import { Failure } from '#failure';
import {
  type ApprovablePlan,
  type Candidate,
  type Candidates,
  candidatesOf,
  type ExcludedDevice,
} from './approvable-plans.ts';
import type { QueryContext } from './context.ts';
import type { ToldReason } from '../reasons.ts';
import { missingDevice } from './known-device.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { FleetPlanRecord } from '../records/fleet-plans.ts';
import { CONTROL } from '../records/trust.ts';
import type { ControlBody } from '../trust/control-plan.ts';
import { standingOf, type StandingView } from './trust-views.ts';

/** One id, and everything that it is made of. */
export interface ApprovableView {
  readonly kind: 'device' | 'fleet' | 'control';
  /** Null: nothing waits for approval. */
  readonly id: PlanId | null;
  readonly now: Instant;
  readonly source: string;
  readonly branch: string;
  /** The newest commit of the branch that the controller has seen: the approval must be its child. */
  readonly head: string;
  /** Why that commit does not count; a child of it would not either. */
  readonly refusals: readonly ToldReason[];
  readonly plans: readonly ApprovablePlan[];
  readonly control: { readonly id: PlanId; readonly body: ControlBody } | null;
  /** Devices that this id says nothing about, though they may need something. */
  readonly excluded: readonly ExcludedDevice[];
  /** Who could still give what is missing, in words. */
  readonly missing: readonly string[];
}

/**
 * What can be approved now: `fleet`, `control`, a device, a plan id or the beginning of one. A fleet's plans are
 * recorded under the id that is answered. @throws {Failure} `BadRequest`, `NotFound`, `NoRevision`
 */
export async function approvableView(api: QueryContext, what: string): Promise<ApprovableView> {
  const standing = readStanding(api);
  const known = await candidatesOf(api);
  const control = controlOf(standing);
  if (what === 'fleet') return await wholeFleet(api, standing, known, control);
  if (what === 'control') {
    return control === null ? nothing(api, standing, 'control', []) : viewOf(api, standing, [], control);
  }
  const ofDevice = known.candidates.find(({ plan }) => plan.device === what);
  if (ofDevice !== undefined) return viewOf(api, standing, [ofDevice.plan], null);
  if (api.fleet.devices().includes(what)) throw withoutPlan(what, known.excluded);
  return await byId(api, standing, known, control, what);
}

type Control = NonNullable<ApprovableView['control']>;

/** Where the source stands, once it was read. */
type ReadStanding = StandingView & { readonly candidate: NonNullable<StandingView['candidate']> };

function readStanding({ fleet }: QueryContext): ReadStanding {
  const standing = standingOf(fleet);
  if (standing.trust === null) {
    const how = 'Say where it begins: rosctl trust init COMMIT.';
    throw new Failure('BadRequest', `Nothing of ${standing.source} is trusted yet, so nothing can be approved. ${how}`);
  }
  const { candidate } = standing;
  if (candidate === null) throw new Failure('NoRevision', `The branch ${standing.branch} was not read yet.`);
  return { ...standing, candidate };
}

function controlOf({ control }: StandingView): Control | null {
  return control === null ? null : { id: control.plan.id, body: control.plan.body };
}

async function wholeFleet(
  api: QueryContext,
  standing: ReadStanding,
  { candidates, excluded }: Candidates,
  control: Control | null,
): Promise<ApprovableView> {
  const plans = candidates.filter(({ needsOwnApproval }) => needsOwnApproval === null).map(({ plan }) => plan);
  const apart = candidates.flatMap(({ plan, needsOwnApproval: why }) =>
    why === null ? [] : [{ device: plan.device, why, read: true }],
  );
  const left = [...excluded, ...apart];
  const members = plans.length + (control === null ? 0 : 1);
  if (members === 0) return nothing(api, standing, 'fleet', left);
  if (members === 1) return { ...viewOf(api, standing, plans, control), excluded: left };
  const view = { ...viewOf(api, standing, plans, control), excluded: left };
  await api.store.fleetPlans.record({
    id: view.id,
    revision: api.fleet.revision ?? standing.candidate.commit,
    createdAt: api.clock.now(),
    plans: membersOf(plans, control),
  });
  return view;
}

async function byId(
  api: QueryContext,
  standing: ReadStanding,
  { candidates }: Candidates,
  control: Control | null,
  wanted: string,
): Promise<ApprovableView> {
  const digits = wanted.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{4,64}$/.test(digits)) throw unknownName(api, wanted);
  const latest = await api.store.fleetPlans.latest();
  const whole = digits.length === 64 ? await api.store.fleetPlans.get(`sha256:${digits}`) : null;
  const fleetPlans = new Map([latest, whole].flatMap((record) => (record === null ? [] : [[record.id, record]])));
  const starts = ({ id }: { readonly id: PlanId }): boolean => id.startsWith(`sha256:${digits}`);
  const found: readonly { readonly id: PlanId; readonly name: string; view(): Promise<ApprovableView> }[] = [
    ...candidates.map(({ plan }) => ({
      id: plan.planId,
      name: plan.device,
      view: async () => viewOf(api, standing, [plan], null),
    })),
    ...(control === null
      ? []
      : [{ id: control.id, name: 'control plan', view: async () => viewOf(api, standing, [], control) }]),
    ...[...fleetPlans.values()].map((record) => ({
      id: record.id,
      name: 'fleet plan',
      view: () => recorded(api, standing, candidates, control, record),
    })),
  ].filter(starts);
  const [first, ...others] = found;
  if (first === undefined) throw unknownName(api, wanted);
  if (others.length === 0) return await first.view();
  const names = found.map(({ id, name }) => `${id.slice(7, 7 + digits.length + 6)} (${name})`);
  throw new Failure('BadRequest', `${wanted} could be ${names.join(', ')}. Give more digits.`);
}

/** A fleet plan that somebody was shown before; what has changed since is said of each of its plans. */
async function recorded(
  api: QueryContext,
  standing: ReadStanding,
  candidates: readonly Candidate[],
  control: Control | null,
  record: FleetPlanRecord,
): Promise<ApprovableView> {
  const gone = (device: string): Failure =>
    new Failure(
      'NotFound',
      `What this fleet plan holds for ${device} is no longer known. Approve anew: rosctl approve.`,
    );
  const plans: ApprovablePlan[] = [];
  let held: Control | null = null;
  for (const { device, planId } of record.plans) {
    if (device === CONTROL) {
      if (control?.id !== planId) throw gone('the control plan');
      held = control;
      continue;
    }
    const current = candidates.find(({ plan }) => plan.device === device && plan.planId === planId);
    const stored = current === undefined ? await api.store.plans.get(planId) : null;
    if (current !== undefined) plans.push(current.plan);
    else if (stored?.device === device) {
      const critical = api.fleet.specOf(device)?.critical === true;
      const { body, createdAt: readAt } = stored;
      plans.push({ device, planId, body, critical, readAt, offline: false, superseded: true, waitsFor: [] });
    } else throw gone(device);
  }
  return { ...viewOf(api, standing, plans, held), kind: 'fleet', id: record.id };
}

function viewOf(
  api: QueryContext,
  standing: ReadStanding,
  plans: readonly ApprovablePlan[],
  control: Control | null,
): ApprovableView & { readonly id: PlanId } {
  const [only] = plans;
  const kind = plans.length + (control === null ? 0 : 1) > 1 ? 'fleet' : only === undefined ? 'control' : 'device';
  const members = membersOf(plans, control);
  const [first] = members;
  if (first === undefined) throw new RangeError('no plan to show');
  const reasons = plans.flatMap(({ waitsFor }) => waitsFor.filter(({ code }) => code === 'ApprovalMissing'));
  const asked = [...(control === null ? [] : (standing.control?.reasons ?? [])), ...reasons];
  return {
    ...headOf(api, standing),
    kind,
    id: kind === 'fleet' ? fleetPlanIdOf(members) : first.planId,
    plans,
    control,
    excluded: [],
    missing: [...new Set(asked.map(({ message }) => message))],
  };
}

function nothing(
  api: QueryContext,
  standing: ReadStanding,
  kind: 'fleet' | 'control',
  excluded: ApprovableView['excluded'],
): ApprovableView {
  return { ...headOf(api, standing), kind, id: null, plans: [], control: null, excluded, missing: [] };
}

function headOf({ clock }: QueryContext, { source, branch, candidate, refusals }: ReadStanding) {
  return { now: clock.now(), source, branch, head: candidate.commit, refusals };
}

function membersOf(plans: readonly ApprovablePlan[], control: Control | null): FleetPlanRecord['plans'] {
  return [
    ...plans.map(({ device, planId }) => ({ device, planId })),
    ...(control === null ? [] : [{ device: CONTROL, planId: control.id }]),
  ];
}

function withoutPlan(device: DeviceName, excluded: ApprovableView['excluded']): Failure {
  const why = excluded.find((each) => each.device === device)?.why;
  return why === undefined
    ? new Failure('NotFound', `There is no plan for ${device}: it has nothing to change.`)
    : new Failure('NotRead', `${device} ${why}`);
}

function unknownName(api: QueryContext, wanted: string): Failure {
  const missing = missingDevice(wanted, api.fleet.devices(), api.fleet);
  if (missing.code === 'NoRevision') return missing;
  const nearest = missing.nearest === undefined ? '' : ` Did you mean the device ${missing.nearest}?`;
  return new Failure('NotFound', `There is no plan ${wanted} that could be approved.${nearest}`);
}
