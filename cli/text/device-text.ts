import type { DeviceView, StatusView, Unknowns } from '#controller';
import type { Style } from '../output.ts';
import { nextStep, stepLines } from './next-steps.ts';
import { columns, printable, sentence, table } from './table.ts';
import { unknownsText } from './unknowns-text.ts';
import { agoText, momentAndAge } from './when.ts';
import { shortId } from './ids.ts';

/** Everything about one device, times in its own time zone. */
export function deviceText(device: DeviceView, { now, frozen }: StatusView, style: Style): string {
  const step = device.ready === 'True' ? undefined : nextStep(device.reason, [device.name], device.instead);
  const when = (at: number | null): string => momentAndAge(at, now, device.timeZone);
  const rows = [
    ['Device', style.strong(device.name)],
    ['Ready', `${painted(device, device.ready, style)} (${device.reason})`],
    ['Message', sentence(device.message)],
    ['Environment', device.environment],
    ['Site', device.site ?? '-'],
    ['Critical', device.critical ? 'yes' : 'no'],
    ['Address', printable(device.address)],
    ['Serial', printable(device.serial ?? '-')],
    ['Plan', device.planId ?? (device.readAt === null ? 'not known' : '-')],
    [
      'Drift',
      device.drifted
        ? `yes; next: rosctl drift ${device.name}`
        : device.readAt === null
          ? 'not known'
          : device.confirmedAt === null
            ? 'not known: never confirmed'
            : 'none',
    ],
    ['Freeze', frozen === null ? 'off' : `by ${printable(frozen.by)}: ${printable(frozen.reason)}`],
    ['Read', when(device.readAt)],
    ['Last visit', when(device.lastVisitAt)],
    ['Next visit', when(device.nextVisitAt)],
    ['Confirmed', when(device.confirmedAt)],
  ];
  const next = step === undefined ? [] : ['', ...stepLines(step)];
  return [columns(rows), ...next].join('\n');
}

/** One line for each device. */
export function devicesText({ devices, now }: Pick<StatusView, 'devices' | 'now'>, style: Style): string {
  return table(
    ['device', 'ready', 'reason', 'environment', 'site', 'address', 'plan', 'drift', 'read', 'last visit'],
    devices.map((device) => [
      device.critical ? `${device.name} (critical)` : device.name,
      painted(device, device.ready, style),
      device.reason,
      device.environment,
      device.site ?? '-',
      printable(device.address),
      (device.planId === null ? null : shortId(device.planId)) ?? (device.readAt === null ? '?' : '-'),
      device.drifted ? style.warn('yes') : device.readAt === null ? '?' : '-',
      agoText(device.readAt, now),
      agoText(device.lastVisitAt, now),
    ]),
    { ...style, spare: ['last visit', 'address', 'site', 'environment', 'read', 'drift'] },
  );
}

/** The whole fleet, and what is not known of it. */
export function fleetText(status: StatusView, unknowns: Unknowns, style: Style): string {
  const gaps = unknownsText(unknowns, style);
  const listed = status.devices.length === 0 ? [] : [devicesText(status, style)];
  if (status.devices.length === 0 && gaps === null) return 'the fleet has no devices';
  return [...listed, ...(gaps === null ? [] : [gaps])].join('\n\n');
}

function painted(device: DeviceView, text: string, style: Style): string {
  if (device.ready === 'True') return style.good(text);
  return device.stalled ? style.bad(text) : style.warn(text);
}
