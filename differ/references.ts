import { CATALOGUE, type Field, matchOf, type Menu, type MenuPath, namesInValue, type Row } from '#routeros';
import { applyChanges, ChangeRefused } from './apply-changes.ts';
import { type Catalogue, isSkipped, menuIn, valueOf } from './canonical.ts';
import type { Change } from './change.ts';
import type { HeldBackRow, Plan, PlanInput } from './plan.ts';
import { describeRow, valueText } from './row-text.ts';
import type { LiveState } from './state.ts';

/** A field that names rows of another menu, or of its own, by one of their fields. */
export interface Link {
  readonly field: string;
  readonly target: MenuPath;
  readonly by: string;
  /** The row may stand there instead. */
  readonly or?: MenuPath;
}

const references = new WeakMap<Menu, readonly Link[]>();

/** References, whose rows must be there. One that may stand in either of two menus is a link to each. */
function referencesOf(menu: Menu): readonly Link[] {
  const known = references.get(menu);
  if (known !== undefined) return known;
  const found = referencesIn(menu);
  references.set(menu, found);
  return found;
}

function referencesIn(menu: Menu): readonly Link[] {
  return Object.entries(menu.fields).flatMap(([field, { reference, orReference }]): readonly Link[] => {
    if (reference === undefined) return [];
    if (orReference === undefined) return [{ field, target: reference, by: 'name' }];
    return [
      { field, target: reference, by: 'name', or: orReference },
      { field, target: orReference, by: 'name', or: reference },
    ];
  });
}

/** References, and what rows only mention, such as address lists. */
export function linksOf(menu: Menu): readonly Link[] {
  const mentions = Object.entries(menu.fields).flatMap(([field, { mentions: of }]) =>
    of === undefined ? [] : [{ field, target: of.menu, by: of.by }],
  );
  return [...referencesOf(menu), ...mentions];
}

/** The names that a field of a row refers to. */
export function namesIn(menu: Menu, row: Row, field: string): readonly string[] {
  return namesInValue(menu.fields[field] as Field, valueOf(menu, row, field));
}

/**
 * The menus that hold what added and changed rows refer to, and that `live` lacks: with them read, the plan holds back
 * what names a row that is not there.
 */
export function referredMenus(
  changes: readonly Change[],
  live: LiveState,
  catalogue: Catalogue = CATALOGUE,
): readonly MenuPath[] {
  const targets = new Set<MenuPath>();
  for (const change of changes) {
    if (change.kind !== 'create' && change.kind !== 'set') continue;
    const menu = menuIn(catalogue, change.menu);
    for (const { field, target } of referencesOf(menu))
      if (change.fields[field] !== undefined && namesIn(menu, change.fields, field).length > 0) targets.add(target);
  }
  return [...targets].filter((target) => live.menus[target] === undefined);
}

/** Whether rows of `menu` can be what a reference to `target` names. */
export function isListedIn(menu: Menu, target: MenuPath): boolean {
  return menu.path === target || menu.listedIn === target;
}

/**
 * The rows of one menu with what others of them refer to in front: adds and undos take them in this order, removals the
 * other way round. Those that don't refer to each other keep their order; in a circle somebody has to come first.
 */
export function referredFirst<T>(menu: Menu, tuples: readonly T[], rowsOf: (tuple: T) => readonly Row[]): readonly T[] {
  const own = referencesOf(menu).filter(({ target }) => isListedIn(menu, target));
  if (own.length === 0) return tuples;
  const bearers = new Map<string, T[]>();
  for (const tuple of tuples)
    for (const name of new Set(rowsOf(tuple).map((row) => row['name'] ?? ''))) {
      const others = bearers.get(name);
      if (others === undefined) bearers.set(name, [tuple]);
      else others.push(tuple);
    }
  const ordered = new Set<T>();
  const visited = new Set<T>();
  const visit = (tuple: T): void => {
    if (visited.has(tuple)) return;
    visited.add(tuple);
    for (const row of rowsOf(tuple))
      for (const { field } of own)
        for (const name of namesIn(menu, row, field)) for (const referred of bearers.get(name) ?? []) visit(referred);
    ordered.add(tuple);
  };
  for (const tuple of tuples) visit(tuple);
  return [...ordered];
}

/**
 * Rows with which a plan would leave a name that nobody bears, and why: it writes one, or removes who bore it. `after`
 * gives `live` with the plan applied. Only what was read is judged: as long as nobody reads `/interface`, whether an
 * interface is there is for the router to say, and one that goes counts as gone unless another menu that was read has
 * its name. Who else names what goes: `rowsStillNamed`.
 */
export function brokenReferences(
  changes: readonly Change[],
  live: LiveState,
  after: () => LiveState,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  const menus = Object.values(catalogue).filter((menu) => referencesOf(menu).length > 0);
  const known = new Map<MenuPath, ReadonlySet<string>>();
  const bearersOf = (target: MenuPath): ReadonlySet<string> => {
    const names = known.get(target) ?? bearersIn(target, changes, after(), catalogue);
    known.set(target, names);
    return names;
  };
  const elsewhere = (menu: MenuPath): ReadonlySet<string> | null =>
    live.menus[menu] === undefined ? null : bearersOf(menu);
  return judgedTargets(menus, live, catalogue).flatMap((target) => {
    const removed = removedFrom(target, changes, catalogue);
    const broken: HeldBackRow[] = [];
    for (const menu of removed.size === 0 ? [] : menus)
      for (const row of after().menus[menu.path] ?? [])
        for (const { field, name } of isSkipped(menu, row)
          ? []
          : namedBy(menu, row, target, (or) => elsewhere(or) ?? NOBODY))
          for (const gone of bearersOf(target).has(name) ? [] : (removed.get(name) ?? [])) {
            const because = `${describeRow(menu, matchOf(menu, row))} still names it in ${field}; change or remove that, too`;
            broken.push({ menu: gone.menu, match: gone.match, because });
          }
    if (live.menus[target] === undefined) return broken;
    for (const change of changes) {
      if (change.kind !== 'create' && change.kind !== 'set') continue;
      for (const { field, name } of namedBy(menuIn(catalogue, change.menu), change.fields, target, elsewhere)) {
        if (bearersOf(target).has(name)) continue;
        const because = removed.has(name)
          ? `${field} names ${valueText(name)}, which goes by this plan; keep that declared, or name another one`
          : `${field} names ${valueText(name)}, but ${placesOf(menuIn(catalogue, change.menu), field)} has no such row; add it there, or name another one`;
        broken.push({ menu: change.menu, match: change.match, because });
      }
    }
    return broken;
  });
}

/** The same of a plan that is being made. What does not apply is not judged here. */
export function danglingRows(
  { changes }: Pick<Plan, 'changes'>,
  { live }: PlanInput,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  if (changes.length === 0) return [];
  const menus = Object.values(catalogue);
  const targets = judgedTargets(menus, live, catalogue);
  const concerned = new Set(
    menus
      .filter((menu) => targets.some((target) => isListedIn(menu, target) || namesRowsOf(menu, target)))
      .map(({ path }) => path),
  );
  const own = changes.filter(({ menu }) => concerned.has(menu));
  if (own.length === 0) return [];
  let applied: LiveState | null = null;
  try {
    return brokenReferences(own, live, () => (applied ??= applyChanges(live, own, catalogue)), catalogue);
  } catch (error) {
    if (error instanceof ChangeRefused) return [];
    throw error;
  }
}

/** The menus that are referred to, and of whose rows anything is known. */
function judgedTargets(menus: readonly Menu[], live: LiveState, catalogue: Catalogue): readonly MenuPath[] {
  const targets = new Set(menus.flatMap((menu) => referencesOf(menu).map(({ target }) => target)));
  return [...targets].filter(
    (target) => live.menus[target] !== undefined || Object.values(catalogue).some((menu) => isListedIn(menu, target)),
  );
}

function namesRowsOf(menu: Menu, target: MenuPath): boolean {
  return referencesOf(menu).some((reference) => reference.target === target);
}

/** `/interface or /interface/list` */
function placesOf(menu: Menu, field: string): string {
  const { reference, orReference } = menu.fields[field] as Field;
  return orReference === undefined ? String(reference) : `${String(reference)} or ${orReference}`;
}

/**
 * What a row, or the fields of a change, name of a menu. `elsewhere`: the names that rows of another menu bear, null
 * where that was not read and nothing can be said of what may stand there.
 */
function namedBy(
  menu: Menu,
  row: Row,
  target: MenuPath,
  elsewhere: (menu: MenuPath) => ReadonlySet<string> | null,
): readonly { readonly field: string; readonly name: string }[] {
  return referencesOf(menu).flatMap((reference) => {
    const { field, or } = reference;
    if (reference.target !== target || row[field] === undefined) return [];
    const names = namesIn(menu, row, field);
    const others = or === undefined || names.length === 0 ? NOBODY : elsewhere(or);
    return others === null ? [] : names.filter((name) => !others.has(name)).map((name) => ({ field, name }));
  });
}

const NOBODY: ReadonlySet<string> = new Set();

type Removal = Extract<Change, { readonly kind: 'remove' }>;

/** What a plan takes away that a reference to `target` can mean, by name. */
function removedFrom(
  target: MenuPath,
  changes: readonly Change[],
  catalogue: Catalogue,
): ReadonlyMap<string, readonly Removal[]> {
  const removals = changes.filter(
    (change): change is Removal => change.kind === 'remove' && isListedIn(menuIn(catalogue, change.menu), target),
  );
  return Map.groupBy(removals, ({ before }) => nameOf(before));
}

/** The names that rows have which a reference to `target` can mean. */
function bearersIn(
  target: MenuPath,
  changes: readonly Change[],
  after: LiveState,
  catalogue: Catalogue,
): ReadonlySet<string> {
  const paths = Object.values(catalogue).flatMap((menu) => (isListedIn(menu, target) ? [menu.path] : []));
  const removed = removedFrom(target, changes, catalogue);
  // A row that goes from its own menu was read in the one that lists it, too.
  const listed = paths.includes(target)
    ? []
    : (after.menus[target] ?? []).map(nameOf).filter((name) => !removed.has(name));
  const own = paths.flatMap((path) => (after.menus[path] ?? []).map(nameOf));
  return new Set([...listed, ...own]);
}

function nameOf(row: Row): string {
  return row['name'] ?? '';
}
