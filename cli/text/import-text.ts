import {
  CATALOGUE,
  type LeftOutProperty,
  matchOf,
  type Menu,
  type MenuPath,
  type RefusedRow,
  type Row,
} from '#routeros';
import type {
  CheckOutput,
  DeviceDifferences,
  ImportedDevice,
  ImportOutput,
  NotImported,
  UnreadRouter,
} from '../json/import-outputs.ts';
import type { Style } from '../output.ts';
import { counted, indented, paintedPlan } from './lines.ts';
import { cutTo, printable, sentence, table } from './table.ts';

const LONGEST = 160;

interface Reasons {
  readonly device: { readonly lineOf: (row: Row) => number | undefined };
  readonly refused: readonly RefusedRow[];
  readonly leftOut: readonly LeftOutProperty[];
}

/** A line for each row that was not imported, and for each property of the others that nobody will manage. */
export function refusalLines({ device, refused, leftOut }: Reasons): readonly string[] {
  const lineOf = (each: RefusedRow, what: string): string => {
    const { menu, row } = each;
    const line = device.lineOf(row);
    const place = line === undefined ? '' : ` (line ${String(line)})`;
    return `${what}: ${menu} ${rowWords(menu, row)}${place}: ${cutTo(printable(reasonWords(device, each)), LONGEST)}`;
  };
  return [
    ...refused.map((each) => lineOf(each, 'Not imported')),
    ...leftOut.map((each) => lineOf(each, `Left as it is: ${each.property}`)),
  ];
}

/** Why a row is not imported, with the line of another one that has to do with it. */
export function reasonWords({ lineOf }: Reasons['device'], { reason, besides }: RefusedRow): string {
  const line = besides === undefined ? undefined : lineOf(besides);
  return line === undefined ? reason : `${reason}; the other one is in line ${String(line)}`;
}

/** What tells a row apart, as far as it can be told. */
export function rowWords(path: MenuPath, row: Row): string {
  const menu: Menu | undefined = CATALOGUE[path];
  const match = menu === undefined || menu.shape === 'settings' ? {} : matchOf(menu, row);
  const words = Object.entries(match).map(([name, value]) => `${name}=${cutTo(printable(value), LONGEST)}`);
  return words.join(' ');
}

/** `12 rows of /ip/firewall/filter, 1 row of /ip/route` */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([menu, count]) => `${menu} ${String(count)}`)
    .join(', ');
}

const TOLD = 40;

/** What was read and written, what was not imported and why, and the plan of each device that is not in sync. */
export function importText(result: ImportOutput, style: Style): string {
  const { devices, unread, folder, written, removed, unchanged } = result;
  const rows = devices.map(({ device, version, rows: all, imported, refused, leftOut, others, verified }) => [
    device,
    version ?? '',
    String(all),
    String(imported),
    String(refused.length),
    String(leftOut.length),
    String(sumOf(others)),
    changesText(verified, style),
  ]);
  const headings = ['device', 'version', 'rows', 'imported', 'refused', 'left out', 'not covered', 'result'];
  const others = totalsOf(devices.map((device) => device.others));
  const parts = [
    ...(devices.length === 0 ? [] : [table(headings, rows, { width: style.width, spare: ['version'] })]),
    ...linesOf(
      'Not imported',
      devices.flatMap((device) => device.refused.map((each) => [device.device, each] as const)),
    ),
    ...linesOf(
      'Left as it is',
      devices.flatMap((device) => device.leftOut.map((each) => [device.device, each] as const)),
    ),
    ...secretsText(devices),
    ...notAllowedText(devices),
    ...(Object.keys(others).length === 0 ? [] : [`No section covers, in rows: ${countsText(others)}`]),
    ...faultsText(devices),
    ...differencesText(
      devices.map(({ verified }) => verified),
      style,
    ),
    ...unreadText(unread, style),
    filesText({ folder, written: written.length, removed: removed.length, unchanged }),
    summaryText(
      devices.map(({ verified }) => verified),
      hasGaps(result),
      style,
    ),
  ];
  return parts.join('\n\n');
}

/** The plan of each device that is not in sync with the files. */
export function checkText({ devices, unread, folder }: CheckOutput, style: Style): string {
  const rows = devices.map((each) => [each.device, changesText(each, style)]);
  const parts = [
    ...(devices.length === 0 ? [] : [table(['device', 'result'], rows, style)]),
    ...faultsText(devices),
    ...differencesText(devices, style),
    ...unreadText(unread, style),
    summaryText(devices, hasGaps({ devices, unread }), style),
  ];
  return [`${printable(folder)} against what was read`, ...parts].join('\n\n');
}

/** `0 changes` */
function changesText({ differences }: DeviceDifferences, style: Style): string {
  const text = counted(differences, 'change');
  return differences === 0 ? style.good(text) : style.warn(text);
}

function linesOf(what: string, all: readonly (readonly [string, NotImported])[]): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, TOLD).map(([device, { menu, row, property, line, reason }]) => {
    const place = line === undefined ? '' : `, line ${String(line)}`;
    const words = [menu, row, ...(property === undefined ? [] : [property])].filter((word) => word !== '').join(' ');
    return `  ${device}${place}: ${words}: ${cutTo(printable(reason), LONGEST)}`;
  });
  const more = all.length > TOLD ? [`  and ${String(all.length - TOLD)} more: -o json shows all`] : [];
  return [
    [`${what}, ${counted(all.length, what === 'Not imported' ? 'row' : 'value')}:`, ...lines, ...more].join('\n'),
  ];
}

/** Which names stand for secrets, and how they get a value; and where none could be seen. */
function secretsText(devices: readonly ImportedDevice[]): readonly string[] {
  const names = [...new Set(devices.flatMap(({ secrets }) => secrets))].toSorted();
  const unseen = devices.filter(({ unseenSecrets }) => unseenSecrets > 0).map(({ device }) => device);
  const lines = names.slice(0, TOLD).map((name) => `  ${name}`);
  const more = names.length > TOLD ? [`  and ${String(names.length - TOLD)} more: -o json shows all`] : [];
  const one = names[0] ?? '';
  const how = `Bind each in the credentials file, for example {name: ${one}, from: {store: true}, hosts: [ADDRESS]}, and set its value: rosctl credentials set ${one}. Until then a controller leaves these rows as they are.`;
  return [
    ...(names.length === 0
      ? []
      : [[`Secrets are named and not written, ${counted(names.length, 'name')}:`, ...lines, ...more, how].join('\n')]),
    ...(unseen.length === 0
      ? []
      : [
          `No secret was seen where there may be some: ${unseen.join(', ')}. A router shows them to users with the policy sensitive alone, an export with show-sensitive.`,
        ]),
  ];
}

function notAllowedText(devices: readonly ImportedDevice[]): readonly string[] {
  const lines = devices.flatMap(({ device, notAllowed }) => {
    const sections = countsText(notAllowed);
    return sections === '' ? [] : [`  ${device}: ${sections}`];
  });
  if (lines.length === 0) return [];
  return [
    ['Not written, since the RouterDevice does not allow the section (spec.capabilities.sections):', ...lines].join(
      '\n',
    ),
  ];
}

function faultsText(devices: readonly Faulty[]): readonly string[] {
  const faults = devices.flatMap((device) => device.faults.map((fault) => `  ${device.device}: ${printable(fault)}`));
  return faults.length === 0 ? [] : [['Not read:', ...faults].join('\n')];
}

function differencesText(devices: readonly DeviceDifferences[], style: Style): readonly string[] {
  return devices
    .filter(({ differences }) => differences > 0)
    .map(({ device, text, notRead }) => {
      const unread = notRead.length === 0 ? [] : [`declared and not read: ${notRead.join(', ')}`];
      return [style.strong(device), ...unread, indented(paintedPlan(text ?? '', style))].join('\n');
    });
}

/** The devices that could not be read, each with the reason. */
export function unreadText(unread: readonly UnreadRouter[], style: Style): readonly string[] {
  if (unread.length === 0) return [];
  const lines = unread.map(({ device, message }) => `  ${device}: ${sentence(message)}`);
  return [[style.bad(`${counted(unread.length, 'device')} could not be read:`), ...lines].join('\n')];
}

interface FileCounts {
  readonly folder: string;
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

function filesText({ folder, written, removed, unchanged }: FileCounts): string {
  const gone = removed === 0 ? '' : `, ${String(removed)} removed`;
  return `${printable(folder)}: ${counted(written, 'file')} written${gone}, ${String(unchanged)} unchanged`;
}

interface Faulty {
  readonly device: string;
  readonly faults: readonly string[];
}

/** Whether a device, or a part of one, was not read. */
function hasGaps({
  devices,
  unread,
}: {
  readonly devices: readonly Faulty[];
  readonly unread: readonly unknown[];
}): boolean {
  return unread.length > 0 || devices.some(({ faults }) => faults.length > 0);
}

function summaryText(devices: readonly DeviceDifferences[], gaps: boolean, style: Style): string {
  const differing = devices.filter(({ differences }) => differences > 0).length;
  if (devices.length === 0) return style.warn('nothing was read');
  if (differing === 0 && gaps) return style.warn('0 changes of what was read: not all of it was');
  return differing === 0
    ? style.good(
        `0 changes: the files say what ${devices.length === 1 ? 'the router holds' : `the ${String(devices.length)} routers hold`}`,
      )
    : style.warn(`the files differ from ${String(differing)} of ${counted(devices.length, 'device')}`);
}

/** Sums, by name, in the order of names. */
export function totalsOf(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const each of counts)
    for (const [name, count] of Object.entries(each)) totals[name] = (totals[name] ?? 0) + count;
  return Object.fromEntries(Object.entries(totals).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** All of them together. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
