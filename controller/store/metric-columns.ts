import type { Metric } from '../records/samples.ts';

/** The column of each metric, and how many of its units are one of the metric's: whole numbers take the least room. */
export const COLUMN_OF = {
  cpuPercent: { column: 'cpu', scale: 1 },
  freeMemoryKiB: { column: 'memory', scale: 1 },
  freeDiskKiB: { column: 'disk', scale: 1 },
  uptimeSeconds: { column: 'uptime', scale: 1 },
  temperatureC: { column: 'temperature', scale: 10 },
  voltageV: { column: 'voltage', scale: 10 },
} as const satisfies Readonly<Record<Metric, { readonly column: string; readonly scale: number }>>;

/** The columns in their order. */
export const METRIC_COLUMNS = Object.values(COLUMN_OF).map(({ column }) => column);

/** The column of a metric. */
export type MetricColumn = (typeof COLUMN_OF)[Metric]['column'];

/** What an hour or a day keeps of a metric, each in a column of its own: `cpu_n`. */
export const SUMMARIES = ['n', 'sum', 'min', 'max'] as const;
