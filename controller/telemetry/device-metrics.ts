import { Gauge, type Registry } from 'prom-client';

/** What the gauges of one device show, by the names of {@link DEVICE_GAUGES}; null: it is not known. */
export interface DeviceReading {
  readonly device: string;
  readonly values: Readonly<Record<keyof typeof DEVICE_GAUGES, number | null>>;
}

/** A gauge for each, with the device as its label. */
export const DEVICE_GAUGES = {
  healthy: 'Whether the newest sample of the device is healthy (1) or degraded (0); absent while that is not known.',
  sampled_seconds: 'When the newest sample of the device was taken, in seconds since 1970.',
  cpu_percent: 'Load of the router.',
  memory_free_bytes: 'Free memory of the router.',
  memory_total_bytes: 'Memory of the router.',
  disk_free_bytes: 'Free space of the router.',
  disk_total_bytes: 'Space of the router.',
  uptime_seconds: 'Since when the router is up.',
  temperature_celsius: 'The highest temperature that the router tells.',
  voltage_volts: 'What powers the router.',
} as const;

/** Adds the gauges of devices to a page; they are asked whenever it is. */
export function addDeviceGauges(registry: Registry, observe: () => readonly DeviceReading[]): void {
  for (const [name, help] of Object.entries(DEVICE_GAUGES)) {
    const gauge = new Gauge({
      name: `routeros_gitops_device_${name}`,
      help,
      labelNames: ['device'],
      registers: [],
      collect() {
        this.reset();
        for (const { device, values } of observe()) {
          const value = values[name as keyof typeof DEVICE_GAUGES];
          if (value !== null) this.set({ device }, value);
        }
      },
    });
    registry.registerMetric(gauge);
  }
}
