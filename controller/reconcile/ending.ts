import { heldBackIn } from '../policy/held-back.ts';
import type { Settled } from '../apply/settle-attempt.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { Outcome } from '../observed/outcome.ts';

/** The outcome of a pass that brought this attempt to its end. */
export function endingOf(attempt: Pick<AttemptRecord, 'planId' | 'payload'>, settled: Settled): Outcome {
  const { planId, payload } = attempt;
  switch (settled.kind) {
    case 'confirmed':
      return payload.undoes === undefined
        ? { kind: 'Confirmed', planId, health: settled.health, ...heldBackIn(payload.plan) }
        : takenBack(payload.undoes);
    case 'undone':
      return payload.undoes === undefined
        ? { kind: 'RolledBack', planId, reason: settled.reason }
        : notTakenBack(payload.undoes, settled.reason);
    case 'closed':
      return { kind: 'Closed', planId, reason: settled.reason };
    case 'stalled':
      return { kind: 'Stalled', reasons: [{ code: 'AttemptStalled', because: settled.reason }] };
  }
}

type Undoes = NonNullable<AttemptRecord['payload']['undoes']>;

/** The device holds again what it held before the plan that its rollout had confirmed. */
export function takenBack({ planId, rollout }: Undoes): Outcome {
  return { kind: 'RolledBack', planId, reason: `rollout ${rollout} took the change back after it was confirmed` };
}

/** The rollback itself did not stay: the device is still as the rollout left it, and a person must look. */
export function notTakenBack({ rollout }: Undoes, because: string): Outcome {
  return { kind: 'Stalled', reasons: [{ code: 'RollbackUndone', rollout, because }] };
}
