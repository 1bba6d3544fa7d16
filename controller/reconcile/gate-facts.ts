import {
  checkPlan,
  declaredIn,
  nextBase,
  type Plan,
  type PlanBody,
  type PlanId,
  planIdOf,
  type PlanInput,
  type Violation,
} from '#differ';
import type { GateFacts, PlanFacts } from '../gates/gates.ts';
import { type ApprovalFacts, ARMS_BEFORE_GIVING_UP } from '../policy/approval.ts';
import { type Authors, type HeldConsent, NO_AUTHORS } from '../policy/consent.ts';
import type { PathProof } from '../policy/management-facts.ts';
import type { Instant } from '../ports.ts';
import { REASONS } from '../reasons.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { sameDesired } from '../records/digest.ts';
import { lastAttemptFor } from '../records/last-attempt.ts';
import type { Records } from '../records/store.ts';
import { takenBackAt } from '../rollouts/voided.ts';
import { armReasons } from './arm-reasons.ts';
import type { PassContext } from './pass-context.ts';
import { bodyUnder } from './plan-body.ts';
import { HARMLESS, pathProof } from './path-proof.ts';

/** What is known of a router that need not answer now. */
export type Planning = Pick<PassContext, 'ports' | 'target' | 'identity'>;

/** The proof of the management path, which only a router that answers can give. */
type Prove = () => Promise<PathProof>;

/** A plan as it was recorded. */
export interface Recorded {
  readonly id: PlanId;
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly input: PlanInput;
  /** When the plan came up. */
  readonly plannedAt: Instant;
  /** Nothing is desired that is not confirmed already. */
  readonly driftOnly: boolean;
}

/**
 * What the gates of every plan are asked with. Budgets do not count for what takes a change back: that was approved as
 * a whole.
 */
export async function planFacts(
  pass: PassContext,
  id: PlanId,
  plan: Plan,
  input: PlanInput,
): Promise<PlanFacts & Pick<ApprovalFacts, 'overBudget' | 'risks'>> {
  return await factsOfPlan(pass, plan, undefined, input, async () => await pathProof(pass, id, plan, input));
}

/** What a plan would break on its device, budgets among it. */
export function violationsOf(
  { target }: Pick<Planning, 'target'>,
  plan: Plan,
  input: PlanInput,
): ReturnType<typeof checkPlan> {
  const { protectedRows, allowedMenus, rollout } = target;
  const { maxChanges, maxDeletions } = rollout;
  return checkPlan(plan, input, { maxChanges, maxDeletions, protectedRows, allowedMenus });
}

async function factsOfPlan(
  pass: Planning,
  plan: Plan,
  split: PlanBody['split'],
  input: PlanInput,
  prove: Prove,
): Promise<PlanFacts & Pick<ApprovalFacts, 'overBudget' | 'risks'>> {
  const checked = violationsOf(pass, plan, input);
  const violations = checked.filter((violation) => !isBudget(violation));
  const proof = violations.length === 0 ? await prove() : HARMLESS;
  return {
    plan,
    input,
    secrets: pass.ports.ownSecrets,
    violations,
    path: proof.reasons,
    undo: armReasons(plan, split, pass.identity),
    freeze: await pass.ports.store.freeze.get(),
    overBudget: checked.filter(isBudget),
    risks: proof.risks,
  };
}

/** What every gate is asked with when a plan was recorded. */
export async function gateFacts(
  pass: PassContext,
  record: DeviceRecord | null,
  recorded: Recorded,
): Promise<GateFacts> {
  const { id, plan, input } = recorded;
  return await factsOfGates(pass, record, recorded, async () => await pathProof(pass, id, plan, input));
}

/** The same of a device that does not answer: its path is proven when it does. */
export async function offlineFacts(
  pass: Planning,
  record: DeviceRecord | null,
  recorded: Recorded,
): Promise<GateFacts> {
  return await factsOfGates(pass, record, recorded, () => Promise.resolve(HARMLESS));
}

/** Whether nothing is desired that is not confirmed already, but for rows that the plan holds back. */
export function isDriftOnly(record: DeviceRecord | null, { desired }: PlanInput, plan: Plan): boolean {
  const base = record?.base ?? null;
  return base !== null && sameDesired(declaredIn(base), declaredIn(nextBase(desired, plan, base)));
}

async function factsOfGates(
  pass: Planning,
  record: DeviceRecord | null,
  { id, plan, body, input, plannedAt, driftOnly }: Recorded,
  prove: Prove,
): Promise<GateFacts> {
  const { ports, target } = pass;
  const { store, authority } = ports;
  const { overBudget, risks, ...facts } = await factsOfPlan(pass, plan, body.split, input, prove);
  const lastAttempt = await lastAttemptFor(store.attempts, target.name, id, input.desired);
  const consents = await authority.consentsFor(store, id, target.name);
  const now = ports.clock.now();
  const approval: ApprovalFacts = {
    device: target.name,
    environment: target.environment,
    // A device that was away is planned for later than people spoke, a halt of its rollout between the two.
    standingSince: Math.min(plannedAt, ports.declaredAt()),
    consents,
    outdated:
      consents.length > 0
        ? []
        : await authority.outdatedFor(store, { id, body, next: nextIdOf(pass, body) }, target.name, now),
    roster: await authority.people(store),
    authors: await authorsOf(pass, record),
    confirmedAt: record?.confirmedAt ?? null,
    lastAttempt,
    recent: lastAttempt?.end === 'closed' ? await recentOf(pass, id) : [],
    voided: (await ports.rollouts.voided(target.name, id)) ?? (await takenBackAt(store, target.name, input.desired)),
    driftOnly,
    drift: target.rollout.drift,
    risks,
    overBudget,
  };
  const rollout = ports.rollouts.rolloutFor(target.name, id);
  return { ...facts, id, body, target, approval, rollout, beginsAt: now, now };
}

/**
 * What may have changed since, read in the transaction that opens the attempt or stores its first write. `mine` is the
 * attempt once it has begun: what it used, its place in the wave and its window count as held, and a freeze lets it
 * end. `lastAttempt` is the one before it.
 */
export async function gateFactsAgain(
  { ports, target }: PassContext,
  before: GateFacts,
  { lastAttempt, mine }: { readonly lastAttempt: AttemptRecord | null; readonly mine: AttemptRecord | null },
  records: Records,
  now: Instant,
): Promise<GateFacts> {
  const known = await ports.authority.consentsFor(records, before.id, target.name);
  const consents = known.map((each): HeldConsent => (each.spentBy === mine?.id ? { ...each, spentBy: null } : each));
  return {
    ...before,
    approval: { ...before.approval, consents, lastAttempt },
    freeze: mine === null ? await records.freeze.get() : null,
    // Held until the step is stored: whoever halts, pauses or rolls it back meanwhile sees that this device has begun.
    rollout: await records.rollouts.holdLastWith(ports.fleetSource, target.name, before.id),
    beginsAt: mine?.openedAt ?? now,
    now,
  };
}

/** The id of the plan once the control plan that waits counts; null: none does, or it will be planned anew. */
function nextIdOf({ ports, target }: Planning, body: PlanBody): PlanId | null {
  const next = ports.incomingTargetOf(target.name);
  return next === null || !sameDesired(target.desired, next.desired) ? null : planIdOf(bodyUnder(next, body));
}

/** A plan over budget is no fault of the plan: it needs an approval of its own. */
export function isBudget(violation: Violation): violation is ApprovalFacts['overBudget'][number] {
  return REASONS[violation.code].clears === 'approval';
}

/** Looked up only where some policy keeps authors from approving. */
async function authorsOf({ ports, target }: Planning, record: DeviceRecord | null): Promise<Authors> {
  if (!target.approvalRules.some(({ excludeAuthors }) => excludeAuthors)) return NO_AUTHORS;
  return await ports.authority.authorsOf(target.name, record?.baseRevision ?? null);
}

/** The newest attempts on the device, as far as they are of this plan. */
async function recentOf({ ports, target }: Planning, planId: PlanId): Promise<readonly AttemptRecord[]> {
  const attempts = await ports.store.attempts.list(target.name, ARMS_BEFORE_GIVING_UP);
  return attempts.filter((attempt) => attempt.planId === planId);
}
