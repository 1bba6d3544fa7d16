import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import { type NonConvergence, nonConvergenceOf } from './convergence.ts';
import { dependentsOf } from './dependents.ts';
import { emptyBeforeOf } from './empty-before.ts';
import { HeldRows } from './held-rows.ts';
import { planList } from './list-changes.ts';
import { emptyMenuPlan, type MenuPlan } from './menu-plan.ts';
import { rowsStillNamed } from './namers.ts';
import type { HeldBackRow, Plan, PlanInput } from './plan.ts';
import { stillDeclared, withoutTwice } from './listed-twice.ts';
import { danglingRows } from './references.ts';
import { planSettings, settingsWhere } from './settings-changes.ts';
import { asSeen } from './timed-rows.ts';
import type { DesiredList, DesiredMenu, DesiredSettings, LiveState } from './state.ts';
import { unwritableRows } from './unwritable-rows.ts';
import { absentRows } from './absent-rows.ts';

/**
 * The plan that brings a router from `live` to `desired`, with `base` as the third side: what the base declared and
 * desired does not is removed or reset while its owners still declare the section, and released otherwise; what nobody
 * declared is left alone, or pruned where the section says so and the base did already; what was released stays;
 * without a base nothing is removed. Adds come first, references before what refers to them, removals last and the
 * other way round. Rows that can't be planned, written or undone exactly are held back, with all that depends on them.
 * Menus that are to be left differ as they did; what names a row that would only come there is held back.
 * Rows that go by themselves are added where they are declared so and missing, and never touched again (`asSeen`).
 * The same input gives the same plan.
 * @throws {Error} when live lacks a managed menu: a failed read is never an empty state.
 */
export function makePlan(given: PlanInput, catalogue: Catalogue = CATALOGUE): Plan {
  const input = asSeen(given, catalogue);
  const held = new HeldRows([...(input.heldBack ?? []), ...absentRows(input, catalogue)], catalogue);
  for (;;) {
    const { troubles, ...plan } = planAround(held, input, catalogue);
    const found = [
      ...troubles,
      ...unwritableRows(plan, input, catalogue),
      ...unsafeRows(plan, input, catalogue),
      ...stillDeclared(plan, input, catalogue),
    ];
    held.add(found);
    const dependents = dependentsOf(held, plan, input, catalogue);
    held.add(dependents);
    if (found.length + dependents.length > 0) continue;
    const whole = held.isEmpty ? plan : { ...plan, heldBack: held.inOrder() };
    if (input.leave === undefined) return whole;
    const rest = without(whole, input.leave);
    const dangling = unsafeRows(rest, input, catalogue);
    if (dangling.length === 0) return rest;
    held.add(dangling);
  }
}

/** Rows with which a name would be left that nobody bears, by what the plan manages and by what else was asked for. */
function unsafeRows(plan: Pick<Plan, 'changes'>, input: PlanInput, catalogue: Catalogue): readonly HeldBackRow[] {
  return [...danglingRows(plan, input, catalogue), ...rowsStillNamed(plan.changes, input, catalogue)];
}

/** What it says of released and held back rows stays: the base that it leads to is the same. */
function without(plan: Plan, menus: readonly MenuPath[]): Plan {
  const leaves = ({ menu }: { readonly menu: MenuPath }): boolean => menus.includes(menu);
  const left = [...new Set(plan.changes.filter(leaves).map(({ menu }) => menu))];
  if (left.length === 0) return plan;
  return {
    ...plan,
    changes: plan.changes.filter((change) => !leaves(change)),
    inverse: plan.inverse.filter((restore) => !leaves(restore)),
    touched: plan.touched.filter((touched) => !leaves(touched)),
    left,
  };
}

/** The plan without the rows that are held back, and the troubles that came up while it was made. */
function planAround(
  held: HeldRows,
  input: PlanInput,
  catalogue: Catalogue,
): Plan & { readonly troubles: readonly HeldBackRow[] } {
  const freezer = nonConvergenceOf(input.frozen ?? []);
  const menus = managedMenus(input, catalogue).map((menu) => planMenu(menu, input, freezer, held, catalogue));
  const backwards = menus.toReversed();
  const emptyBefore = emptyBeforeOf(
    menus.flatMap((menu) => menu.creates),
    input.live,
    catalogue,
  );
  return {
    changes: [
      ...menus.flatMap((menu) => menu.creates),
      ...menus.flatMap((menu) => menu.sets),
      ...menus.flatMap((menu) => menu.moves),
      ...backwards.flatMap((menu) => menu.removes),
    ],
    inverse: menus.flatMap((menu) => menu.inverse),
    touched: menus.flatMap((menu) => menu.touched),
    ...(emptyBefore.length === 0 ? {} : { emptyBefore }),
    extras: menus.flatMap((menu) => menu.extras),
    released: menus.flatMap((menu) => menu.released),
    frozen: menus.flatMap((menu) => menu.frozen),
    conflicts: [],
    troubles: menus.flatMap((menu) => menu.troubles),
  };
}

/** The menus that desired or the base declares, in the order they are written. */
function managedMenus({ desired, base }: PlanInput, catalogue: Catalogue): readonly Menu[] {
  const declared = Object.keys(desired.menus) as MenuPath[];
  const before = Object.keys(base?.menus ?? {}) as MenuPath[];
  const menus = declared.map((path) => menuIn(catalogue, path));
  for (const path of before) {
    const menu = catalogue[path];
    if (menu !== undefined && desired.menus[path] === undefined) menus.push(menu);
  }
  return menus.toSorted((a, b) => a.writeOrder - b.writeOrder || (a.path < b.path ? -1 : 1));
}

function planMenu(
  menu: Menu,
  input: PlanInput,
  freezer: NonConvergence,
  held: HeldRows,
  catalogue: Catalogue,
): MenuPlan {
  const { desired, base, live } = input;
  const wanted = desired.menus[menu.path];
  const old = base?.menus[menu.path];
  const rows = wanted === undefined ? rowsOnceDeclared(menu, live, old) : rowsRead(menu, live);
  if (menu.shape === 'settings' && held.has(menu.path, '')) return emptyMenuPlan();
  const isHeld = (key: string): boolean => held.has(menu.path, key);
  const said = (settings: DesiredSettings | null): DesiredSettings | null =>
    settings === null ? null : settingsWhere(settings, (name) => !held.hasField(menu.path, name));
  const plan =
    menu.shape === 'settings'
      ? planSettings(
          menu,
          said(asSettings(menu, wanted)) ?? NO_SETTINGS,
          said(asSettings(menu, old)),
          rows[0] as Row,
          freezer,
        )
      : planList(
          menu,
          asList(menu, wanted) ?? NO_LIST,
          withoutTwice(menu, asList(menu, old), input, catalogue),
          rows,
          freezer,
          isHeld,
        );
  return wanted === undefined ? { ...plan, extras: [] } : plan;
}

/**
 * A section that everybody has let go: nobody declares it, so everything in it is released and nobody else's rows are
 * looked at.
 */
const NO_SETTINGS: DesiredSettings = { shape: 'settings', declaredBy: [], fields: {}, owners: {} };
const NO_LIST: DesiredList = { shape: 'list', declaredBy: [], unlisted: 'tolerate', rows: [] };

function asSettings(menu: Menu, declared: DesiredMenu | undefined): DesiredSettings | null {
  if (declared === undefined) return null;
  if (declared.shape !== 'settings') throw new TypeError(`${menu.path} is a settings menu and was declared as a list`);
  return declared;
}

function asList(menu: Menu, declared: DesiredMenu | undefined): DesiredList | null {
  if (declared === undefined) return null;
  if (declared.shape !== 'list') throw new TypeError(`${menu.path} is a list menu and was declared as settings`);
  return declared;
}

/** @throws {Error} when the menu was not read, or a settings menu is not one row. */
function rowsRead(menu: Menu, live: LiveState): readonly Row[] {
  const rows = live.menus[menu.path];
  // Every row that is declared there is held back.
  if (rows === undefined && menu.comesWith !== undefined) return [];
  if (rows === undefined) {
    throw new Error(
      `${menu.path} was not read: a failed read is never an empty state. Read every declared menu, then plan.`,
    );
  }
  if (menu.shape === 'settings' && rows.length !== 1) {
    throw new Error(
      `${menu.path} holds ${rows.length} rows and is a settings menu of exactly one. Read it again, then plan.`,
    );
  }
  return rows;
}

/** For a menu that nobody declares any more it does not matter whether it was still read. */
function rowsOnceDeclared(menu: Menu, live: LiveState, old: DesiredMenu | undefined): readonly Row[] {
  const rows = live.menus[menu.path];
  if (rows !== undefined && (menu.shape !== 'settings' || rows.length === 1)) return rows;
  if (old?.shape === 'list') return [...old.rows.map((row) => row.fields), ...(old.released ?? [])];
  return [old?.fields ?? {}];
}
