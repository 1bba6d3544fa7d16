import type { RecordedEvent } from '../events.ts';
import { statusOf } from '../observed/outcome.ts';
import type { Logger } from '../telemetry/log.ts';
import type { ReportSink, VisitEnded } from './report-sink.ts';

type AttemptEvent = Extract<RecordedEvent, { readonly detail: { readonly attempt: string; readonly detail: string } }>;

/** Logs steps and endings of attempts, and visits that ended otherwise than the one before. */
export function logSink(log: Logger): ReportSink {
  return {
    report(event) {
      switch (event.action) {
        case 'visit.ended':
          logVisit(log, event);
          break;
        case 'attempt.armed':
        case 'attempt.applying':
        case 'attempt.applied':
        case 'attempt.verdict-healthy':
        case 'attempt.verdict-unhealthy':
        case 'attempt.undoing':
        case 'attempt.part':
        case 'attempt.disarming':
          log.info({ ...placeOf(event), step: wordOf(event), detail: event.detail.detail }, 'attempt step');
          break;
        case 'attempt.confirmed':
        case 'attempt.undone':
        case 'attempt.closed':
        case 'attempt.stalled':
          log.info({ ...placeOf(event), end: wordOf(event), reason: event.detail.detail }, 'attempt ended');
          break;
        default:
      }
    },
  };
}

function logVisit(log: Logger, { device, visit, previous }: VisitEnded): void {
  const status = statusOf(visit.outcome);
  if (previous !== null && statusOf(previous.outcome).message === status.message) return;
  const fields = { device, outcome: visit.outcome.kind, reason: status.reason, detail: status.message };
  if (status.stalled || visit.outcome.kind === 'RolledBack') log.warn(fields, 'device visited');
  else log.info(fields, 'device visited');
}

function placeOf({ device, correlationId, detail }: AttemptEvent) {
  return { device, planId: detail.planId, correlationId };
}

function wordOf({ action }: AttemptEvent): string {
  return action.slice('attempt.'.length);
}
