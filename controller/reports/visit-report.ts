import type { Instant } from '../ports.ts';
import type { Outcome } from '../reconcile/outcome.ts';

/** What the last visit of a device ended with. Kept in memory: a pass that changes nothing stores nothing. */
export interface VisitReport {
  readonly outcome: Outcome;
  /** The revision it was made under; null: the device was in none. */
  readonly revision: string | null;
  readonly at: Instant;
  readonly durationMs: number;
  /** Visits in a row that failed or ended before their first write. */
  readonly failures: number;
  readonly nextAt: Instant;
}
