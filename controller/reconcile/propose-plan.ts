import { record } from '../events.ts';
import { sameDesired } from '../records/digest.ts';
import {
  checkPlan,
  declaredIn,
  nonConvergingKeyOf,
  nextBase,
  planBodyOf,
  planIdOf,
  type Limits,
  type Plan,
  type PlanBody,
  type PlanId,
  type PlanInput,
  type Violation,
} from '#differ';
import { confirmWithinSeconds } from '../apply/deadline.ts';
import { healthSecondsOf } from '../apply/apply-armed.ts';
import type { ManagementPath } from '../policy/management-facts.ts';
import { mayCutPath, proveManagementPath } from '../policy/management-path.ts';
import { pathRisks } from '../policy/path-risks.ts';
import { readManagementPath } from '../device/path-facts.ts';
import {
  approvalGate,
  refusedApprovals,
  ARMS_BEFORE_GIVING_UP,
  type Approval,
  type ApprovalFacts,
} from '../policy/approval.ts';
import type { Authors } from '../policy/consent.ts';
import { secretReasons } from '../policy/own-secrets.ts';
import { windowGate } from '../policy/window.ts';
import { gateOf, reasonsOf, type Gate } from '../policy/gate.ts';
import { REASONS, type Reason } from '../reasons.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import { armReasons } from './arm-reasons.ts';
import { noteRefusal } from './note-refusal.ts';
import type { Outcome } from './outcome.ts';
import type { Instant } from '../ports.ts';
import type { PassContext } from './pass-context.ts';
import type { Target } from '../fleet/target.ts';
import { takenBackAt } from '../rollouts/voided.ts';

/** A plan that every gate but the preflight let through. */
export interface Proposal {
  readonly kind: 'ready';
  readonly id: PlanId;
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly input: PlanInput;
  readonly approval: Approval;
  /** What the approval gate was asked with, to ask it again right before the first write. */
  readonly facts: ApprovalFacts;
}

/** Records what the plan is now and asks the gates that need no write; an empty plan confirms itself. All closed gates tell their reasons. */
export async function proposePlan(
  pass: PassContext,
  record: DeviceRecord | null,
  input: PlanInput,
  plan: Plan,
): Promise<Outcome | Proposal> {
  if (plan.changes.length === 0 && plan.conflicts.length === 0) return await confirmEmpty(pass, record, input, plan);
  const { ports, target } = pass;
  const leaks = secretReasons(plan, ports.ownSecrets);
  if (leaks.length > 0) return await refuseLeak(pass, leaks);
  const driftOnly = record !== null && record.base !== null && sameDesired(declaredIn(record.base), input.desired);
  if (driftOnly && target.rollout.drift === 'ignore') return inSync(record, plan);
  const body = bodyOf(pass, plan);
  const id = planIdOf(body);
  const plannedAt = await ports.store.plans.propose({
    id,
    device: target.name,
    revision: target.revision,
    body,
    plan,
    createdAt: ports.clock.now(),
  });

  const checked = checkReasons(pass, plan, input);
  const violations = checked.filter((violation) => !isBudget(violation));
  const path = violations.length === 0 ? await readPath(pass, plan) : null;
  const lastAttempt = await ports.store.attempts.lastOf(target.name, id);
  const consents = await ports.authority.consentsFor(ports.store, id, target.name);
  const facts: ApprovalFacts = {
    device: target.name,
    environment: target.environment,
    // A device that was away is planned for later than people spoke, a halt of its rollout between the two.
    standingSince: Math.min(plannedAt, ports.declaredAt()),
    consents,
    outdated:
      consents.length > 0 ? [] : await ports.authority.outdatedFor(ports.store, id, target.name, ports.clock.now()),
    roster: await ports.authority.people(ports.store),
    authors: await authorsOf(pass, record),
    confirmedAt: record?.confirmedAt ?? null,
    lastAttempt,
    recent: lastAttempt?.end === 'closed' ? await recentOf(pass, id) : [],
    voided:
      (await ports.rollouts.voided(target.name, id)) ?? (await takenBackAt(ports.store, target.name, input.desired)),
    driftOnly,
    driftPolicy: target.rollout.drift,
    risks: path === null ? [] : pathRisks(plan, path),
    overBudget: checked.filter(isBudget),
  };
  const approval = approvalGate(plan, facts, target.approvalRules, ports.clock.now());
  const refused = refusedApprovals(plan, facts, target.approvalRules);
  if (refused.length > 0)
    await ports.store.approvals.refuse(ports.fleetSource, id, target.name, refused, ports.clock.now());
  const reasons = [
    ...violations,
    ...pathReasons(plan, input, path),
    ...armReasons(plan, pass.identity),
    ...(approval.open ? [] : approval.reasons),
  ];
  const frozen = await frozenReasons(pass);
  const window = reasonsOf(windowOf(target, body, ports.clock.now()));
  const waiting = { kind: 'Waiting', planId: id } as const;
  if (reasons.length > 0 || !approval.open) {
    if (!approval.open) await noteRefusal(pass, id, consents, approval.reasons);
    // Whoever approves is to know that no window would ever be long enough; that one is closed now is told when its time comes.
    const never = window.filter(({ code }) => REASONS[code].clears !== 'itself');
    return { ...waiting, reasons: [...frozen, ...reasons, ...never], ready: null };
  }
  const closed = [...frozen, ...window];
  const held = closed.length > 0 ? closed : reasonsOf(ports.rollouts.gate(target.name, id));
  if (held.length > 0) return { ...waiting, reasons: held, ready: { approvedAt: approval.value.approvedAt } };
  return { kind: 'ready', id, plan, body, input, approval: approval.value, facts };
}

/** Nothing of the plan is stored, and none that was before waits for an approval. */
async function refuseLeak({ ports, target }: PassContext, reasons: readonly Reason[]): Promise<Outcome> {
  await ports.store.plans.clear(target.name, ports.clock.now());
  return { kind: 'Stalled', reasons };
}

/** Whether a window of the site is open, and long enough for this plan. */
export function windowOf(target: Target, body: PlanBody, now: Instant): Gate {
  const gates = target.rollout.windows.map((windows) => windowGate(windows, now, body.confirmWithinSeconds));
  return gateOf(gates.flatMap(reasonsOf));
}

/** A plan over budget is no fault of the plan: it needs an approval of its own. */
function isBudget(violation: Violation): violation is ApprovalFacts['overBudget'][number] {
  return REASONS[violation.code].clears === 'approval';
}

/** Looked up only where some policy keeps authors from approving. */
async function authorsOf({ ports, target }: PassContext, record: DeviceRecord | null): Promise<Authors> {
  if (!target.approvalRules.some(({ excludeAuthors }) => excludeAuthors))
    return { people: [], lasting: [], unknown: false };
  return await ports.authority.authorsOf(target.name, record?.baseRevision ?? null);
}

/** The newest attempts on the device, as far as they are of this plan. */
async function recentOf({ ports, target }: PassContext, planId: PlanId): Promise<readonly AttemptRecord[]> {
  const attempts = await ports.store.attempts.list(target.name, ARMS_BEFORE_GIVING_UP);
  return attempts.filter((attempt) => attempt.planId === planId);
}

/** What enters the plan id besides the plan itself. */
export function bodyOf(
  { target, identity, ports }: Pick<PassContext, 'target' | 'identity' | 'ports'>,
  plan: Plan,
): PlanBody {
  return planBodyOf(
    {
      plan,
      source: target.source,
      device: {
        name: target.name,
        serial: identity.serial,
        address: target.address.href,
        credential: target.credential,
      },
      confirmWithinSeconds: confirmWithinSeconds(
        plan.changes.length,
        healthSecondsOf(target.rollout.health, target.rollout.settleSeconds),
        target.rollout.confirmWithinSeconds,
      ),
      policyDigest: target.rollout.digest,
    },
    (secret) => ports.seal(secret),
  );
}

/** Live is what is desired: it becomes the base (`nextBase`) without anybody's approval, and nothing is stored when it is that already. */
async function confirmEmpty(
  pass: PassContext,
  stored: DeviceRecord | null,
  input: PlanInput,
  plan: Plan,
): Promise<Outcome> {
  const { ports, target } = pass;
  const base = nextBase(input.desired, plan);
  const known = stored !== null && stored.base !== null && sameDesired(stored.base, base);
  if (!known) {
    const at = ports.clock.now();
    await ports.store.transaction(async (records) => {
      await records.devices.setBase(target.name, base, target.revision, at);
      const detail = { revision: target.revision, reason: 'live is what is desired' };
      await record(records, { action: 'base.set', device: target.name, detail }, { actor: 'controller', at });
    });
  }
  await ports.store.plans.clear(target.name, ports.clock.now());
  return inSync(stored, plan);
}

/** Frozen fields are told as they were when they would not converge: what was written and what read back. */
function inSync(record: DeviceRecord | null, plan: Plan): Outcome {
  const keys = new Set(plan.frozen.map(nonConvergingKeyOf));
  return {
    kind: 'InSync',
    extras: plan.extras.length,
    frozen: (record?.frozen ?? []).filter((field) => keys.has(nonConvergingKeyOf(field))),
  };
}

/** The freeze as reasons; none while writes may go out. */
export async function frozenReasons(pass: PassContext): Promise<readonly Reason[]> {
  const freeze = await pass.ports.store.freeze.get();
  return freeze === null ? [] : [frozenReason(freeze)];
}

/** Why nothing is written while writes are frozen. */
export function frozenReason({ by, reason }: FreezeRecord): Reason {
  return { code: 'Frozen', by, because: reason };
}

function checkReasons(pass: PassContext, plan: Plan, input: PlanInput): readonly Violation[] {
  const { rollout, protectedRows, allowedMenus } = pass.target;
  const limits: Limits = {
    maxChanges: rollout.maxChanges,
    maxDeletions: rollout.maxDeletions,
    protectedRows,
    allowedMenus,
  };
  return checkPlan(plan, input, limits);
}

/** How the controller reaches the router, read only where the plan can matter to that; else null. */
export async function readPath(pass: PassContext, plan: Plan): Promise<ManagementPath | null> {
  if (!mayCutPath(plan)) return null;
  return await readManagementPath(pass.session, pass.user, managementAddress(pass), pass.signal);
}

/** Why the plan could cut the controller off, as far as `readPath` had something to read. */
export function pathReasons(plan: Plan, input: PlanInput, path: ManagementPath | null): readonly Reason[] {
  if (path === null) return [];
  const proof = proveManagementPath(plan, input.live, path);
  return proof.open ? [] : proof.reasons;
}

/** How we reach the router: the address and interface in spec.management, and the address we connect to when it is a literal. */
function managementAddress({ target }: PassContext): Pick<ManagementPath, 'declared' | 'dialled'> {
  const { address, interface: arrival } = target.management;
  const { hostname } = target.address;
  return {
    declared: address === null ? null : { address, interface: arrival },
    dialled: /^\d+(\.\d+){3}$/.test(hostname) ? hostname : null,
  };
}
