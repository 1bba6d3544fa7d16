import type { DeviceView, StatusView } from '#controller';
import type { DeviceOutput, StatusOutput } from './fleet-outputs.ts';

const READY: Readonly<Record<string, boolean>> = { True: true, False: false };

/** A device as it is printed for programs. */
export function deviceOutput(device: DeviceView): DeviceOutput {
  return { ...device, ready: READY[device.ready] ?? null };
}

/** A status as it is printed for programs. */
export function statusOutput(status: StatusView): StatusOutput {
  return { ...status, devices: status.devices.map(deviceOutput) };
}
