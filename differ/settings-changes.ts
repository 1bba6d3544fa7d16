import type { Menu, Row } from '#routeros';
import { valueOf } from './canonical.ts';
import { fieldChanges, goalOf } from './field-changes.ts';
import type { NonConvergence } from './convergence.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import type { DesiredSettings } from './state.ts';

/** The settings with these fields alone. */
export function settingsWhere(settings: DesiredSettings, holds: (field: string) => boolean): DesiredSettings {
  if (Object.keys(settings.fields).every(holds)) return settings;
  const own = <T>(of: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => holds(name)));
  return { ...settings, fields: own(settings.fields), owners: own(settings.owners) };
}

/**
 * Three-way planning of a settings menu: declared fields are set, dropped ones go back to their default, the rest is
 * left alone.
 */
export function planSettings(
  menu: Menu,
  desired: DesiredSettings,
  base: DesiredSettings | null,
  live: Row,
  freezer: NonConvergence,
): MenuPlan {
  const plan = emptyMenuPlan();
  const owners = base?.owners ?? {};
  const goal = goalOf(menu, desired.fields, base?.fields ?? {}, (name) => owners[name] ?? [], desired.declaredBy);
  const changes = fieldChanges(menu, null, goal, live, freezer);
  plan.troubles.push(...changes.troubles);
  plan.frozen.push(...changes.frozen);
  if (changes.released !== null) plan.released.push({ menu: menu.path, match: null, rows: [changes.released] });
  if (changes.set === null) return plan;
  const { fields, before, reason } = changes.set;
  plan.sets.push({ kind: 'set', menu: menu.path, match: null, nth: 0, fields, before, reason });
  plan.touched.push({ menu: menu.path, match: null, rows: [before] });
  const restored: Record<string, string> = {};
  for (const name of Object.keys(fields)) restored[name] = before[name] ?? valueOf(menu, before, name);
  plan.inverse.push({ menu: menu.path, match: null, rows: [restored] });
  return plan;
}
