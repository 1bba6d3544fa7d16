import type { DeviceName, Instant } from '../ports.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Logger } from '../telemetry/log.ts';
import { statusOf, type Outcome } from '../reconcile/outcome.ts';

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

/** Tells log and metrics how a visit ended; the log only when the ending differs from the one before. */
export function reportVisit(
  log: Logger,
  metrics: Metrics,
  device: DeviceName,
  visit: VisitReport,
  previous: VisitReport | null,
): void {
  const status = statusOf(visit.outcome);
  metrics.visited(visit.outcome.kind, visit.durationMs);
  if (previous !== null && statusOf(previous.outcome).message === status.message) return;
  const fields = { device, outcome: visit.outcome.kind, reason: status.reason, detail: status.message };
  if (status.stalled || visit.outcome.kind === 'RolledBack') log.warn(fields, 'device visited');
  else log.info(fields, 'device visited');
}
