import { CATALOGUE, matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Plan } from './plan.ts';
import type { DesiredList, DesiredMenu, DesiredRow, DesiredSettings, DesiredState } from './state.ts';
import { settingsWhere } from './settings-changes.ts';
import { keyOf } from './tuple.ts';

/**
 * The base once `desired` is confirmed by this plan: desired itself, and with it the rows that the plan releases, so
 * that no later plan prunes them, and those that it leaves where pruning begins. A section that nobody declares any more stays in it as long as it holds such rows.
 * What the plan holds back is in it as it was in `before`, so that the next plan sees the same three sides; what was not
 * is remembered as released.
 */
export function nextBase(
  desired: DesiredState,
  plan: Plan,
  before: DesiredState | null,
  catalogue: Catalogue = CATALOGUE,
): DesiredState {
  const releasedIn = new Map<MenuPath, Map<string, Row>>();
  const release = (path: MenuPath, match: Row): void => put(releasedIn, menuIn(catalogue, path), match);
  for (const { menu, match, fieldsOnly } of plan.released)
    if (match !== null && fieldsOnly !== true) release(menu, match);
  const prunedIn = new Map<MenuPath, Map<string, Row>>();
  const prune = (path: MenuPath, match: Row): void => put(prunedIn, menuIn(catalogue, path), match);
  for (const { menu, match, tolerated } of plan.extras) if (match !== null && tolerated !== true) prune(menu, match);
  const menus: Record<MenuPath, DesiredMenu> = { ...desired.menus };
  for (const [path, rows] of Map.groupBy(plan.heldBack ?? [], ({ menu }) => menu)) {
    const menu = menuIn(catalogue, path);
    const old = before?.menus[path];
    const fields = rows.every((row) => row.fields !== undefined) ? rows.flatMap((row) => row.fields ?? []) : null;
    if (menu.shape === 'settings' && fields !== null) {
      const merged = withOldFields(menus[path], old, fields);
      if (path in menus || Object.keys(merged.fields).length > 0) menus[path] = merged;
      continue;
    }
    if (menu.shape === 'settings') {
      if (old === undefined) delete menus[path];
      else menus[path] = old;
      continue;
    }
    const held = new Set(rows.map(({ match }) => keyOf(menu, match ?? {})));
    const kept = old?.shape === 'list' ? old : NO_LIST;
    for (const match of kept.released ?? []) if (held.has(keyOf(menu, match))) release(path, match);
    for (const match of kept.toPrune ?? []) if (held.has(keyOf(menu, match))) prune(path, match);
    const list = listIn(menus, path);
    const confirmed = new Set(kept.rows.map(({ fields }) => keyOf(menu, fields)));
    // Declared and never confirmed: nobody may take it for a row that nobody ever declared, and prune it.
    for (const { fields } of list.rows) {
      const key = keyOf(menu, fields);
      if (held.has(key) && !confirmed.has(key)) release(path, matchOf(menu, fields));
    }
    const merged = withOld(menu, list.rows, kept.rows, held);
    if (path in menus || merged.length > 0) menus[path] = { ...list, rows: merged };
  }
  if (releasedIn.size === 0 && prunedIn.size === 0 && plan.heldBack === undefined) return desired;
  for (const [path, tuples] of releasedIn) menus[path] = { ...listIn(menus, path), released: inOrder(tuples) };
  for (const [path, tuples] of prunedIn) menus[path] = { ...listIn(menus, path), toPrune: inOrder(tuples) };
  return { menus };
}

function put(tuplesIn: Map<MenuPath, Map<string, Row>>, menu: Menu, match: Row): void {
  const tuples = tuplesIn.get(menu.path) ?? new Map<string, Row>();
  tuplesIn.set(menu.path, tuples.set(keyOf(menu, match), match));
}

function inOrder(tuples: ReadonlyMap<string, Row>): readonly Row[] {
  return [...tuples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, match]) => match);
}

/**
 * What a base declares, and what it has left to prune: without the rows it remembers as released, and without sections
 * that hold nothing else.
 */
export function declaredIn(base: DesiredState): DesiredState {
  const menus = Object.entries(base.menus).flatMap(([path, menu]) => {
    if (menu.shape === 'settings' || menu.released === undefined) return [[path, menu]];
    const { released: _, ...declared } = menu;
    return menu.declaredBy.length === 0 ? [] : [[path, declared]];
  });
  return { menus: Object.fromEntries(menus) as DesiredState['menus'] };
}

/** The declared settings with the fields that are held back as they were. */
function withOldFields(
  now: DesiredMenu | undefined,
  old: DesiredMenu | undefined,
  held: readonly string[],
): DesiredSettings {
  const rest = settingsWhere(now?.shape === 'settings' ? now : NO_SETTINGS, (name) => !held.includes(name));
  const kept = settingsWhere(old?.shape === 'settings' ? old : NO_SETTINGS, (name) => held.includes(name));
  return { ...rest, fields: { ...rest.fields, ...kept.fields }, owners: { ...rest.owners, ...kept.owners } };
}

const NO_SETTINGS: DesiredSettings = { shape: 'settings', declaredBy: [], fields: {}, owners: {} };

/** The declared rows with those of the tuples that are held back as they were, each behind what it stood behind. */
function withOld(
  menu: Menu,
  rows: readonly DesiredRow[],
  old: readonly DesiredRow[],
  held: ReadonlySet<string>,
): readonly DesiredRow[] {
  const kept = rows.filter(({ fields }) => !held.has(keyOf(menu, fields)));
  const placeOf = new Map(kept.map(({ fields }, place) => [keyOf(menu, fields), place]));
  const behind = new Map<number, DesiredRow[]>();
  let place = -1;
  for (const row of old) {
    const key = keyOf(menu, row.fields);
    if (held.has(key)) append(behind, place, row);
    else place = placeOf.get(key) ?? place;
  }
  return [...(behind.get(-1) ?? []), ...kept.flatMap((row, at) => [row, ...(behind.get(at) ?? [])])];
}

function append(behind: Map<number, DesiredRow[]>, place: number, row: DesiredRow): void {
  const rows = behind.get(place);
  if (rows === undefined) behind.set(place, [row]);
  else rows.push(row);
}

const NO_LIST: DesiredList = { shape: 'list', declaredBy: [], unlisted: 'tolerate', rows: [] };

function listIn(menus: DesiredState['menus'], path: MenuPath): DesiredList {
  const menu = menus[path];
  return menu?.shape === 'list' ? menu : NO_LIST;
}
