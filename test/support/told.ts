import type { Outcome } from '../../controller/observed/outcome.ts';
import { toldReasons } from '../../controller/policy/reason-text.ts';

/** An outcome with its reasons as people read them. */
export function told(outcome: Outcome | undefined): unknown {
  return outcome !== undefined && 'reasons' in outcome
    ? { ...outcome, reasons: toldReasons(outcome.reasons) }
    : outcome;
}
