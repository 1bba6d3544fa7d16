import { makePlan, planIdOf } from '#differ';
import { randomUUID } from 'node:crypto';
import { newCorrelationId } from '../correlation.ts';
import { applyArmed } from '../apply/apply-armed.ts';
import { menusOf } from '../apply/relation.ts';
import { preflight, type Preflight } from '../apply/preflight.ts';
import { leaseFrom } from '../apply/work.ts';
import { runningInterfaces } from '../device/checks.ts';
import { readLive } from '../device/live.ts';
import type { MenuPath } from '#routeros';
import type { Reason } from '../gate.ts';
import { approvalGate } from '../policy/approval.ts';
import type { AttemptRecord, DeviceRecord } from '../records.ts';
import type { Outcome } from './outcome.ts';
import { workOf, type Pass } from './pass.ts';
import { bodyOf, frozenReason, type Proposal } from './propose-plan.ts';

/** Preflight, a fresh read that must give the very same plan id, then the armed apply. */
export async function applyPlan(pass: Pass, record: DeviceRecord | null, proposal: Proposal): Promise<Outcome> {
  const { ports, target, session, signal } = pass;
  const ready = await preflight(session, ports.clock, pass.identity, record, target.rollout.tier, signal);
  if (!ready.open) return waitingFor(proposal, ready.reasons);
  if (ready.value.probed !== null) await ports.store.devices.setProbed(target.name, ready.value.probed);

  const live = await readLive(session, Object.keys(target.desired.menus) as MenuPath[], signal);
  const plan = makePlan({ ...proposal.input, live });
  if (planIdOf(bodyOf(pass, plan)) !== proposal.id)
    return { kind: 'Closed', planId: proposal.id, reason: 'the router changed after it was planned' };

  const interfaces = await runningInterfaces(session, signal);
  const attempt = await openAttempt(pass, record, proposal, ready.value, interfaces);
  if ('kind' in attempt) return attempt;
  const verdict = await applyArmed(workOf(pass), attempt, signal);
  switch (verdict.kind) {
    case 'confirmed':
      return { kind: 'Confirmed', planId: proposal.id, health: verdict.health };
    case 'undone':
      return { kind: 'RolledBack', planId: proposal.id, reason: verdict.reason };
    case 'closed':
      return { kind: 'Closed', planId: proposal.id, reason: verdict.reason };
  }
}

function waitingFor({ id, plan }: Proposal, reasons: readonly Reason[]): Outcome {
  return { kind: 'Waiting', planId: id, plan, drift: [], reasons, ready: null };
}

/**
 * One transaction looks once more at what could have changed since the gates, spends the approval, opens the attempt with its first step,
 * and keeps the snapshot: before anything is sent.
 */
async function openAttempt(
  pass: Pass,
  record: DeviceRecord | null,
  proposal: Proposal,
  ready: Preflight,
  interfaces: readonly string[],
): Promise<AttemptRecord | Outcome> {
  const { ports, target } = pass;
  const at = ports.clock.now();
  const id = randomUUID();
  const correlationId = newCorrelationId();
  const { plan, body, input } = proposal;
  return await ports.store.transaction(async (records): Promise<AttemptRecord | Outcome> => {
    const freeze = await records.freeze.get();
    if (freeze !== null) return waitingFor(proposal, [frozenReason(freeze)]);
    if (ports.targetOf(target.name) !== target)
      return { kind: 'Closed', planId: proposal.id, reason: 'another revision came into force after it was planned' };
    // Takes the serial's lock: a name that took this router over meanwhile is refused here.
    await records.devices.pinSerial(target.name, body.device.serial);
    const consents = await ports.authority.consentsFor(records, proposal.id, target.name);
    const approval = approvalGate(plan, { ...proposal.facts, consents }, target.approvalRules, at);
    if (!approval.open) return waitingFor(proposal, approval.reasons);
    const { used, by } = approval.value;
    await records.approvals.spend(proposal.id, target.name, id, used);
    const attempt = await records.attempts.open({
      id,
      device: target.name,
      planId: proposal.id,
      correlationId,
      openedAt: at,
      payload: {
        purpose: 'apply',
        plan,
        body,
        desired: input.desired,
        before: { base: input.base, revision: record?.baseRevision ?? null },
        revision: target.revision,
        tier: ready.tier,
        confirmWithinSeconds: body.confirmWithinSeconds,
        health: target.rollout.health,
        settleSeconds: target.rollout.settleSeconds,
        runningInterfaces: interfaces,
      },
      holder: ports.holder,
      leaseUntil: leaseFrom(at),
    });
    await records.attempts.step(id, ports.holder, 'arming', at, ready.tier);
    const menus = Object.fromEntries(menusOf(plan).map((menu) => [menu, input.live.menus[menu] ?? []]));
    await records.snapshots.add({ attemptId: id, device: target.name, takenAt: at, menus });
    const detail = {
      attempt: id,
      planId: proposal.id,
      number: attempt.number,
      approvedBy: by,
      approvals: used.flatMap(({ commit }) => (commit === null ? [] : [commit])),
      revision: target.revision,
    };
    await records.audit.append({
      at,
      correlationId,
      actor: 'controller',
      action: 'attempt.arming',
      device: target.name,
      detail,
    });
    return { ...attempt, steps: [...attempt.steps, { step: 'arming', at, detail: ready.tier }] };
  });
}
