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

/** A write by itself: twice what a hEX needed (routeros-rest.md §1.2). */
const SECONDS_PER_WRITE = 0.2;
/** So many changes are never expected to go faster than one by one: scripts pay off beyond. */
export const SHORT_PLAN = 200;
/** To write a part of the undo, to read it back and to have it parsed, for each thousand changes. */
const ARMING_SECONDS_PER_THOUSAND = 2;

/**
 * How long the undo waits: estimated writes and checks plus the reserve, at least what the policy asks. Where nobody
 * has measured the router each change counts as a write by itself; otherwise those beyond the first 200 go at half the
 * measured pace.
 */
export function confirmWithinSeconds(
  changes: number,
  healthSeconds: number,
  policySeconds: number,
  rowsPerSecond?: number,
): number {
  const singly = changes * SECONDS_PER_WRITE;
  const beyond = Math.max(0, changes - SHORT_PLAN);
  const inBulk =
    SHORT_PLAN * SECONDS_PER_WRITE +
    (2 * beyond) / (rowsPerSecond ?? 1) +
    (beyond / 1000) * ARMING_SECONDS_PER_THOUSAND;
  const writing = rowsPerSecond === undefined || beyond === 0 ? singly : Math.min(singly, inBulk);
  return Math.max(Math.ceil(writing) + healthSeconds + CONFIRM_RESERVE_SECONDS, policySeconds);
}

/** The pace as it is remembered: rounded down to a power of two. */
export function rememberedPace(rowsPerSecond: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, rowsPerSecond)));
}

/** The least time that an undo gets. */
const UNDO_SECONDS = 180;
/** A row of a large undo: looked up in a list of thousands, and written. */
const UNDO_SECONDS_PER_ROW = 0.05;

/** How long an undo may run before we look at the rows ourselves; a slow router gets longer. */
export function undoSeconds(plan: Pick<Plan, 'inverse'>, rowsPerSecond?: number): number {
  const perRow = Math.max(UNDO_SECONDS_PER_ROW, rowsPerSecond === undefined ? 0 : 2 / rowsPerSecond);
  return UNDO_SECONDS + Math.ceil(plan.inverse.length * perRow);
}
