import type { Metrics } from '../telemetry/metrics.ts';
import type { ReportSink } from './report-sink.ts';

/** Counts visits by how they ended. */
export function metricsSink(metrics: Metrics): ReportSink {
  return {
    report(event) {
      if (event.action === 'visit.ended') metrics.visited(event.visit.outcome.kind, event.visit.durationMs);
    },
  };
}
