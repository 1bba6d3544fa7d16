import type { DeviceView, StatusView, Unknowns } from '#controller';
import { EXIT } from '../exit-codes.ts';
import type { Style } from '../output.ts';
import { counted, indented } from './lines.ts';
import { printable } from './table.ts';
import { agoText } from './when.ts';

const NAMED_AT_MOST = 20;

/**
 * What is not known, in words, and where to look; null when everything is known. A suspended device is named, and is no
 * gap.
 */
export function unknownsText(unknowns: Unknowns, style: Style): string | null {
  const { revision, fault, unread, offline, now } = unknowns;
  if (revision === null) return noRevisionText(fault, style);
  const paragraphs: string[] = [];
  const suspended = unread.filter(isSuspended).map(({ device }) => device);
  const gaps = unread.filter((each) => !isSuspended(each));
  if (gaps.length > 0) {
    const head = `${counted(gaps.length, 'device')} not read: what ${gaps.length === 1 ? 'it' : 'they'} would need is not known`;
    const byReason = [...Map.groupBy(gaps, ({ reason }) => reason)].map(
      ([reason, group]) => `  ${reason}: ${named(group.map(({ device }) => device))}`,
    );
    paragraphs.push([style.bad(head), ...byReason, '  next: rosctl status'].join('\n'));
  }
  const coming = comingText(unknowns.control);
  if (coming !== null) paragraphs.push(style.warn(coming));
  if (offline.length > 0) {
    const reads = offline.map(({ device, readAt }) => `${device} (${agoText(readAt, now)})`);
    paragraphs.push(`offline, told as last read: ${named(reads)}`);
  }
  if (suspended.length > 0) paragraphs.push(`left alone, spec.suspend is set: ${named(suspended)}`);
  if (fault !== null)
    paragraphs.push(style.warn('the newest files are refused, this is the last good revision; next: rosctl status'));
  return paragraphs.length === 0 ? null : paragraphs.join('\n\n');
}

/** The exit code of an answer about the fleet: what was found counts first, then what could not be looked for. */
export function exitOf(found: boolean, unknowns: Pick<Unknowns, 'revision' | 'unread'>): number {
  if (found) return EXIT.changes;
  return hasGaps(unknowns) ? EXIT.notKnown : EXIT.ok;
}

/** Whether something that matters is missing: a revision, or the read of a device that is not suspended. */
export function hasGaps({ revision, unread }: Pick<Unknowns, 'revision' | 'unread'>): boolean {
  return revision === null || unread.some((each) => !isSuspended(each));
}

/** The same of the devices in a status. */
export function unknownsIn({ source, devices, now }: StatusView): Unknowns {
  const unread = devices
    .filter((device) => device.readAt === null)
    .map(({ name, reason, message }: DeviceView) => ({ device: name, reason, message }));
  const { revision, fault, control } = source;
  if (control === null) return { now, revision, fault, unread, offline: [], control };
  const { reasons: _, ...waiting } = control;
  return { now, revision, fault, unread, offline: [], control: waiting };
}

/** `12 more devices wait in the control plan …`: nobody counts them yet; null: no control plan waits. */
export function comingText(control: Unknowns['control']): string | null {
  if (control === null) return null;
  const what =
    control.devices === 0
      ? 'a control plan waits'
      : `${comingCount(control)} ${control.devices === 1 ? 'waits' : 'wait'} in the control plan`;
  return `${what}\n  next: ${controlStep(control)}`;
}

/** What to do about a control plan that waits. */
export function controlStep({ unapprovable }: Pick<NonNullable<Unknowns['control']>, 'unapprovable'>): string {
  return unapprovable === true
    ? 'nobody can approve it as things stand; do what its reasons say'
    : 'rosctl approve control';
}

/** `12 more devices` */
export function comingCount({ devices }: NonNullable<Unknowns['control']>): string {
  return `${String(devices)} more ${devices === 1 ? 'device' : 'devices'}`;
}

function noRevisionText(fault: Unknowns['fault'], style: Style): string {
  const head = style.bad('no revision of the source was accepted yet: nothing is known of the fleet');
  const why = fault === null ? [] : [`  ${fault.code}`, indented(fault.message)];
  return [head, ...why, '  next: rosctl status'].join('\n');
}

function isSuspended({ reason }: Unknowns['unread'][number]): boolean {
  return reason === 'Suspended';
}

function named(devices: readonly string[]): string {
  const shown = devices.slice(0, NAMED_AT_MOST).map(printable).join(', ');
  return devices.length > NAMED_AT_MOST ? `${shown} and ${String(devices.length - NAMED_AT_MOST)} more` : shown;
}
