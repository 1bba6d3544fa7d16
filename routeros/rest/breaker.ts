/** When a breaker opens and for how long, milliseconds. */
export interface BreakerSettings {
  /** Consecutive transport failures that open it. */
  readonly threshold: number;
  /** The first pause; each failed probe doubles it. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

const BREAKER_DEFAULTS: BreakerSettings = { threshold: 5, pauseMs: 10_000, longestPauseMs: 120_000 };

/** An open breaker's answer: how long until a probe may go, and what the router last failed with. */
export interface Pause {
  readonly waitMs: number;
  readonly lastFailure: string;
}

/** Spares a router (and us) that failed repeatedly: closed, open for a pause, then half-open for one probe. */
export interface Breaker {
  /**
   * Asks to send one request at this time. `null`: send it, and report how it ended.
   */
  admit(now: number): Pause | null;
  /** What was admitted is not sent after all. */
  forgone(): void;
  /** The router answered, whatever it said. */
  succeeded(): void;
  /**
   * No answer. `random` (0 to 1) spreads the probes of many routers behind one broken path over the second half of the
   * pause.
   */
  failed(now: number, random: number, failure: string): void;
}

/** A closed breaker. */
export function makeBreaker(settings: BreakerSettings = BREAKER_DEFAULTS): Breaker {
  let failures = 0;
  let openings = 0;
  let openUntil: number | null = null;
  let probing = false;
  let lastFailure = '';

  return {
    admit(now) {
      if (openUntil === null) return null;
      if (now < openUntil) return { waitMs: openUntil - now, lastFailure };
      if (probing) return { waitMs: settings.pauseMs, lastFailure };
      probing = true;
      return null;
    },
    forgone() {
      probing = false;
    },
    succeeded() {
      failures = 0;
      openings = 0;
      openUntil = null;
      probing = false;
    },
    failed(now, random, failure) {
      lastFailure = failure;
      failures += 1;
      if (!probing && failures < settings.threshold) return;
      const pause = Math.min(settings.longestPauseMs, settings.pauseMs * 2 ** openings);
      openings = Math.min(openings + 1, 30);
      openUntil = now + pause * (0.5 + random / 2);
      probing = false;
    },
  };
}
