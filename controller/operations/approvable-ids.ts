import type { PlanId } from '#differ';
import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import type { FleetPlanRecord } from '../records/fleet-plans.ts';
import { CONTROL } from '../records/trust.ts';
import type { ApprovablePlan, Candidate, ExcludedDevice } from './approvable-plans.ts';
import {
  type ApprovableView,
  asItWillBe,
  type Control,
  controlObstacles,
  controlView,
  obstaclesTo,
  planView,
  type Scope,
  viewOf,
} from './approvable-view.ts';
import type { QueryContext } from './context.ts';
import { missingDevice } from './known-device.ts';
import { distinct, type Obstacle, obstacleText } from './obstacles.ts';

/** What has this id, or the beginning of it. @throws {Failure} `NotFound`, `BadRequest`, `NoRevision` */
export async function approvableById(scope: Scope, wanted: string): Promise<ApprovableView> {
  const { api, control } = scope;
  const digits = wanted.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{4,64}$/.test(digits)) throw unknownName(api, wanted);
  const latest = await api.store.fleetPlans.latest();
  const whole = digits.length === 64 ? await api.store.fleetPlans.get(`sha256:${digits}`) : null;
  const fleetPlans = new Map([latest, whole].flatMap((record) => (record === null ? [] : [[record.id, record]])));
  const starts = ({ id }: { readonly id: PlanId }): boolean => id.startsWith(`sha256:${digits}`);
  const candidates = await bothForms(scope);
  const found: readonly { readonly id: PlanId; readonly name: string; view(): Promise<ApprovableView> }[] = [
    ...candidates.map((candidate) => ({
      id: candidate.plan.planId,
      name: candidate.plan.device,
      view: async () => planView(scope, candidate),
    })),
    ...(control === null
      ? []
      : [{ id: control.id, name: 'control plan', view: async () => controlView(scope, control) }]),
    ...[...fleetPlans.values()].map((record) => ({
      id: record.id,
      name: 'fleet plan',
      view: () => recorded(scope, candidates, record),
    })),
  ].filter(starts);
  const [first, ...others] = found;
  if (first === undefined) throw unknownName(api, wanted);
  if (others.length === 0) return await first.view();
  const names = found.map(({ id, name }) => `${id.slice(7, 7 + digits.length + 6)} (${name})`);
  throw new Failure('BadRequest', `${wanted} could be ${names.join(', ')}. Give more digits.`);
}

/** Every plan as the control plan that waits will make it, and as it stands where that has another id. */
async function bothForms(scope: Scope): Promise<readonly Candidate[]> {
  const forms: Candidate[] = [];
  for (const candidate of scope.known.candidates) {
    const next = await asItWillBe(scope, candidate);
    forms.push(next, ...(next.plan.planId === candidate.plan.planId ? [] : [candidate]));
  }
  return forms;
}

/** A fleet plan that somebody was shown before; what has changed since is said of each of its plans. */
async function recorded(
  scope: Scope,
  candidates: readonly Candidate[],
  record: FleetPlanRecord,
): Promise<ApprovableView> {
  const { api, control } = scope;
  const gone = (device: string): Failure =>
    new Failure(
      'NotFound',
      `What this fleet plan holds for ${device} is no longer known. Approve anew: rosctl approve.`,
    );
  const plans: ApprovablePlan[] = [];
  const against: Obstacle[] = [];
  const left: ExcludedDevice[] = [];
  const note = (device: string, [first]: readonly Obstacle[]): void => {
    if (first === undefined) return;
    against.push(first);
    left.push({ device, why: obstacleText(first), read: true, waits: true });
  };
  let held: Control | null = null;
  for (const { device, planId } of record.plans) {
    if (device === CONTROL) {
      if (control?.id !== planId) throw gone('the control plan');
      held = control;
      note('the control plan', controlObstacles(scope));
      continue;
    }
    const current = candidates.find(({ plan }) => plan.device === device && plan.planId === planId);
    const stored = current === undefined ? await api.store.plans.get(planId) : null;
    if (current !== undefined) {
      plans.push(current.plan);
      note(device, obstaclesTo(scope, current, false));
    } else if (stored?.device === device) {
      const critical = api.fleet.specOf(device)?.critical === true;
      const { body, createdAt: readAt } = stored;
      const seen = { offline: false, superseded: true, withControl: false, waitsFor: [] };
      plans.push({ device, planId, body, critical, readAt, ...seen });
      note(device, [superseded(device)]);
    } else throw gone(device);
  }
  // It is worth a signature where it counts for one of them.
  const none = against.length === record.plans.length;
  const blocked = scope.nobody.length > 0 ? scope.nobody : none ? distinct(against) : [];
  return { ...viewOf(scope, plans, held), kind: 'fleet', id: record.id, obstacles: blocked, excluded: left };
}

function superseded(device: DeviceName): Obstacle {
  const message = `The plan of ${device} is no longer current: another one took its place.`;
  return { code: 'Superseded', message, next: 'approve what waits now: `rosctl approve`' };
}

function unknownName(api: QueryContext, wanted: string): Failure {
  const missing = missingDevice(wanted, api.fleet.devices(), api.fleet);
  if (missing.code === 'NoRevision') return missing;
  const nearest = missing.nearest === undefined ? '' : ` Did you mean the device ${missing.nearest}?`;
  return new Failure('NotFound', `There is no plan ${wanted} that could be approved.${nearest}`);
}
