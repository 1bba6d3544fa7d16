import { failureAlone, reasonAlone } from '../policy/told-alone.ts';
import type { DeviceName } from '../ports.ts';
import type { Outcome } from './outcome.ts';

/** An outcome as it may be told where of other devices those alone may be named that `sees` lets through. */
export function outcomeAlone(outcome: Outcome, sees: (device: DeviceName) => boolean): Outcome {
  switch (outcome.kind) {
    case 'Waiting':
    case 'Stalled':
      return { ...outcome, reasons: outcome.reasons.map((reason) => reasonAlone(reason, sees)) };
    case 'Deferred':
      return { ...outcome, failure: failureAlone(outcome.failure) };
    default:
      return outcome;
  }
}
