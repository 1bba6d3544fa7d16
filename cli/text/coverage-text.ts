import type { CoverageOutput } from '../json/import-outputs.ts';
import type { Style } from '../output.ts';
import { sumOf, unreadText } from './import-text.ts';
import { table } from './table.ts';

/** A table of menus, one of devices where there are several, and what nobody manages. */
export function coverageText(result: CoverageOutput, style: Style): string {
  const { devices, menus, others, unread } = result;
  const byMenu = menus.map(({ menu, section, declared, rows }) => [
    section,
    menu,
    String(declared),
    String(rows),
    share(declared, rows),
  ]);
  const total = ['all of them', '', String(result.declared), String(result.rows), share(result.declared, result.rows)];
  const byDevice = devices.map(({ device, declared, rows, others: more }) => [
    device,
    String(declared),
    String(rows),
    share(declared, rows),
    String(sumOf(more)),
  ]);
  const unmanaged = Object.entries(others).map(([menu, count]) => [menu, String(count)]);
  return [
    table(['section', 'menu', 'declared', 'rows', 'share'], [...byMenu, total], style),
    ...(devices.length < 2 ? [] : [table(['device', 'declared', 'rows', 'share', 'not covered'], byDevice, style)]),
    ...(unmanaged.length === 0 ? [] : [table(['no section covers', 'rows'], unmanaged, style)]),
    ...unreadText(unread, style),
  ].join('\n\n');
}

/** Never 100 % while a row is missing. */
function share(declared: number, rows: number): string {
  return rows === 0 ? '-' : `${String(Math.floor((100 * declared) / rows))} %`;
}
