import type { CaptureRecord, MenuDiff, SnapshotDiffView, SnapshotsView, SnapshotView } from '#controller';
import type { Style } from '../output.ts';
import { counted } from './lines.ts';
import { printable, table } from './table.ts';
import { agoText, momentText } from './when.ts';

type Row = Readonly<Record<string, string>>;

const WHY: Readonly<Record<CaptureRecord['why'], string>> = {
  daily: 'daily',
  confirmed: 'after a confirmed change',
  asked: 'asked for',
};

/** `rosctl snapshots list`. */
export function snapshotsText({ captures, device, now, timeZone }: SnapshotsView, style: Style): string {
  if (captures.length === 0)
    return `no snapshot of ${printable(device)} yet\n  next: take one: rosctl snapshots take ${printable(device)}`;
  const rows = captures.map((capture) => [
    momentText(capture.at, timeZone),
    agoText(capture.at, now),
    WHY[capture.why],
    capture.version,
    capture.changed === 0 ? '-' : String(capture.changed),
    capture.unread.map(({ menu }) => menu).join(', '),
  ]);
  return table(['at', 'age', 'why', 'routeros', 'menus changed', 'not read'], rows, { width: style.width });
}

/** `rosctl snapshots show`: what each menu held, or the rows of one. */
export function snapshotText({ capture, menus, now, timeZone, device }: SnapshotView, style: Style): string {
  const head = `${style.strong(printable(device))} as it was seen ${momentText(capture.at, timeZone)}, ${agoText(capture.at, now)}`;
  const rest = unreadText(capture.unread, style);
  const [only] = menus;
  if (only?.rows !== undefined) return [head, rowsText(only.menu, only.rows), ...rest].join('\n\n');
  if (only === undefined)
    return [
      head,
      'nothing is known of this menu: the router does not have it, or no capture could read it',
      ...rest,
    ].join('\n\n');
  const rows = menus.map((menu) => [
    menu.menu,
    menu.title,
    String(menu.rowCount),
    momentText(menu.since, timeZone),
    menu.seenAt === capture.at ? '' : `last read ${agoText(menu.seenAt, now)}`,
  ]);
  const shown = table(['menu', 'what', 'rows', 'so since', ''], rows, { width: style.width, spare: ['what'] });
  return [head, shown, ...rest].join('\n\n');
}

/** `rosctl snapshots diff`. */
export function snapshotDiffText(
  { from, to, menus, unread, device, timeZone }: SnapshotDiffView,
  style: Style,
): string {
  const head = `${style.strong(printable(device))} from ${momentText(from.at, timeZone)} to ${momentText(to.at, timeZone)}`;
  const body = menus.length === 0 ? [style.good('nothing changed')] : menus.map((menu) => menuText(menu, style));
  return [head, ...body, ...unreadText(unread, style)].join('\n\n');
}

/** `rosctl snapshots take`. */
export function takenText({ device, changed, unread }: CaptureRecord, style: Style): string {
  const what = changed === 0 ? 'nothing changed since the one before' : `${counted(changed, 'menu')} changed`;
  return [style.good(`captured ${printable(device)}: ${what}`), ...unreadText(unread, style)].join('\n');
}

function menuText({ menu, title, kind, added, removed, changed, moved }: MenuDiff, style: Style): string {
  const said = kind === 'changed' ? '' : kind === 'appeared' ? ', new on the router' : ', gone from the router';
  return [
    `${style.strong(printable(menu))}  ${printable(title)}${said}`,
    ...removed.map((row) => style.bad(`  - ${cellsText(row)}`)),
    ...added.map((row) => style.good(`  + ${cellsText(row)}`)),
    ...changed.flatMap(({ match, fields }) => [
      // The one row of a menu needs no name.
      ...(Object.keys(match).length === 0 ? [] : [style.warn(`  ~ ${cellsText(match)}`)]),
      ...Object.entries(fields).map(
        ([name, { before, after }]) =>
          `${Object.keys(match).length === 0 ? style.warn('  ~ ') : '      '}${printable(name)}: ${quoted(before)} -> ${quoted(after)}`,
      ),
    ]),
    ...moved.map(({ match, from, to }) =>
      style.warn(`  > ${cellsText(match)}: place ${String(from)} -> ${String(to)}`),
    ),
  ].join('\n');
}

function rowsText(menu: string, rows: readonly Row[]): string {
  if (rows.length === 0) return `${printable(menu)} holds nothing`;
  return [printable(menu), ...rows.map((row) => `  ${cellsText(row)}`)].join('\n');
}

function cellsText(row: Row): string {
  return Object.entries(row)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${printable(name)}=${quoted(value)}`)
    .join(' ');
}

/** Bare where it is unmistakable. */
function quoted(value: string): string {
  return printable(/^[\w./:*,@+-]+$/.test(value) ? value : JSON.stringify(value));
}

function unreadText(unread: CaptureRecord['unread'], style: Style): readonly string[] {
  if (unread.length === 0) return [];
  const lines = unread.map(({ menu, message }) => `  ${printable(menu)}: ${printable(message)}`);
  return [[style.warn(`${counted(unread.length, 'menu')} could not be read:`), ...lines].join('\n')];
}
