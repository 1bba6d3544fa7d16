import { type DeviceView, FAILURES, type PlansView, type StatusView } from '#controller';
import { mendText } from '../approval/check-head.ts';
import type { Style } from '../output.ts';
import { counted, indented } from './lines.ts';
import { messageForAll } from './message-for-all.ts';
import { nextStep, stepLines } from './next-steps.ts';
import { rolloutLine } from './rollout-text.ts';
import { shellWord } from './shell-word.ts';
import { columns, printable, sentence } from './table.ts';
import { comingCount, controlStep, hasGaps, unknownsText } from './unknowns-text.ts';
import { agoText } from './when.ts';
import { shortId } from './ids.ts';
import { underWayText } from './under-way-text.ts';

/** `2 distinct plans, 12 devices, 1 of them offline`; nothing while there are no plans and not everything is known. */
export function headingOf(view: PlansView, style: Style): readonly string[] {
  const { plans, groups } = view;
  if (plans.length === 0)
    return hasGaps(view) || view.control !== null ? [] : [style.strong('no plans: nothing to change')];
  const offline = plans.filter((plan) => plan.offline).length;
  const tail = offline === 0 ? '' : `, ${String(offline)} of them offline`;
  return [style.strong(`${counted(groups.length, 'distinct plan')}, ${counted(plans.length, 'device')}${tail}`)];
}

/** What the plans do not know. */
export function tailOf(view: PlansView, style: Style): readonly string[] {
  const told = new Set(view.plans.map((plan) => plan.device));
  const text = unknownsText({ ...view, offline: view.offline.filter(({ device }) => !told.has(device)) }, style);
  return text === null ? [] : [text];
}

/**
 * The answer to "why is nothing happening?": the source, the freeze, the counts, and every device that is not ready.
 */
export function statusText(status: StatusView, style: Style): string {
  const { devices, now } = status;
  const waiting = devices.filter((device) => device.ready !== 'True');
  const sections = [headText(status, style)];
  if (status.rollouts.length > 0)
    sections.push(status.rollouts.map((rollout) => `Rollout ${rolloutLine(rollout, style)}`).join('\n'));
  if (status.underWay.length > 0)
    sections.push(['Under way', ...status.underWay.map((each) => `  ${underWayText(each, now)}`)].join('\n'));
  if (waiting.length > 0) sections.push(notReadyText(waiting, style));
  else if (devices.length > 0 && isIdle(status))
    sections.push(style.good('Every device is ready: nothing is happening because there is nothing to do.'));
  const next = Math.min(...devices.map((device) => device.nextVisitAt ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(next)) sections.push(style.dim(`next visit ${agoText(Math.max(next, now + 1), now)}`));
  return sections.join('\n\n');
}

/** Whether nothing waits for anybody and nothing is under way, besides what devices say. */
function isIdle({ source, frozen, access, rollouts, underWay }: StatusView): boolean {
  if (access !== undefined) return false;
  return source.control === null && source.fault === null && frozen === null && rollouts.length + underWay.length === 0;
}

function headText({ source, frozen, access, devices, now, startedAt, leader }: StatusView, style: Style): string {
  const ready = devices.filter((device) => device.ready === 'True').length;
  const heldBack = devices.filter((device) => device.reason === 'RowsHeldBack').length;
  const stalled = devices.filter((device) => device.stalled).length - heldBack;
  const drifted = devices.filter((device) => device.drifted).length;
  const unknown = devices.filter((device) => device.ready === 'Unknown').length;
  const counts = [
    `${String(devices.length)} in the fleet`,
    ...(source.control === null || source.control.devices === 0
      ? []
      : [`${comingCount(source.control)} in the control plan`]),
    `${String(ready)} ready`,
    `${String(devices.length - ready - unknown)} not ready`,
    `${String(unknown)} unknown`,
    ...(stalled === 0 ? [] : [`${String(stalled)} stalled`]),
    ...(heldBack === 0 ? [] : [`${String(heldBack)} with rows held back`]),
    ...(drifted === 0 ? [] : [`${String(drifted)} drifted`]),
  ];
  const revision =
    source.revision === null
      ? 'none accepted yet'
      : `${shortId(source.revision)}, accepted ${agoText(source.acceptedAt, now)}`;
  const rows = [
    ['Controller', `running, started ${agoText(startedAt, now)}${leader === undefined ? '' : `; ${leader} leads`}`],
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
    lines.push('', style.bad(`The source is refused since ${agoText(since, now)}: ${code}`), indented(message));
    const kept =
      source.revision === null ? 'no device is touched until it is corrected' : 'the last good revision stays in force';
    lines.push(`  ${kept}`, `  next: ${mendText(source.mend) ?? sourceStep(code, source.name)}`);
  }
  if (source.control !== null) lines.push('', waitingControlText(source.control, style));
  if (source.disregarded.length > 0) {
    const reasons = source.disregarded.map(({ message }) => message).join('\n');
    lines.push('', style.warn('Not counted as an approval:'), indented(reasons));
  }
  if (access !== undefined) {
    lines.push(
      '',
      style.bad(`The access file is refused since ${agoText(access.since, now)}`),
      indented(access.message),
    );
    lines.push('  the last valid one stays in force', '  next: rosctl access show');
  }
  if (frozen !== null) lines.push('', 'No router is written to until the freeze ends', '  next: rosctl freeze --off');
  return lines.join('\n');
}

/** The control plan that waits, for what, and what to do about it. */
export function waitingControlText(control: NonNullable<StatusView['source']['control']>, style: Style): string {
  return [
    style.warn(`The control plan ${shortId(control.id)} waits:`),
    indented(control.reasons.map(({ message }) => message).join('\n')),
    '  until then nothing of it counts',
    `  next: ${controlStep(control)}`,
  ].join('\n');
}

/** What mends a source that is refused: its files, its history, or what the failure itself says. */
function sourceStep(code: string, source: string): string {
  if (code === 'SourceFaulty') return `rosctl validate${checkoutOf(source)}`;
  const kind = (FAILURES as Readonly<Record<string, { readonly hint: string } | undefined>>)[code];
  return kind?.hint ?? 'rosctl trust show';
}

/** The folder to validate, where the source is one of this machine; elsewhere it is the clone that somebody is in. */
function checkoutOf(source: string): string {
  const [, folder] = /^(?:folder:|git:)(\/.*?)(?:\/\.git#[^#]*)?$/.exec(source) ?? [];
  return folder === undefined ? '' : ` ${shellWord(folder)}`;
}

/** Devices that wait for the same thing are told together, in words that name none of them. */
function notReadyText(devices: readonly DeviceView[], style: Style): string {
  const groups = Map.groupBy(devices, (device) =>
    JSON.stringify([device.ready, device.reason, device.instead, messageForAll(device)]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const alone = group.length === 1;
      const names = group.map((device) => printable(device.name)).join(', ');
      const paint = first.stalled ? style.bad : style.warn;
      const message = sentence(alone ? first.message : messageForAll(first));
      const step = nextStep(
        first.reason,
        group.map((device) => device.name),
        first.instead,
      );
      const next = step === undefined ? [] : stepLines(step).map((line) => `  ${line}`);
      return [[`${paint(printable(first.reason))}  ${style.strong(names)}`, `  ${message}`, ...next].join('\n')];
    })
    .join('\n\n');
}
