import type { DeviceView, StatusView } from '#controller';
import { nextStep } from './next-steps.ts';
import type { Style } from './output.ts';
import { columns, printable, table } from './table.ts';
import { agoText } from './when.ts';

/** Everything about one device. */
export function deviceText(device: DeviceView, { now, frozen }: StatusView, style: Style): string {
  const step = device.ready === 'True' ? undefined : nextStep(device.reason, device.name);
  const rows = [
    ['Device', style.strong(device.name)],
    ['Ready', `${painted(device, device.ready, style)} (${device.reason})`],
    ['Message', printable(device.message)],
    ...(step === undefined ? [] : [['Next', step]]),
    ['Environment', device.environment],
    ['Site', device.site ?? '-'],
    ['Address', printable(device.address)],
    ['Serial', printable(device.serial ?? '-')],
    ['Plan', device.planId ?? '-'],
    ['Drift', device.drifted ? `yes: rosctl drift ${device.name}` : 'none'],
    ['Freeze', frozen === null ? 'off' : `by ${printable(frozen.by)}: ${printable(frozen.reason)}`],
    ['Last visit', agoText(device.lastVisitAt, now)],
    ['Next visit', agoText(device.nextVisitAt, now)],
    ['Confirmed', agoText(device.confirmedAt, now)],
  ];
  return columns(rows);
}

/** One line for each device. */
export function devicesText({ devices, now }: Pick<StatusView, 'devices' | 'now'>, style: Style): string {
  if (devices.length === 0) return 'the fleet has no devices';
  return table(
    ['device', 'ready', 'reason', 'environment', 'site', 'address', 'plan', 'drift', 'last visit'],
    devices.map((device) => [
      device.name,
      painted(device, device.ready, style),
      device.reason,
      device.environment,
      device.site ?? '-',
      printable(device.address),
      device.planId?.slice(7, 19) ?? '-',
      device.drifted ? style.warn('yes') : '-',
      agoText(device.lastVisitAt, now),
    ]),
  );
}

function painted(device: DeviceView, text: string, style: Style): string {
  if (device.ready === 'True') return style.good(text);
  return device.stalled ? style.bad(text) : style.warn(text);
}
