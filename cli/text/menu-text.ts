import type { MenusView, MenuView } from '#controller';
import type { Style } from '../output.ts';
import { counted } from './lines.ts';
import { columns, printable, sentence, table } from './table.ts';
import { momentAndAge } from './when.ts';

/** The menus that can be read of a device, and what each holds. */
export function menusText({ device, version, menus }: MenusView, style: Style): string {
  const routeros = version === null ? 'its version is not known yet' : `RouterOS ${version}`;
  const rows = menus.map(({ path, title, comesWith }) => [
    path,
    comesWith === null ? title : `${title} (with ${comesWith})`,
  ]);
  return [
    `${style.strong(printable(device))}, ${routeros}: ${counted(menus.length, 'menu')} can be read`,
    table(['menu', 'what it holds'], rows, style),
    `next: rosctl read ${printable(device)} MENU`,
  ].join('\n');
}

/** The rows of a menu, with their age and what is not there. */
export function menuText(view: MenuView, style: Style): string {
  const { device, menu, title, now, asOf, stale, counts } = view;
  const lines = [
    `${style.strong(`${printable(device)} ${menu}`)}  ${title}`,
    style.dim(`as of ${momentAndAge(asOf, now)}`),
  ];
  if (stale !== null) lines.push(style.warn(`not read since: ${sentence(stale.message)} [${stale.code}]`));
  if (counts !== null) lines.push(countsText(counts));
  lines.push('', rowsText(view, style), ...restText(view));
  return lines.join('\n');
}

function countsText(counts: NonNullable<MenuView['counts']>): string {
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${String(count)}`);
  return `rows: ${kinds.join(', ')}; shown are those that people configured, others by --where`;
}

function rowsText({ rows, columns: known }: MenuView, style: Style): string {
  const [only] = rows;
  if (only === undefined) return 'no rows';
  const told = known.filter(({ name }) => rows.some((row) => (row[name] ?? '') !== ''));
  const cell = (row: MenuView['rows'][number], name: string): string => printable(row[name] ?? '');
  // One row reads better from top to bottom.
  if (rows.length === 1) return columns(told.map(({ name }) => [name, cell(only, name)]));
  const names = told.map(({ name }) => name);
  const spare = names.slice(1).toReversed();
  return table(
    names,
    rows.map((row) => names.map((name) => cell(row, name))),
    { width: style.width, spare },
  );
}

function restText({ device, menu, total, returned, nextCursor }: MenuView): readonly string[] {
  if (nextCursor === null) return returned === 1 ? [] : [counted(total, 'row')];
  return [`${String(returned)} of ${counted(total, 'row')}; next: rosctl read ${printable(device)} ${menu} --all`];
}
