import type { Metrics } from '../telemetry/metrics.ts';
import type { ReportSink } from './report-sink.ts';

/** Counts visits by how they ended, and drift that was found. */
export function metricsSink(metrics: Metrics): ReportSink {
  return {
    report(event) {
      if (event.action === 'drift.found') metrics.driftFound();
      if (event.action === 'visit.ended') metrics.visited(event.visit.outcome.kind, event.visit.durationMs);
    },
  };
}
