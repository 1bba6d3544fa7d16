import type { Instant } from '../ports.ts';

/** What decides how often a router is asked. */
export interface PollFacts {
  readonly critical: boolean;
  /** `spec.poll.intervalSeconds`; null: not given. */
  readonly declaredSeconds: number | null;
  /** When something was last written to it or found drifted; null: not as far as is known. */
  readonly changedAt: Instant | null;
  /** When its health was last found degraded; null: never. */
  readonly degradedAt: Instant | null;
  /** It is degraded now. */
  readonly degraded: boolean;
  /** Since when it is watched: before that nothing is known of its calm. */
  readonly watchedSince: Instant;
  /** Health polls in a row that got no answer. */
  readonly failures: number;
}

/** In how many seconds what is asked again. */
export interface Polls {
  /** Load and memory: one request. */
  readonly health: number;
  /** Temperatures and voltages besides: one more request, at most so often. */
  readonly sensors: number;
  /** A visit, before what its outcome makes of it. */
  readonly visit: number;
}

const ALERT_MS = 15 * 60_000;
const CALM_MS = 60 * 60_000;
const ALERT_SECONDS = 15;
const CRITICAL_SECONDS = 30;
const USUAL_SECONDS = 60;
const CALM_SECONDS = 120;
const LONGEST_SECONDS = 300;
const VISIT_SECONDS = 300;
const ALERT_VISIT_SECONDS = 60;

/**
 * How often a router is asked, by what happened to it. With 0.12 s a request, as on a hEX, its health costs it 1 % of
 * its time at most: while it is asked every 15 s its sensors are left for two minutes.
 */
export function pollsOf(facts: PollFacts, now: Instant): Polls {
  const { critical, changedAt, degradedAt, degraded, watchedSince, failures, declaredSeconds } = facts;
  const changed = isWithin(ALERT_MS, changedAt, now);
  const isCalm = now - Math.max(changedAt ?? 0, degradedAt ?? 0, watchedSince) >= CALM_MS;
  const alert = changed || degraded;
  const usual = alert ? ALERT_SECONDS : critical ? CRITICAL_SECONDS : isCalm ? CALM_SECONDS : USUAL_SECONDS;
  const health = Math.min(LONGEST_SECONDS, usual * 2 ** Math.min(failures, 10));
  const unhurried = critical ? VISIT_SECONDS / 2 : VISIT_SECONDS;
  return {
    health,
    sensors: alert ? CALM_SECONDS : health,
    visit: declaredSeconds ?? (changed ? ALERT_VISIT_SECONDS : unhurried),
  };
}

function isWithin(milliseconds: number, at: Instant | null, now: Instant): boolean {
  return at !== null && now - at < milliseconds;
}
