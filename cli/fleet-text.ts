import type { DeviceView, PlansView, StatusView } from '#controller';
import { nextStep } from './next-steps.ts';
import type { Style } from './output.ts';
import { columns, printable } from './table.ts';
import { agoText } from './when.ts';

/** `2 distinct plans, 12 devices, 1 of them offline` */
export function groupsHeading({ plans, groups }: PlansView): string {
  if (plans.length === 0) return 'no plans: nothing to change';
  const offline = plans.filter((plan) => plan.offline).length;
  const tail = offline === 0 ? '' : `, ${String(offline)} of them offline`;
  return `${counted(groups.length, 'distinct plan')}, ${counted(plans.length, 'device')}${tail}`;
}

/** `1 device`, `2 devices` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text of several lines, each safe for a terminal. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Every line moved to the right. */
export function indented(text: string, by = '  '): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, by);
}

/** A rendered plan with its signs in colours, as far as the terminal shows any. */
export function paintedPlan(text: string, style: Style): string {
  const paints: Readonly<Record<string, (line: string) => string>> = {
    '+ ': style.good,
    '- ': style.bad,
    '~ ': style.warn,
    '> ': style.warn,
  };
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (paints[line.slice(0, 2)] ?? ((same: string) => same))(line))
    .join('\n');
}

/** The answer to "why is nothing happening?": the source, the freeze, the counts, and every device that is not ready. */
export function statusText(status: StatusView, style: Style): string {
  const { devices, now } = status;
  const waiting = devices.filter((device) => device.ready !== 'True');
  const sections = [headText(status, style)];
  if (waiting.length > 0) sections.push(notReadyText(waiting, style));
  else if (devices.length > 0)
    sections.push(style.good('Every device is ready: nothing is happening because there is nothing to do.'));
  const next = Math.min(...devices.map((device) => device.nextVisitAt ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(next)) sections.push(style.dim(`next visit ${agoText(Math.max(next, now + 1), now)}`));
  return sections.join('\n\n');
}

function headText({ source, frozen, devices, now, startedAt }: StatusView, style: Style): string {
  const ready = devices.filter((device) => device.ready === 'True').length;
  const stalled = devices.filter((device) => device.stalled).length;
  const drifted = devices.filter((device) => device.drifted).length;
  const unknown = devices.filter((device) => device.ready === 'Unknown').length;
  const counts = [
    `${String(devices.length)} in the fleet`,
    `${String(ready)} ready`,
    `${String(devices.length - ready - unknown)} not ready`,
    `${String(unknown)} unknown`,
    ...(stalled === 0 ? [] : [`${String(stalled)} stalled`]),
    ...(drifted === 0 ? [] : [`${String(drifted)} drifted`]),
  ];
  const revision =
    source.revision === null
      ? 'none accepted yet'
      : `${source.revision.slice(0, 19)}, accepted ${agoText(source.acceptedAt, now)}`;
  const rows = [
    ['Controller', `running, started ${agoText(startedAt, now)}`],
    ['Source', `${printable(source.name)}, read ${agoText(source.readAt, now)}`],
    ['Revision', revision],
    [
      'Freeze',
      frozen === null
        ? 'off'
        : style.bad(`by ${printable(frozen.by)} ${agoText(frozen.since, now)}: ${printable(frozen.reason)}`),
    ],
    ['Devices', counts.join(', ')],
  ];
  const lines = [columns(rows)];
  if (source.fault !== null) {
    const { since, code, message } = source.fault;
    lines.push(
      '',
      style.bad(`The source is refused since ${agoText(since, now)}: ${code}`),
      indented(printableLines(message)),
    );
    const kept =
      source.revision === null ? 'no device is touched until it is corrected' : 'the last good revision stays in force';
    lines.push(`  ${kept}; next: correct the files, rosctl validate FOLDER checks them`);
  }
  if (frozen !== null) lines.push('', 'No router is written to until the freeze ends; next: rosctl freeze --off');
  return lines.join('\n');
}

/** Devices that wait for the same thing are told together. */
function notReadyText(devices: readonly DeviceView[], style: Style): string {
  const groups = Map.groupBy(devices, (device) =>
    JSON.stringify([device.ready, device.reason, device.message.replaceAll(device.name, 'DEVICE')]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const names = group.map((device) => device.name).join(', ');
      const paint = first.stalled ? style.bad : style.warn;
      const lines = [`${paint(first.reason)}  ${style.strong(names)}`, `  ${printable(first.message)}`];
      const step = nextStep(first.reason, group.length === 1 ? first.name : 'DEVICE');
      return [[...lines, ...(step === undefined ? [] : [`  next: ${step}`])].join('\n')];
    })
    .join('\n\n');
}
