import type { DeviceName, Instant } from '../ports.ts';
import type { Outcome } from './outcome.ts';

/** What the last visit of a device ended with. */
export interface VisitReport {
  readonly outcome: Outcome;
  /** The revision it was made under; null: the device was in none. */
  readonly revision: string | null;
  readonly at: Instant;
  readonly durationMs: number;
  /** Visits in a row that failed or ended before their first write. */
  readonly failures: number;
  readonly nextAt: Instant;
  /** RouterOS version and board of the router that answered last; null: none ever did. */
  readonly router: { readonly version: string; readonly board: string } | null;
  /** When the device was last read whole; null: never. */
  readonly readAt: Instant | null;
}

/** A visit that is known now, and the one that was known before. */
export interface Sighting {
  readonly device: DeviceName;
  readonly report: VisitReport;
  readonly before: VisitReport | null;
}
