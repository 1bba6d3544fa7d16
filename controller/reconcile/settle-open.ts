import { settleAttempt } from '../apply/settle-attempt.ts';
import { endAttempt, leaseFrom } from '../apply/apply-context.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import { endingOf } from './ending.ts';
import type { Outcome } from '../observed/outcome.ts';
import { workOf, type PassContext } from './pass-context.ts';

/** Ends the device's open attempt, if an earlier life of a controller left one. null: there was none. */
export async function settleOpen(pass: PassContext): Promise<Outcome | null> {
  const { ports, target } = pass;
  const attempt = await ports.store.attempts.openOf(target.name);
  if (attempt === null) return null;
  if (!(await takeHold(pass, attempt))) {
    const reason = `another controller (${attempt.holder}) works on the device`;
    const leaseEndsIn = attempt.leaseUntil + CLOCK_TOLERANCE_MS - ports.clock.now();
    return { kind: 'Suspended', reason, endsInMs: Math.max(leaseEndsIn, LOOK_AGAIN_MS) };
  }
  const meant = attempt.payload.body.device.serial;
  if (meant !== pass.identity.serial) {
    const reason = `the router with the serial number ${meant} was replaced while its change was under way`;
    await endAttempt(workOf(pass), attempt, 'stalled', reason);
    return { kind: 'Stalled', reasons: [{ code: 'AttemptStalled', because: reason }] };
  }
  const settled = ports.changing.during(target.name, () => settleAttempt(workOf(pass), attempt, pass.signal));
  return endingOf(attempt, await settled);
}

/** Controllers on one PostgreSQL compare leases by their own clocks, which may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;
/** Whoever works on it may renew its lease in the last moment. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Settling takes a lease of its own. An exclusive store has one controller, so whoever held the attempt before is
 * dead.
 */
async function takeHold(pass: PassContext, attempt: AttemptRecord): Promise<boolean> {
  const { clock, holder, store } = pass.ports;
  const now = clock.now();
  const leaseUntil = leaseFrom(now);
  if (attempt.holder === holder) {
    await store.attempts.renew(attempt.id, holder, leaseUntil);
    return true;
  }
  const expiredBy = store.exclusive ? Number.MAX_SAFE_INTEGER : now - CLOCK_TOLERANCE_MS;
  return await store.attempts.takeOver(attempt.id, holder, expiredBy, leaseUntil);
}
