import type { PlanId } from '#differ';

/** The names of everything one attempt puts on a router (armed-rollback.md §1). */
export interface ArmedNames {
  readonly token: string;
  /** The claim script before anybody took it, as the undo names it, and as the controller names it. */
  readonly armed: string;
  readonly fired: string;
  readonly confirmed: string;
  readonly wait: string;
  readonly boot: string;
  /** What the parts of a large undo begin with, before their number. */
  readonly part: string;
  /** What the copies of rows with secrets begin with, before their number. */
  readonly keep: string;
}

/** Nothing else that the controller creates starts with this. */
export const ARMED_PREFIX = 'rg-';

/** Names from the first 12 hex digits of the plan id and the attempt's number. */
export function armedNamesOf(planId: PlanId, attemptNumber: number): ArmedNames {
  const token = `${planId.slice('sha256:'.length, 'sha256:'.length + 12)}-${attemptNumber}`;
  const base = `${ARMED_PREFIX}${token}`;
  return {
    token,
    armed: `${base}-armed`,
    fired: `${base}-fired`,
    confirmed: `${base}-confirmed`,
    wait: `${base}-wait`,
    boot: `${base}-boot`,
    part: `${base}-part-`,
    keep: `${base}-keep-`,
  };
}
