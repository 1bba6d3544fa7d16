import type { Plan } from '#differ';
import { Failure } from '#failure';
import { undoFiresAt } from '../policy/undo-time.ts';
import type { Clock } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';

/** A request may run this long on the router after we gave up on it, and some margin (armed-rollback.md §2). */
const LAST_REQUEST_MS = 65_000;
const MARGIN_MS = 10_000;
/** What armed-rollback.md §2 asks on top of the estimated apply and health time. */
const CONFIRM_RESERVE_SECONDS = 130;

/**
 * Sends a write or a confirm: none with less than 65 s and a margin left before the undo fires (armed-rollback.md §2).
 * A request may wait in the queue of its router for long after it was decided on, so it gets a signal that also aborts
 * at that moment; the line asks it right before sending, and never stops what was sent.
 * @throws {Failure} `TooLate` when that moment passed first.
 */
export async function beforeUndoFires<T>(
  attempt: AttemptRecord,
  clock: Clock,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeLeft = undoFiresAt(attempt) - LAST_REQUEST_MS - MARGIN_MS - clock.now();
  const reason = new Failure('TooLate', 'No time was left before the undo fires.');
  if (timeLeft <= 0) throw reason;
  const tooLate = new AbortController();
  const sent = new AbortController();
  void clock.sleep(timeLeft, sent.signal).then(
    () => tooLate.abort(reason),
    () => {},
  );
  try {
    return await send(AbortSignal.any([signal, tooLate.signal]));
  } finally {
    sent.abort();
  }
}

/**
 * How long the undo waits: estimated writes and checks plus the reserve, at least what the policy asks.
 * A write is estimated at 0.2 s, twice what a hEX needed (routeros-rest.md §1.2).
 */
export function confirmWithinSeconds(changes: number, healthSeconds: number, policySeconds: number): number {
  const estimated = Math.ceil(changes * 0.2) + healthSeconds + CONFIRM_RESERVE_SECONDS;
  return Math.max(estimated, policySeconds);
}

/** The least time that an undo gets. */
const UNDO_SECONDS = 180;
/** A row of a large undo: looked up in a list of thousands, and written. */
const UNDO_SECONDS_PER_ROW = 0.05;

/** How long an undo may run before we look at the rows ourselves. */
export function undoSeconds(plan: Pick<Plan, 'inverse'>): number {
  return UNDO_SECONDS + Math.ceil(plan.inverse.length * UNDO_SECONDS_PER_ROW);
}
