import type { Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';

/**
 * When the undo fires at the earliest: arming is stored before the job starts, so the job fires later than this. Of a
 * plan in parts it is the undo of the current one.
 */
export function undoFiresAt(attempt: AttemptRecord): Instant {
  const arming = attempt.steps.findLast((step) => step.step === 'arming');
  return (arming?.at ?? attempt.openedAt) + attempt.payload.confirmWithinSeconds * 1000;
}
