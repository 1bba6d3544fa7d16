/** A token bucket: `burst` requests at once, `perSecond` in the long run. */
export interface RateSettings {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Generous: RouterOS serves one user's requests one after the other, so the queue alone holds small routers back (~8
 * requests a second on a hEX, routeros-rest.md §1.2). This only keeps a fault of ours from flooding a fast one.
 */
const RATE_DEFAULTS: RateSettings = { perSecond: 200, burst: 400 };

/** A token bucket that is told the time and does not sleep itself. */
export interface RateLimit {
  /** Takes one token at this time (milliseconds). @returns how long to wait before using it, 0 for at once. */
  take(now: number): number;
}

/** A full bucket. */
export function makeRateLimit(settings: RateSettings = RATE_DEFAULTS): RateLimit {
  let tokens = settings.burst;
  let filledAt: number | null = null;

  return {
    take(now) {
      // Another controller in this process may count from elsewhere.
      const elapsed = Math.max(0, now - (filledAt ?? now));
      tokens = Math.min(settings.burst, tokens + (elapsed * settings.perSecond) / 1000) - 1;
      filledAt = now;
      // A negative level is a reservation: the next caller waits longer.
      return tokens >= 0 ? 0 : (-tokens * 1000) / settings.perSecond;
    },
  };
}
