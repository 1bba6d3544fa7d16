import { randomUUID } from 'node:crypto';
import type { LiveState, PlanId } from '#differ';
import { menusOf } from '../apply/relation.ts';
import type { Preflight } from '../apply/preflight.ts';
import { leaseFrom } from '../apply/apply-context.ts';
import { record } from '../events.ts';
import { newCorrelationId } from '../telemetry/correlation.ts';
import type { Instant } from '../ports.ts';
import type { AttemptPayload, AttemptRecord } from '../records/attempts.ts';
import type { Records } from '../records/store.ts';
import type { SpentApproval } from '../records/approvals.ts';
import { stillRunning } from '../policy/still-running.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { PassContext } from './pass-context.ts';

/** A plan that may be written, with what its attempt records of it. */
export interface Opening extends Pick<AttemptPayload, 'purpose' | 'plan' | 'body' | 'desired' | 'before' | 'undoes'> {
  readonly id: PlanId;
  /** What the touched menus held when the plan was made: the snapshot for people who must restore by hand. */
  readonly live: LiveState;
}

/** By whose word a plan is written, and what that uses up. */
export interface Consented {
  readonly by: string;
  readonly used: readonly SpentApproval[];
  /** The rollout that released the device; a rollback names its own in `undoes`. */
  readonly rollout?: string;
}

/**
 * One transaction looks once more at what could have changed since the gates, asks for consent, spends it, opens the
 * attempt with its first step, and keeps the snapshot: before anything is sent. `consent` is asked inside it; an
 * outcome is its refusal.
 */
export async function openAttempt(
  pass: PassContext,
  opening: Opening,
  ready: Preflight,
  runningInterfaces: readonly string[],
  consent: (records: Records, at: Instant) => Promise<Consented | Outcome>,
): Promise<AttemptRecord | Outcome> {
  const { ports, target } = pass;
  const at = ports.clock.now();
  const attemptId = randomUUID();
  const correlationId = newCorrelationId();
  const { id, live, ...what } = opening;
  return await ports.store.transaction(async (records): Promise<AttemptRecord | Outcome> => {
    ports.mustLead();
    if (ports.targetOf(target.name) !== target)
      return { kind: 'Closed', planId: id, reason: 'another revision came into force after it was planned' };
    // Takes the serial's lock: a name that took this router over meanwhile is refused here.
    await records.devices.pinSerial(target.name, what.body.device.serial);
    const consented = await consent(records, at);
    if ('kind' in consented) return consented;
    const { used, by } = consented;
    await records.approvals.spend(id, target.name, attemptId, used);
    const attempt = await records.attempts.open({
      id: attemptId,
      device: target.name,
      planId: id,
      correlationId,
      openedAt: at,
      payload: {
        ...what,
        ...(consented.rollout === undefined ? {} : { rollout: consented.rollout }),
        revision: target.revision,
        tier: ready.tier,
        confirmWithinSeconds: what.body.confirmWithinSeconds,
        health: target.rollout.health,
        settleSeconds: target.rollout.settleSeconds,
        runningInterfaces: stillRunning(what.plan, runningInterfaces),
      },
      holder: ports.holder,
      leaseUntil: leaseFrom(at),
    });
    await records.attempts.step(attemptId, ports.holder, 'arming', at, ready.tier);
    const menus = Object.fromEntries(menusOf(what.plan).map((menu) => [menu, live.menus[menu] ?? []]));
    await records.snapshots.add({ attemptId, device: target.name, takenAt: at, menus });
    const detail = {
      attempt: attemptId,
      planId: id,
      number: attempt.number,
      approvedBy: by,
      approvals: used.flatMap((each) => (each.kind === 'consent' ? [each.carrier] : [])),
      revision: target.revision,
      ...(what.undoes === undefined ? {} : { undoes: what.undoes.attemptId }),
    };
    const origin = { actor: 'controller', at, correlationId };
    await record(records, { action: 'attempt.arming', device: target.name, detail }, origin);
    return { ...attempt, steps: [...attempt.steps, { step: 'arming', at, detail: ready.tier }] };
  });
}
