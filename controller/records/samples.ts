import type { DeviceName, Instant } from '../ports.ts';

/** What is measured of a router over time, and kept of hours and days as well. */
export const METRICS = [
  'cpuPercent',
  'freeMemoryKiB',
  'freeDiskKiB',
  'uptimeSeconds',
  'temperatureC',
  'voltageV',
] as const;

/** One of {@link METRICS}. */
export type Metric = (typeof METRICS)[number];

/** What a router said of itself at one moment; null: it did not say, or was not asked. */
export interface HealthSample extends Readonly<Record<Metric, number | null>> {
  readonly device: DeviceName;
  readonly at: Instant;
  readonly totalMemoryKiB: number | null;
  readonly totalDiskKiB: number | null;
}

/** All values of one metric in an hour or a day: their mean is `sum / count`. */
export interface MetricSummary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** What the samples of an hour or a day come to; null: none of them had the metric. */
export interface HealthPeriod extends Readonly<Record<Metric, MetricSummary | null>> {
  /** Its first moment. */
  readonly from: Instant;
  readonly samples: number;
}

/** A length of time that samples are summed up for. */
export type PeriodLength = 'hour' | 'day';

/** A time for each kind of what is kept of health: how long it is kept, or before when it is let go. Milliseconds. */
export interface HealthKept {
  readonly samples: number;
  readonly hours: number;
  readonly days: number;
}

/** The health of devices through time. */
export interface SampleRecords {
  /** A few hundred a transaction. A moment of a device that is there stays as it is. */
  add(samples: readonly HealthSample[]): Promise<void>;
  /** Every device of which there are samples. */
  devices(): Promise<readonly DeviceName[]>;
  /** The newest sample of each device. */
  newest(): Promise<readonly HealthSample[]>;
  /** From `from` on, oldest first. */
  list(device: DeviceName, from: Instant): Promise<readonly HealthSample[]>;
  /** Those that began at `from` or later and have ended, oldest first. */
  periods(device: DeviceName, length: PeriodLength, from: Instant): Promise<readonly HealthPeriod[]>;
  /**
   * Sums up the hours and days of a device that have ended by `now`, and lets go what is older than it is kept for. To
   * be called when all samples of before are in the store: what is added to a period later is not in its sums.
   */
  rollUp(device: DeviceName, now: Instant, before: HealthKept): Promise<void>;
}
