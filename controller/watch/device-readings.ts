import type { DeviceName } from '../ports.ts';
import type { HealthSample } from '../records/samples.ts';
import type { DeviceReading } from '../telemetry/device-metrics.ts';
import type { Watch } from './watch.ts';

/** What the gauges of devices show: the newest samples that this controller took. */
export function deviceReadings(
  watch: Pick<Watch, 'newestOf' | 'conditionOf'>,
  devices: readonly DeviceName[],
): readonly DeviceReading[] {
  return devices.flatMap((device) => {
    const sample = watch.newestOf(device);
    if (sample === null) return [];
    const { verdict } = watch.conditionOf(device, sample);
    return [{ device, values: valuesOf(sample, verdict === 'unknown' ? null : Number(verdict === 'healthy')) }];
  });
}

function valuesOf(sample: HealthSample, healthy: number | null): DeviceReading['values'] {
  return {
    healthy,
    sampled_seconds: Math.round(sample.at / 1000),
    cpu_percent: sample.cpuPercent,
    memory_free_bytes: bytesOf(sample.freeMemoryKiB),
    memory_total_bytes: bytesOf(sample.totalMemoryKiB),
    disk_free_bytes: bytesOf(sample.freeDiskKiB),
    disk_total_bytes: bytesOf(sample.totalDiskKiB),
    uptime_seconds: sample.uptimeSeconds,
    temperature_celsius: sample.temperatureC,
    voltage_volts: sample.voltageV,
  };
}

function bytesOf(kibibytes: number | null): number | null {
  return kibibytes === null ? null : kibibytes * 1024;
}
