import type { DeviceName, Instant } from '../ports.ts';
import { type HealthPeriod, type HealthSample, type Metric, METRICS, type MetricSummary } from '../records/samples.ts';
import type { Condition } from '../watch/condition.ts';
import type { OperationContext } from './context.ts';
import { mustKnow } from './known-device.ts';
import { momentIn } from './when.ts';

/** How a device is now, by its newest sample. */
export interface DeviceHealth extends Condition {
  readonly device: DeviceName;
  /** Null: none was ever taken, or it is no longer kept. */
  readonly sample: HealthSample | null;
}

/** How the devices that one may see are. */
export interface FleetHealthView {
  readonly now: Instant;
  readonly devices: readonly DeviceHealth[];
}

/** What an hour or a day of a metric comes to. */
export interface MetricView extends Omit<MetricSummary, 'sum'> {
  readonly mean: number;
}

/** An hour or a day; a metric that no sample of it had is null. */
export interface PeriodView extends Readonly<Record<Metric, MetricView | null>> {
  readonly from: Instant;
  readonly samples: number;
}

/** The health of a device through time, as finely as it is kept for as long as was asked. */
export interface HealthView extends DeviceHealth {
  readonly now: Instant;
  readonly since: Instant;
  readonly timeZone: string | null;
  readonly resolution: 'sample' | 'hour' | 'day';
  /** Oldest first; empty with another resolution. */
  readonly samples: readonly HealthSample[];
  /** Hours or days that have ended, oldest first. */
  readonly periods: readonly PeriodView[];
}

type Known = Pick<OperationContext, 'store' | 'fleet' | 'clock' | 'watch'>;

/** How every device is that one may see. */
export async function fleetHealthView(known: Known): Promise<FleetHealthView> {
  const { fleet, clock, store } = known;
  const newest = new Map((await store.samples.newest()).map((sample) => [sample.device, sample]));
  const devices = fleet.devices().map((device) => healthOf(known, device, newest.get(device) ?? null));
  return { now: clock.now(), devices };
}

/** The health of a device since then. @throws {Failure} `NotFound`, `NoRevision` for a name that nobody knows. */
export async function healthView(known: Known, device: DeviceName, asked: string): Promise<HealthView> {
  const { store, fleet, clock, watch } = known;
  const now = clock.now();
  const since = momentIn(asked, now);
  const newest = (await store.samples.newest()).find((sample) => sample.device === device) ?? null;
  if (newest === null) await mustKnow(known, device);
  const resolution = resolutionOf(now - since, watch.kept);
  const periods = resolution === 'sample' ? [] : await store.samples.periods(device, resolution, since);
  return {
    ...healthOf(known, device, newest),
    now,
    since,
    timeZone: fleet.specOf(device)?.timeZone ?? null,
    resolution,
    samples: resolution === 'sample' ? await store.samples.list(device, since) : [],
    periods: periods.map(periodViewOf),
  };
}

function healthOf({ watch, fleet }: Known, device: DeviceName, stored: HealthSample | null): DeviceHealth {
  const own = fleet.sees(device) ? watch.newestOf(device) : null;
  const sample = own === null || (stored !== null && stored.at > own.at) ? stored : own;
  return { device, ...watch.conditionOf(device, sample), sample };
}

function resolutionOf(age: number, kept: Known['watch']['kept']): HealthView['resolution'] {
  if (age <= kept.samples) return 'sample';
  return age <= kept.hours ? 'hour' : 'day';
}

function periodViewOf({ from, samples, ...metrics }: HealthPeriod): PeriodView {
  const views = METRICS.map((metric): [Metric, MetricView | null] => [metric, metricViewOf(metrics[metric])]);
  return { from, samples, ...(Object.fromEntries(views) as Record<Metric, MetricView | null>) };
}

function metricViewOf(summary: MetricSummary | null): MetricView | null {
  if (summary === null) return null;
  const { sum, ...others } = summary;
  return { ...others, mean: Math.round((10 * sum) / summary.count) / 10 };
}
