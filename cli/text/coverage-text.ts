import type { CoverageOutput, MenuCoverage } from '../json/import-outputs.ts';
import type { Style } from '../output.ts';
import { sumOf, unreadText } from './import-text.ts';
import { table } from './table.ts';

/** A table of menus, one of devices where there are several, and what nobody manages. */
export function coverageText(result: CoverageOutput, style: Style): string {
  const { devices, menus, others, unread } = result;
  const byMenu = menus.map((menu) => [menu.section, menu.menu, ...countsOf(menu)]);
  const total = ['all of them', '', ...countsOf(result)];
  const byDevice = devices.map((device) => [device.device, ...countsOf(device), String(sumOf(device.others))]);
  const unmanaged = Object.entries(others).map(([menu, count]) => [menu, String(count)]);
  return [
    table(['section', 'menu', ...COUNTS], [...byMenu, total], style),
    ...(devices.length < 2 ? [] : [table(['device', ...COUNTS, 'not covered'], byDevice, style)]),
    ...(unmanaged.length === 0 ? [] : [table(['no section covers', 'rows'], unmanaged, style)]),
    ...unreadText(unread, style),
  ].join('\n\n');
}

const COUNTS = ['declared', 'rows', 'share', 'at defaults'] as const;

function countsOf({
  declared,
  rows,
  defaults,
}: Pick<MenuCoverage, 'declared' | 'rows' | 'defaults'>): readonly string[] {
  return [String(declared), String(rows), share(declared, rows), String(defaults)];
}

/** Never 100 % while a row is missing. */
function share(declared: number, rows: number): string {
  return rows === 0 ? '-' : `${String(Math.floor((100 * declared) / rows))} %`;
}
