import { type LocatedInventory, targetOf } from '#controller';
import { type DesiredMenu, isSkipped, keyOf } from '#differ';
import { isAtDefaults, type Menu, type Row, sectionParts, SECTIONS } from '#routeros';
import { SECTION_NAMES } from '#schemas';
import type { DeviceCoverage, MenuCoverage } from '../json/import-outputs.ts';
import type { ReadDevice } from './read-device.ts';

/** How much of what a router holds the fleet declares. A menu that was not read is no part of it. */
export function coverageOf(inventory: LocatedInventory, device: ReadDevice): DeviceCoverage {
  const desired = targetOf(inventory, device.name, 'coverage', '')?.desired;
  const menus = SECTION_NAMES.flatMap((section) =>
    sectionParts(SECTIONS[section]).flatMap((part) =>
      part.menus.flatMap((of): readonly MenuCoverage[] => {
        const { menu } = of;
        const live = device.live.menus[menu.path];
        if (live === undefined) return [];
        const rows = live.filter((row) => !isSkipped(menu, row));
        const declared = declaredOf(menu, rows, desired?.menus[menu.path]);
        const others = rows.filter((row) => !declared.has(row));
        const defaults = others.filter((row) => isAtDefaults(part, of, row)).length;
        return [{ menu: menu.path, section, declared: declared.size, rows: rows.length - defaults, defaults }];
      }),
    ),
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
function declaredOf(menu: Menu, rows: readonly Row[], declared: DesiredMenu | undefined): ReadonlySet<Row> {
  if (declared?.shape === 'settings') return new Set(Object.keys(declared.fields).length > 0 ? rows : []);
  const left = new Map<string, number>();
  for (const { fields } of declared?.rows ?? []) {
    const key = keyOf(menu, fields);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  const found = new Set<Row>();
  for (const row of rows) {
    const key = keyOf(menu, row);
    const more = left.get(key) ?? 0;
    if (more === 0) continue;
    left.set(key, more - 1);
    found.add(row);
  }
  return found;
}

/** Declared rows, all rows that are not at their defaults, and those that are, of these menus. */
export function totalOf(menus: readonly MenuCoverage[]): Pick<MenuCoverage, 'declared' | 'rows' | 'defaults'> {
  const sum = (of: (menu: MenuCoverage) => number): number => menus.reduce((total, menu) => total + of(menu), 0);
  return {
    declared: sum(({ declared }) => declared),
    rows: sum(({ rows }) => rows),
    defaults: sum(({ defaults }) => defaults),
  };
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
