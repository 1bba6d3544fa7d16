/** One thing that was looked at. `problem`: the controller can not do its work; `warning`: it can, but somebody should know. */
export interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'problem' | 'unknown';
  readonly message: string;
  /** What to do about it. */
  readonly next?: string;
}

export interface DeviceReport {
  readonly device: string;
  readonly address: string;
  readonly checks: readonly Check[];
  /** RouterOS commands that would put the account right; null when it is. */
  readonly commands: string | null;
}

export function ok(check: string, message: string): Check {
  return { check, verdict: 'ok', message };
}

export function problem(check: string, message: string, next?: string): Check {
  return { check, verdict: 'problem', message, ...(next === undefined ? {} : { next }) };
}

export function warning(check: string, message: string, next?: string): Check {
  return { check, verdict: 'warning', message, ...(next === undefined ? {} : { next }) };
}

export function unknown(check: string, message: string): Check {
  return { check, verdict: 'unknown', message };
}
