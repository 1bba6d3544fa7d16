import type { NonConvergingField, Plan, PlanBody, PlanId } from '#differ';
import type { Failure } from '#failure';
import { failureKindOf } from '../telemetry/failures.ts';
import type { WaitingFacts } from '../gates/between-visits.ts';
import type { Reason } from '../reasons.ts';
import { reasonsText } from '../policy/reason-text.ts';
import type { Instant } from '../ports.ts';
import type { HealthReport } from '../records/health.ts';

/**
 * Where one pass over one device ended. Status, events, metrics and the next visit are pure functions of it. Kept
 * until the next visit, so it holds no rows of a router.
 */
export type Outcome =
  /**
   * Live is what is desired. `extras`: how many rows nobody declared; `frozen`: fields that would not converge and are
   * left alone; `heldBack`: rows that are not what is desired, and why nothing is done about them.
   */
  | {
      readonly kind: 'InSync';
      readonly extras: number;
      readonly frozen: readonly NonConvergingField[];
      readonly heldBack?: Reason<'RowsHeldBack'>;
    }
  /** There is a plan, and a gate is closed. */
  | {
      readonly kind: 'Waiting';
      readonly planId: PlanId;
      readonly reasons: readonly Reason[];
      /**
       * Approved and fit to be applied but for a freeze, its window or its turn in a rollout, which are among the
       * reasons.
       */
      readonly ready: { readonly approvedAt: Instant } | null;
      /** To ask the gates again before the next visit; absent for what takes a change back, and in older stores. */
      readonly facts?: WaitingFacts;
    }
  /** A plan was applied, found healthy and confirmed; `heldBack`: what it left out. */
  | {
      readonly kind: 'Confirmed';
      readonly planId: PlanId;
      readonly health: HealthReport | null;
      readonly heldBack?: Reason<'RowsHeldBack'>;
    }
  /** A plan was applied and undone. */
  | { readonly kind: 'RolledBack'; readonly planId: PlanId; readonly reason: string }
  /** An attempt ended before its first write; it is planned anew. */
  | { readonly kind: 'Closed'; readonly planId: PlanId; readonly reason: string }
  /**
   * The device cannot be worked with now; it catches up by itself. `readAt`: when everything that is desired of it was
   * last read; null: not since the controller started.
   */
  | {
      readonly kind: 'Deferred';
      readonly failure: Failure;
      readonly readAt: Instant | null;
      readonly preview: Preview | null;
    }
  /** A person must look. */
  | { readonly kind: 'Stalled'; readonly reasons: readonly Reason[] }
  /** spec.suspend, or the whole controller is shutting down. */
  | {
      readonly kind: 'Suspended';
      readonly reason: string;
      /** In how many milliseconds that may have ended: another controller's word on the device. */
      readonly endsInMs?: number;
    };

/** What would be done to an offline device, from its last read. */
export interface Preview {
  readonly planId: PlanId;
  readonly body: PlanBody;
  readonly plan: Plan;
  readonly revision: string;
  readonly readAt: Instant;
  readonly facts: WaitingFacts;
}

/** kstatus-like conditions, for status and events. */
export interface DeviceStatus {
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reconciling: boolean;
  readonly stalled: boolean;
  readonly reason: string;
  readonly message: string;
}

/** What people read of an outcome. */
export function statusOf(outcome: Outcome): DeviceStatus {
  switch (outcome.kind) {
    case 'InSync':
      return outcome.heldBack === undefined
        ? inSyncStatus(outcome.extras, outcome.frozen)
        : heldBackStatus(outcome.heldBack);
    case 'Confirmed':
      return outcome.heldBack === undefined
        ? status('True', 'Confirmed', 'applied, healthy and confirmed')
        : heldBackStatus(outcome.heldBack);
    case 'Waiting':
      return { ...waitingStatus(outcome.reasons), reconciling: true };
    case 'RolledBack':
      return status('False', 'RolledBack', `rolled back: ${outcome.reason}`);
    case 'Closed':
      return { ...status('False', 'Replanning', outcome.reason), reconciling: true };
    case 'Deferred': {
      const kind = failureKindOf(outcome.failure.code);
      return {
        ...status('Unknown', outcome.failure.code, `${outcome.failure.message} ${kind.hint}`),
        stalled: kind.retry === 'onChange',
      };
    }
    case 'Stalled':
      return {
        ...status('False', outcome.reasons[0]?.code ?? 'Stalled', reasonsText(outcome.reasons)),
        stalled: true,
      };
    case 'Suspended':
      return status('Unknown', 'Suspended', outcome.reason);
  }
}

function waitingStatus(reasons: readonly Reason[]): DeviceStatus {
  const [first] = reasons;
  return first === undefined
    ? status('False', 'BeginsNow', 'Nothing keeps it any more: its next visit writes it.')
    : status('False', first.code, reasonsText(reasons));
}

function inSyncStatus(extras: number, frozen: readonly NonConvergingField[]): DeviceStatus {
  const others = extras === 0 ? '' : `, ${extras} rows that nobody declared`;
  if (frozen.length === 0) return status('True', 'InSync', `in sync${others}`);
  const fields = frozen.map(
    ({ menu, field, desired, live }) => `${menu} ${field} was written as "${desired}" and reads back as "${live}"`,
  );
  return status(
    'True',
    'FieldsFrozen',
    `in sync but for fields that did not converge twice and are left alone: ${fields.join('; ')}${others}`,
  );
}

/** All the rest is as it is desired; somebody has to look at these rows. */
function heldBackStatus(heldBack: Reason<'RowsHeldBack'>): DeviceStatus {
  return { ...status('False', heldBack.code, reasonsText([heldBack])), stalled: true };
}

function status(ready: DeviceStatus['ready'], reason: string, message: string): DeviceStatus {
  return { ready, reconciling: false, stalled: false, reason, message };
}

/** The longest pause between two visits of a device that does not answer. */
const MAX_BACKOFF_MS = 300_000;
const FIRST_BACKOFF_MS = 5_000;

/**
 * Milliseconds to the next visit. `failures` counts failed visits in a row; `jitter` is between 0 and 1.
 * A failure that only a change can mend is still visited at the poll interval, since the change may be on the router.
 */
export function nextVisitIn(outcome: Outcome, pollMs: number, failures: number, jitter: number): number {
  const polled = pollMs * (0.9 + jitter / 5);
  switch (outcome.kind) {
    case 'Deferred':
      return failureKindOf(outcome.failure.code).retry === 'onChange' ? pollMs : backoff(pollMs, failures, jitter);
    case 'Closed':
      return backoff(pollMs, failures, jitter);
    case 'Suspended':
      return Math.min(outcome.endsInMs ?? polled, polled);
    default:
      return polled;
  }
}

function backoff(pollMs: number, failures: number, jitter: number): number {
  const pause = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 10));
  return Math.min(Math.max(pollMs, FIRST_BACKOFF_MS), pause) * (0.5 + jitter / 2);
}
