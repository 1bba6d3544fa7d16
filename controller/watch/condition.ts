import type { Instant } from '../ports.ts';
import type { HealthRules } from '../records/health.ts';
import type { HealthSample } from '../records/samples.ts';

/** What the newest sample of a router says; `unknown` is not healthy. */
export interface Condition {
  readonly verdict: 'healthy' | 'degraded' | 'unknown';
  /** Why it is not healthy; null: it is. */
  readonly because: string | null;
}

/** The limits that a sample is held to: those that its device must keep to keep a change. */
export type Limits = Pick<HealthRules, 'maxCpuPercent' | 'minFreeMemoryPercent'>;

/** Two polls of a router that is asked as rarely as can be, and a flush. */
const OLDEST_MS = 660_000;

/** What is known of a router's health now. `silent`: why it did not answer when it was asked last; null: it did. */
export function conditionOf(
  sample: HealthSample | null,
  limits: Limits,
  now: Instant,
  silent: string | null = null,
): Condition {
  if (silent !== null) return { verdict: 'unknown', because: silent };
  if (sample === null) return { verdict: 'unknown', because: 'it was not read yet' };
  if (now - sample.at > OLDEST_MS) return { verdict: 'unknown', because: 'it was not read for more than ten minutes' };
  const { cpuPercent, freeMemoryKiB, totalMemoryKiB } = sample;
  if (cpuPercent === null || freeMemoryKiB === null || totalMemoryKiB === null || totalMemoryKiB <= 0)
    return { verdict: 'unknown', because: 'it did not tell its load and memory' };
  const faults: string[] = [];
  if (cpuPercent > limits.maxCpuPercent) faults.push(`load ${cpuPercent} %, limit ${limits.maxCpuPercent} %`);
  const free = (100 * freeMemoryKiB) / totalMemoryKiB;
  if (free < limits.minFreeMemoryPercent)
    faults.push(`${free.toFixed(0)} % of memory free, at least ${limits.minFreeMemoryPercent} %`);
  if (faults.length === 0) return { verdict: 'healthy', because: null };
  return { verdict: 'degraded', because: faults.join('; ') };
}
