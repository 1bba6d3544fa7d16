import type { RecordedEvent } from '../events.ts';
import type { VisitReport } from '../observed/report.ts';
import type { DeviceName } from '../ports.ts';
import type { Logger } from '../telemetry/log.ts';

/** A visit ended. Not audited: a pass that changes nothing stores nothing. */
export interface VisitEnded {
  readonly action: 'visit.ended';
  readonly device: DeviceName;
  readonly visit: VisitReport;
  /** How the visit before it ended, of an earlier life too; null: it is the first. */
  readonly previous: VisitReport | null;
}

/** What sinks are told. */
export type ReportedEvent = RecordedEvent | VisitEnded;

/** Where the controller tells what happened, once it is stored. A sink returns at once: its caller waits. */
export interface ReportSink {
  report(event: ReportedEvent): void;
}

/** Tells every sink, in their order. One that throws keeps neither the others nor the caller from going on. */
export function reportToAll(sinks: readonly ReportSink[], log: Logger): ReportSink {
  return {
    report(event) {
      for (const sink of sinks) {
        try {
          sink.report(event);
        } catch (error) {
          log.error({ err: error, action: event.action }, 'event not reported');
        }
      }
    },
  };
}
