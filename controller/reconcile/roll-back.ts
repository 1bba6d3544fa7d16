import type { UndoOrder } from '../rollouts/orders.ts';
import { namersOf, planIdOf, rollbackPlanOf, type Plan, type PlanBody, type PlanId, type PlanInput } from '#differ';
import { applyArmed } from '../apply/apply-armed.ts';
import { menusOf } from '../apply/relation.ts';
import { runningInterfaces } from '../device/checks.ts';
import { readLive, withNamers } from '../device/live.ts';
import { type PassSecrets, termsOn } from '../device/pass-secrets.ts';
import type { Gate } from '../policy/gate.ts';
import { ARMS_BEFORE_GIVING_UP } from '../policy/approval.ts';
import { secretReasons } from '../policy/own-secrets.ts';
import { hasEnded, memberOf } from '../policy/rollout.ts';
import type { DeviceName } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { Records } from '../records/store.ts';
import { endingOf, notTakenBack, takenBack } from './ending.ts';
import { objectionOf } from './objection.ts';
import { openAttempt, type Consented } from './open-attempt.ts';
import type { Outcome } from '../observed/outcome.ts';
import { makeReady } from './make-ready.ts';
import { workOf, type PassContext } from './pass-context.ts';
import { planFacts } from './gate-facts.ts';
import { provePathAgain } from './path-proof.ts';
import { removeStrayKeeps } from './stray-keeps.ts';
import { bodyOf } from './plan-body.ts';
import { askGates } from '../gates/ask-gates.ts';
import { PLAN_GATES } from '../gates/gates.ts';
import { clauseOf } from '../policy/reason-text.ts';
import { REASONS } from '../reasons.ts';

/** What leads back, ready to be armed. */
interface Way {
  readonly id: PlanId;
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly input: PlanInput;
}

/** Attempts on one device that a rollback looks through: a router that can't be armed makes some. */
const LOOKED_AT = 30;

/**
 * Takes a confirmed attempt back by the word of its rollout, armed like any other change, while the router is as the
 * attempt left it. The freeze, the proof of the management path and the preflight are asked as always; approval,
 * windows and budgets are not. What can't be taken back ends as `Stalled` with all reasons, and nothing is written
 * then.
 */
export async function rollBack(pass: PassContext, order: UndoOrder, secrets: PassSecrets): Promise<Outcome> {
  const { ports, target, session, signal } = pass;
  const attempts = await ports.store.attempts.list(target.name, LOOKED_AT);
  const at = attempts.findIndex(({ id }) => id === order.attemptId);
  const done = attempts[at];
  if (done === undefined || done.end !== 'confirmed') {
    const message = `The confirmed change that rollout ${order.rollout} wants to take back is no longer on record.`;
    return { kind: 'Stalled', reasons: [{ code: 'NotRestorable', message }] };
  }
  const undoes = { attemptId: done.id, planId: done.planId, rollout: order.rollout };
  const ended = endedAlready(attempts.slice(0, at), order, undoes);
  if (ended !== null) return ended;
  const way = await findWay(pass, done, secrets);
  if (!way.open) return { kind: 'Stalled', reasons: way.reasons };
  const { id, plan, body, input } = way.value;
  const waiting = { kind: 'Waiting', planId: id, ready: null } as const;

  const facts = await planFacts(pass, id, plan, input);
  const asked = askGates(PLAN_GATES, facts);
  const never = asked.reasons.filter(({ code }) => REASONS[code].clears !== 'itself');
  if (never.length > 0) return { kind: 'Stalled', reasons: never };
  if (asked.reasons.length > 0) return { ...waiting, reasons: asked.reasons };
  const record = await ports.store.devices.get(target.name);
  const ready = await makeReady(pass, record, plan);
  if (!ready.open) return { ...waiting, reasons: ready.reasons };

  const again = await findWay(pass, done, secrets);
  if (!again.open || again.value.id !== id)
    return { kind: 'Closed', planId: id, reason: 'the router changed after it was planned' };
  const interfaces = await runningInterfaces(session, signal);
  const { desired, live } = input;
  const opening = { purpose: 'rollback', id, plan, body, desired, live, before: done.payload.before, undoes } as const;
  return await pass.ports.changing.during(target.name, async () => {
    const attempt = await openAttempt(pass, opening, ready.value, interfaces, async (records, now) => {
      const { reasons } = askGates(PLAN_GATES, { ...facts, freeze: await records.freeze.get() });
      if (reasons.length > 0) return { ...waiting, reasons };
      const withdrawn = await withdrawnReason(records, target.name, order, done);
      if (withdrawn !== null) return { kind: 'Closed', planId: id, reason: withdrawn };
      // Kept so that people can look it up by its id; never the device's current plan, which people are asked to approve.
      await records.plans.propose({ id, device: target.name, revision: target.revision, body, plan, createdAt: now });
      await records.plans.clear(target.name, now);
      return wordOf(order);
    });
    if ('kind' in attempt) return attempt;
    const lookAgain = async () => {
      const proof = await provePathAgain(pass, plan, again.value.input, []);
      const asked = askGates(PLAN_GATES, { ...facts, freeze: null, path: proof?.reasons ?? facts.path });
      const closed = asked.reasons.length === 0 ? null : clauseOf(asked.reasons);
      return objectionOf(pass, async (records) => closed ?? (await withdrawnReason(records, target.name, order, done)));
    };
    return endingOf(attempt, await applyArmed(workOf(pass), attempt, () => Promise.resolve(lookAgain), signal));
  });
}

function wordOf({ rollout }: UndoOrder): Consented {
  return { by: rollout, used: [{ kind: 'rollout', by: rollout }] };
}

/**
 * What attempts that came after the confirmed one say; null: nothing that decides. A rollout says once that it wants a
 * change back, so that its own tries are known by its name: the clocks of two controllers differ.
 */
function endedAlready(
  later: readonly AttemptRecord[],
  order: UndoOrder,
  undoes: NonNullable<AttemptRecord['payload']['undoes']>,
): Outcome | null {
  const own = later.filter(
    ({ payload: { undoes: other } }) => other?.attemptId === order.attemptId && other.rollout === order.rollout,
  );
  const [newest] = own;
  if (newest?.end === 'confirmed') return takenBack(undoes);
  if (newest?.end === 'undone' || newest?.end === 'stalled')
    return notTakenBack(undoes, newest.endReason ?? 'no reason on record');
  const alike = own.filter(({ end, endReason }) => end === 'closed' && endReason === newest?.endReason);
  if (alike.length >= ARMS_BEFORE_GIVING_UP) {
    const because = newest?.endReason ?? '';
    const reason = { code: 'ArmKeepsFailing', attempts: ARMS_BEFORE_GIVING_UP, because, purpose: 'rollback' } as const;
    return { kind: 'Stalled', reasons: [reason] };
  }
  const confirmed = later.filter(({ end }) => end === 'confirmed');
  const restored = new Set(confirmed.map(({ payload }) => payload.undoes?.attemptId));
  if (confirmed.every(({ id, payload }) => payload.undoes !== undefined || restored.has(id))) return null;
  const message = `Another change was confirmed after that of rollout ${order.rollout}, so the device is not as the rollout left it.`;
  return { kind: 'Stalled', reasons: [{ code: 'ChangedSince', message }] };
}

/** Reads the router and plans the way back; closed with all reasons when there is none. */
async function findWay(pass: PassContext, done: AttemptRecord, { terms, vault }: PassSecrets): Promise<Gate<Way>> {
  const { session, user, identity, signal } = pass;
  const { plan: written, body: confirmed } = done.payload;
  if (confirmed.device.serial !== identity.serial) {
    const message = `The change was made on the router with the serial number ${confirmed.device.serial}, and another one is here now.`;
    return { open: false, reasons: [{ code: 'ChangedSince', message }] };
  }
  const menus = menusOf(written);
  const live = await readLive(session, menus, {}, signal);
  const stray = await removeStrayKeeps(pass, null, live);
  if (stray !== null) return { open: false, reasons: stray.reasons };
  const secrets = {
    terms: await termsOn(session, user, terms, menus, signal),
    isBound: (seal: string) => vault?.valueOf(seal) !== undefined,
  };
  const first = rollbackPlanOf(written, live, undefined, secrets);
  if (first.kind === 'refused') return { open: false, reasons: first.reasons };
  const namers = namersOf(first.plan.changes, first.input);
  const asked = await withNamers(session, live, namers, identity.version, signal);
  const made = rollbackPlanOf(written, asked, undefined, secrets);
  if (made.kind === 'refused') return { open: false, reasons: made.reasons };
  const { plan, input } = made;
  const leaks = secretReasons(plan, pass.ports.ownSecrets);
  if (leaks.length > 0) return { open: false, reasons: leaks };
  // What one part left could not be told from what the whole change had made: it goes back at once or not at all.
  const { split: _, ...body } = bodyOf(pass, plan, await pass.ports.store.devices.get(pass.target.name));
  return { open: true, value: { id: planIdOf(body), plan, body, input } };
}

/** Only an open rollout has a say over what it did. Held until the step is stored. */
async function withdrawnReason(
  records: Records,
  device: DeviceName,
  order: UndoOrder,
  done: AttemptRecord,
): Promise<string | null> {
  const rollout = await records.rollouts.hold(order.rollout);
  const open = rollout !== null && !hasEnded(rollout);
  if (open && memberOf(rollout, device, done.planId)?.state === 'undoing') return null;
  return `rollout ${order.rollout} no longer wants it taken back`;
}
