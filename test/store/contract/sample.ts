import type { HealthSample } from '../../../controller/records/samples.ts';

export function sample(device: string, at: number, more: Partial<HealthSample> = {}): HealthSample {
  return {
    device,
    at,
    cpuPercent: 7,
    freeMemoryKiB: 180_000,
    freeDiskKiB: 4_000,
    uptimeSeconds: 90_000,
    temperatureC: 47.5,
    voltageV: null,
    totalMemoryKiB: 262_144,
    totalDiskKiB: 16_384,
    ...more,
  };
}
