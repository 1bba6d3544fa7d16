/**
 * One thing that was looked at. `problem`: the controller can not do its work; `warning`: it can, but somebody should
 * know.
 */
export interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'problem' | 'unknown';
  readonly message: string;
  /** What to do about it. */
  readonly next?: string;
}

/** All that the doctor found out about one device. */
export interface DeviceReport {
  readonly device: string;
  readonly address: string;
  readonly checks: readonly Check[];
  /** RouterOS commands that would put the account right; null when it is. */
  readonly commands: string | null;
}

/** What was looked at is as it should be. */
export function ok(check: string, message: string): Check {
  return { check, verdict: 'ok', message };
}

/** The controller can not do its work here; `next` is what somebody must do about it. */
export function problem(check: string, message: string, next?: string): Check {
  return { check, verdict: 'problem', message, ...(next === undefined ? {} : { next }) };
}

/** The controller can work, but somebody should know; `next` is what they may do about it. */
export function warning(check: string, message: string, next?: string): Check {
  return { check, verdict: 'warning', message, ...(next === undefined ? {} : { next }) };
}

/** The check could not be made, so it says nothing good or bad. */
export function unknown(check: string, message: string): Check {
  return { check, verdict: 'unknown', message };
}
