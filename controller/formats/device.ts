import type { DeviceRecord } from '../records/devices.ts';
import type { HealthCheckResult } from '../records/health.ts';
import { rows } from './rows.ts';
import { list, map, number, object, oneOf, optional, text } from './shape.ts';
import { format } from './stored.ts';

/** On which RouterOS a device was last proven to undo by itself, and how. */
export const PROBED = format(
  'probe',
  object<NonNullable<DeviceRecord['probed']>>({
    version: text,
    tier: oneOf('full', 'job-only', 'none'),
    rowsPerSecond: optional(number),
  }),
);

/** What menus held, by their paths. */
export const SNAPSHOT_MENUS = format('snapshot', map(rows));

/** What the health checks of one moment found. */
export const HEALTH_CHECKS = format(
  'health report',
  list(object<HealthCheckResult>({ check: text, verdict: oneOf('healthy', 'degraded', 'unknown'), message: text })),
);
