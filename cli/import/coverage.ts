import { type LocatedInventory, targetOf } from '#controller';
import { isSkipped, keyOf } from '#differ';
import { type Menu, menuOf, menusOfSection, type Row } from '#routeros';
import { SECTION_NAMES } from '#schemas';
import type { DeviceCoverage, MenuCoverage } from '../json/import-outputs.ts';
import type { ReadDevice } from './read-device.ts';

/** How much of what a router holds the fleet declares. A menu that was not read is no part of it. */
export function coverageOf(inventory: LocatedInventory, device: ReadDevice): DeviceCoverage {
  const desired = targetOf(inventory, device.name, 'coverage', '')?.desired;
  const menus = SECTION_NAMES.flatMap((section) =>
    menusOfSection(section).flatMap((path): readonly MenuCoverage[] => {
      const menu = menuOf(path);
      const live = device.live.menus[path];
      if (live === undefined) return [];
      const declared = desired?.menus[path];
      const rows = live.filter((row) => !isSkipped(menu, row));
      if (menu.shape === 'settings' || declared?.shape === 'settings') {
        const says = declared?.shape === 'settings' && Object.keys(declared.fields).length > 0;
        return [{ menu: path, section, declared: says ? 1 : 0, rows: 1 }];
      }
      const wanted = (declared?.rows ?? []).map(({ fields }) => fields);
      return [{ menu: path, section, declared: countDeclared(menu, rows, wanted), rows: rows.length }];
    }),
  );
  return {
    device: device.name,
    from: device.from,
    version: device.version,
    menus,
    others: device.others,
    ...totalOf(menus),
    faults: device.faults,
  };
}

/** Rows that somebody declared: of twins as many as there are declared. */
function countDeclared(menu: Menu, rows: readonly Row[], wanted: readonly Row[]): number {
  const left = new Map<string, number>();
  for (const row of wanted) left.set(keyOf(menu, row), (left.get(keyOf(menu, row)) ?? 0) + 1);
  let count = 0;
  for (const row of rows) {
    const more = left.get(keyOf(menu, row)) ?? 0;
    if (more === 0) continue;
    left.set(keyOf(menu, row), more - 1);
    count += 1;
  }
  return count;
}

/** Declared rows and all rows of these menus. */
export function totalOf(menus: readonly MenuCoverage[]): { readonly declared: number; readonly rows: number } {
  const sum = (of: (menu: MenuCoverage) => number): number => menus.reduce((total, menu) => total + of(menu), 0);
  return { declared: sum(({ declared }) => declared), rows: sum(({ rows }) => rows) };
}

/** The same menus of all devices together. */
export function menuTotals(devices: readonly DeviceCoverage[]): readonly MenuCoverage[] {
  const byMenu = Map.groupBy(
    devices.flatMap(({ menus }) => menus),
    ({ menu }) => menu,
  );
  return [...byMenu].flatMap(([menu, parts]) => {
    const [first] = parts;
    return first === undefined ? [] : [{ menu, section: first.section, ...totalOf(parts) }];
  });
}
