import { makePlan, planIdOf } from '#differ';
import { applyArmed } from '../apply/apply-armed.ts';
import { preflight } from '../apply/preflight.ts';
import { runningInterfaces } from '../device/checks.ts';
import { readLive } from '../device/live.ts';
import type { MenuPath } from '#routeros';
import { reasonsOf, type Gate } from '../policy/gate.ts';
import type { Reason } from '../reasons.ts';
import { reasonsText } from '../reports/reason-text.ts';
import { rolloutGate } from '../policy/rollout-gate.ts';
import { approvalGate, type ApprovalFacts } from '../policy/approval.ts';
import type { Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { Records } from '../records/store.ts';
import { endingOf } from './ending.ts';
import { openAttempt, type Consented, type Opening } from './open-attempt.ts';
import type { Outcome } from './outcome.ts';
import { objectionOf } from './objection.ts';
import { workOf, type PassContext } from './pass-context.ts';
import { bodyOf, windowOf, type Proposal } from './propose-plan.ts';

/** Preflight, a fresh read that must give the very same plan id, then the armed apply. */
export async function applyPlan(pass: PassContext, record: DeviceRecord | null, proposal: Proposal): Promise<Outcome> {
  const { ports, target, session, signal } = pass;
  const ready = await preflight(session, ports.clock, pass.identity, record, target.rollout.tier, signal);
  if (!ready.open) return waitingFor(proposal, ready.reasons);
  if (ready.value.probed !== null) await ports.store.devices.setProbed(target.name, ready.value.probed);

  const live = await readLive(session, Object.keys(target.desired.menus) as MenuPath[], signal);
  const plan = makePlan({ ...proposal.input, live });
  if (planIdOf(bodyOf(pass, plan)) !== proposal.id)
    return { kind: 'Closed', planId: proposal.id, reason: 'the router changed after it was planned' };

  const interfaces = await runningInterfaces(session, signal);
  let { lastAttempt } = proposal.facts;
  const attempt = await openAttempt(pass, openingOf(record, proposal), ready.value, interfaces, async (records, at) => {
    lastAttempt = await records.attempts.lastOf(target.name, proposal.id);
    const consented = await consentTo(pass, proposal, lastAttempt, null, records, at);
    return consented.open ? consented.value : waitingFor(proposal, consented.reasons);
  });
  if ('kind' in attempt) return attempt;
  const objection = objectionOf(pass, async (records, at) => {
    const reasons = reasonsOf(await consentTo(pass, proposal, lastAttempt, attempt, records, at));
    return reasons.length === 0 ? null : clauseOf(reasons);
  });
  return endingOf(attempt, await applyArmed(workOf(pass), attempt, objection, signal));
}

/** As the ends of attempts are told: without a full stop. */
function clauseOf(reasons: readonly Reason[]): string {
  return reasonsText(reasons).replace(/\.$/, '');
}

function openingOf(record: DeviceRecord | null, { id, plan, body, input }: Proposal): Opening {
  const before = { base: input.base, revision: record?.baseRevision ?? null };
  return { purpose: 'apply', id, plan, body, desired: input.desired, live: input.live, before };
}

/**
 * Asks once more what may have changed since: signers, expiry and policy, what others tried, the window, the rollout. `mine` is the attempt that has begun and
 * used its approvals; its window was found long enough from its beginning on. `lastAttempt` is the one before it.
 */
async function consentTo(
  { ports, target }: PassContext,
  proposal: Proposal,
  lastAttempt: ApprovalFacts['lastAttempt'],
  mine: AttemptRecord | null,
  records: Records,
  at: Instant,
): Promise<Gate<Consented>> {
  const known = await ports.authority.consentsFor(records, proposal.id, target.name);
  const consents = known.map((each) => (each.spentBy === mine?.id ? { ...each, spentBy: null } : each));
  const facts = { ...proposal.facts, consents, lastAttempt };
  const approval = approvalGate(proposal.plan, facts, target.approvalRules, at);
  if (!approval.open) return approval;
  const last = await records.rollouts.lastWith(ports.fleetSource, target.name, proposal.id);
  // Held until the step is stored: whoever halts, pauses or rolls it back meanwhile sees that this device has begun.
  const rollout = last === null ? null : await records.rollouts.hold(last.id);
  const held = [
    ...reasonsOf(windowOf(target, proposal.body, mine?.openedAt ?? at)),
    ...reasonsOf(rolloutGate(rollout, target.name, proposal.id)),
  ];
  if (held.length > 0 || rollout === null) return { open: false, reasons: held };
  return { open: true, value: { ...approval.value, rollout: rollout.id } };
}

function waitingFor({ id }: Proposal, reasons: readonly Reason[]): Outcome {
  return { kind: 'Waiting', planId: id, reasons, ready: null };
}
