import type { DesiredList, DesiredRow, DesiredSettings, DesiredState, Limits, LiveState, Owners } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { TEST_CATALOGUE } from './states.ts';

/** Limits that no generated plan reaches. */
export const WIDE_LIMITS: Limits = {
  maxChanges: 10_000,
  maxDeletions: 10_000,
  protectedRows: [],
  allowedMenus: Object.keys(TEST_CATALOGUE) as MenuPath[],
};

/** Rows of one RouterConfig, `fleet` unless said otherwise. */
export function declared(rows: readonly Row[], owners: Owners = ['fleet']): readonly DesiredRow[] {
  return rows.map((fields) => ({ fields, owners }));
}

export function list(rows: readonly DesiredRow[], more: Partial<DesiredList> = {}): DesiredList {
  const declaredBy = [...new Set(['fleet', ...rows.flatMap((row) => row.owners)])];
  return { shape: 'list', declaredBy, unlisted: 'tolerate', rows, ...more };
}

export function settings(fields: Row, owners: Owners = ['fleet'], declaredBy: Owners = owners): DesiredSettings {
  return {
    shape: 'settings',
    declaredBy,
    fields,
    owners: Object.fromEntries(Object.keys(fields).map((name) => [name, owners])),
  };
}

export function desiredOf(menus: DesiredState['menus']): DesiredState {
  return { menus };
}

export function liveOf(menus: Readonly<Record<MenuPath, readonly Row[]>>): LiveState {
  return { menus };
}
