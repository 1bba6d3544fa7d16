import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import type { Reason } from '../reasons.ts';

/**
 * A reason as it may be told where not every device may be named: of a rollout it says what it does to this device, and
 * names those alone that `sees` lets through.
 */
export function reasonAlone(reason: Reason, sees: (device: DeviceName) => boolean): Reason {
  switch (reason.code) {
    case 'RolloutTurn':
      return { ...reason, underWay: reason.underWay.filter(sees) };
    case 'RolloutHalted':
      return { ...reason, because: withoutFailed(reason.because) };
    case 'RolloutUndoing':
      return { ...reason, because: withoutFailed(reason.because), waitsFor: reason.waitsFor.filter(sees) };
    default:
      return reason;
  }
}

/** Reasons as they are stored with one device, whoever reads them later. */
export function reasonsAlone(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.map((reason) => reasonAlone(reason, () => false));
}

/** Why a rollout stands still; who failed last, and how many, is told of all its members (`advance-rollout.ts`). */
function withoutFailed(because: string): string {
  return because.replace(/\d+ devices? failed, and the failure budget is .*$/s, HALTED);
}

/** Why a rollout halted, without who failed and how many. */
export const HALTED = 'more devices failed than its failure budget allows';

/** Why a rollout is rolled back, without who failed and how many. */
export const UNDOING = 'more devices failed than its failure budget allows, or a person asked for it';

/** A failure of one device without the name of another one that leads to the same router. */
export function failureAlone(failure: Failure): Failure {
  return failure.code === 'SerialTaken' ? new Failure(failure.code, SHARED_ROUTER) : failure;
}

const SHARED_ROUTER =
  'Another device leads to the router with the same serial number, or a change of one is still under way there.';
