import { fleetPlanIdOf, type PlanId } from '#differ';
import type { ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';
import type { FleetPlanRecord } from '../records/fleet-plans.ts';
import { CONTROL } from '../records/trust.ts';
import type { ControlBody } from '../trust/control-plan.ts';
import type { ApprovablePlan, Candidate, Candidates, ExcludedDevice } from './approvable-plans.ts';
import type { QueryContext } from './context.ts';
import { type ApprovingKey, controlObstacle, hindrances, type Obstacle, obstacles } from './obstacles.ts';
import { underControl } from './plans-under-control.ts';
import type { StandingView } from './trust-views.ts';

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
  /** Commands that mend the branch then; none: no command does. */
  readonly mend: readonly string[];
  readonly plans: readonly ApprovablePlan[];
  readonly control: { readonly id: PlanId; readonly body: ControlBody } | null;
  /** Devices that this id says nothing about, though they may need something. */
  readonly excluded: readonly ExcludedDevice[];
  /** Whose approval it was judged as; null: that was not asked, or it is nobody's. */
  readonly signer: string | null;
  /** Why an approval of it would not count; none: it would. */
  readonly obstacles: readonly Obstacle[];
  /** Who could still give what is missing, in words. */
  readonly missing: readonly string[];
}

/** The control plan that waits. */
export type Control = NonNullable<ApprovableView['control']>;

/** What one question is answered from. */
export interface Scope {
  readonly api: QueryContext;
  readonly standing: ReadStanding;
  readonly known: Candidates;
  readonly control: Control | null;
  /** Whose approval it would be; null: that is not known. */
  readonly key: ApprovingKey | null;
  /** Why nothing that the key signs is an approval. */
  readonly nobody: readonly Obstacle[];
}

/** Where the source stands, once it was read. */
export type ReadStanding = StandingView & { readonly candidate: NonNullable<StandingView['candidate']> };

/** The plan as the control plan that waits will make it, where that can be told. */
export async function asItWillBe({ api }: Scope, candidate: Candidate): Promise<Candidate> {
  const { incoming } = api.fleet;
  if (incoming === null) return candidate;
  const next = await underControl(api, incoming, candidate);
  return 'plan' in next ? next : candidate;
}

/** Why an approval of the plan would not count; `own`: it names this very plan. */
export function obstaclesTo({ key }: Scope, { judged }: Candidate, own: boolean): readonly Obstacle[] {
  return key === null ? hindrances(judged) : obstacles(judged, key, own);
}

/** Why an approval of the control plan would not count. */
export function controlObstacles({ api, control, key }: Scope): readonly Obstacle[] {
  const asked = api.fleet.sourceStatus()?.control?.asked;
  if (control === null || key === null || asked === undefined) return [];
  const obstacle = controlObstacle(asked, control.id, key, api.clock.now());
  return obstacle === null ? [] : [obstacle];
}

/** One device plan by itself. */
export function planView(scope: Scope, candidate: Candidate): ApprovableView {
  const against = scope.nobody.length > 0 ? scope.nobody : obstaclesTo(scope, candidate, true);
  return { ...viewOf(scope, [candidate.plan], null), obstacles: against };
}

/** The control plan by itself. */
export function controlView(scope: Scope, control: Control): ApprovableView {
  const against = scope.nobody.length > 0 ? scope.nobody : controlObstacles(scope);
  return { ...viewOf(scope, [], control), obstacles: against };
}

/** These plans under one id. */
export function viewOf(
  scope: Scope,
  plans: readonly ApprovablePlan[],
  control: Control | null,
): ApprovableView & { readonly id: PlanId } {
  const { standing } = scope;
  const [only] = plans;
  const kind = plans.length + (control === null ? 0 : 1) > 1 ? 'fleet' : only === undefined ? 'control' : 'device';
  const members = membersOf(plans, control);
  const [first] = members;
  if (first === undefined) throw new RangeError('no plan to show');
  const reasons = plans.flatMap(({ waitsFor }) => waitsFor.filter(({ code }) => code === 'ApprovalMissing'));
  const asked = [...(control === null ? [] : (standing.control?.reasons ?? [])), ...reasons];
  return {
    ...headOf(scope),
    kind,
    id: kind === 'fleet' ? fleetPlanIdOf(members) : first.planId,
    plans,
    control,
    excluded: [],
    obstacles: [],
    missing: [...new Set(asked.map(({ message }) => message))],
  };
}

/** No plan waits. */
export function nothing(scope: Scope, kind: 'fleet' | 'control', excluded: ApprovableView['excluded']): ApprovableView {
  return { ...headOf(scope), kind, id: null, plans: [], control: null, excluded, obstacles: [], missing: [] };
}

function headOf({ api: { clock }, key, standing: { source, branch, candidate, refusals, mend } }: Scope) {
  return { now: clock.now(), source, branch, head: candidate.commit, refusals, mend, signer: key?.person ?? null };
}

/** The pairs that a fleet plan is made of. */
export function membersOf(plans: readonly ApprovablePlan[], control: Control | null): FleetPlanRecord['plans'] {
  return [
    ...plans.map(({ device, planId }) => ({ device, planId })),
    ...(control === null ? [] : [{ device: CONTROL, planId: control.id }]),
  ];
}
