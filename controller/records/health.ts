import type { DeviceName, Instant } from '../ports.ts';

/** What a device must pass to keep a change; from the RolloutPolicy. */
export interface HealthRules {
  readonly maxCpuPercent: number;
  readonly minFreeMemoryPercent: number;
  readonly pings: readonly { readonly address: string; readonly count: number; readonly maxLossPercent: number }[];
  /** Names that must resolve on the device. */
  readonly resolve: readonly string[];
  /** Interfaces that ran before must still run. */
  readonly interfaces: boolean;
}

/** What one check found, in words. `unknown`: it could not be made, which is never taken for healthy. */
export interface HealthCheckResult {
  readonly check: string;
  readonly verdict: 'healthy' | 'degraded' | 'unknown';
  readonly message: string;
}

/** All checks of one moment. The verdict is that of the worst check: `degraded` before `unknown` before `healthy`. */
export interface HealthReport {
  readonly verdict: 'healthy' | 'degraded' | 'unknown';
  readonly checks: readonly HealthCheckResult[];
}

/** A report as stored; `attemptId` names the attempt that it judged. */
export interface HealthRecord extends HealthReport {
  readonly device: DeviceName;
  readonly attemptId: string | null;
  readonly at: Instant;
}

/** Health reports by device. */
export interface HealthRecords {
  add(record: HealthRecord): Promise<void>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly HealthRecord[]>;
}
