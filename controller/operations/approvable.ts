import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import { approvableById } from './approvable-ids.ts';
import { type Apart, type ApprovablePlan, candidatesOf, type ExcludedDevice } from './approvable-plans.ts';
import {
  type ApprovableView,
  asItWillBe,
  type Control,
  controlObstacles,
  controlView,
  membersOf,
  nothing,
  obstaclesTo,
  planView,
  type ReadStanding,
  type Scope,
  viewOf,
} from './approvable-view.ts';
import type { QueryContext } from './context.ts';
import { approvingKey, type Obstacle, obstacleText } from './obstacles.ts';
import { underControl } from './plans-under-control.ts';
import { standingOf, type StandingView } from './trust-views.ts';

/** What an approval is asked about: `key`, the id of the key that would sign it. */
export interface Asked {
  readonly plan: string;
  readonly key?: string | undefined;
}

/**
 * What can be approved now: `fleet`, `control`, a device, a plan id or the beginning of one. A fleet's plans are
 * recorded under the id that is answered. What would not count is left out of a fleet's, and told of anything else.
 * @throws {Failure} `BadRequest`, `NotFound`, `NoRevision`
 */
export async function approvableView(api: QueryContext, { plan: what, key }: Asked): Promise<ApprovableView> {
  const standing = readStanding(api);
  const approving = key === undefined ? null : await approvingKey(api, key);
  const scope: Scope = {
    api,
    standing,
    known: await candidatesOf(api),
    control: controlOf(standing),
    key: approving !== null && 'by' in approving ? approving : null,
    nobody: approving !== null && 'code' in approving ? [approving] : [],
  };
  if (what === 'fleet') return await wholeFleet(scope);
  if (what === 'control')
    return scope.control === null ? nothing(scope, 'control', []) : controlView(scope, scope.control);
  const ofDevice = scope.known.candidates.find(({ plan }) => plan.device === what);
  if (ofDevice !== undefined) return planView(scope, await asItWillBe(scope, ofDevice));
  if (api.fleet.devices().includes(what)) throw withoutPlan(what, scope.known.excluded);
  return await approvableById(scope, what);
}

function readStanding({ fleet, clock }: QueryContext): ReadStanding {
  const standing = standingOf({ fleet, clock });
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

async function wholeFleet(scope: Scope): Promise<ApprovableView> {
  const { api, standing, known, nobody } = scope;
  const { incoming } = api.fleet;
  const plans: ApprovablePlan[] = [];
  const left: ExcludedDevice[] = [...known.excluded];
  for (const each of known.candidates) {
    const candidate = incoming === null ? each : await underControl(api, incoming, each);
    const { device } = each.plan;
    const apart = 'plan' in candidate ? (candidate.apart ?? refused(obstaclesTo(scope, candidate, false))) : candidate;
    if (apart !== null) left.push({ device, read: true, ...apart });
    else if ('plan' in candidate) plans.push(candidate.plan);
  }
  const withoutControl = refused(controlObstacles(scope));
  const control = withoutControl === null ? scope.control : null;
  if (withoutControl !== null) left.unshift({ device: CONTROL_PLAN, read: true, ...withoutControl });
  const members = plans.length + (control === null ? 0 : 1);
  const shown = { excluded: left, obstacles: nobody };
  if (members === 0) return { ...nothing(scope, 'fleet', left), ...shown };
  const view = { ...viewOf(scope, plans, control), ...shown };
  if (members === 1 || nobody.length > 0) return view;
  await api.store.fleetPlans.record({
    id: view.id,
    revision: api.fleet.revision ?? standing.candidate.commit,
    createdAt: api.clock.now(),
    plans: membersOf(plans, control),
  });
  return view;
}

/** As the control plan is called among devices that an approval leaves out. */
const CONTROL_PLAN = 'the control plan';

function refused(against: readonly Obstacle[]): Apart | null {
  return against.length === 0 ? null : { why: against.map(obstacleText).join(' '), waits: true };
}

function withoutPlan(device: DeviceName, excluded: ApprovableView['excluded']): Failure {
  const why = excluded.find((each) => each.device === device)?.why;
  return why === undefined
    ? new Failure('NotFound', `There is no plan for ${device}: it has nothing to change.`)
    : new Failure('NotRead', `${device} ${why}`);
}
