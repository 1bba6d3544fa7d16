import { CATALOGUE, type Field, matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn, valueOf } from './canonical.ts';
import type { Change } from './change.ts';
import type { Violation } from './plan.ts';
import { describeRow, valueText } from './row-text.ts';
import type { LiveState } from './state.ts';

/** A field that names rows of another menu, or of its own. */
interface Reference {
  readonly field: string;
  readonly target: MenuPath;
}

function referencesOf(menu: Menu): readonly Reference[] {
  return Object.entries(menu.fields).flatMap(([field, { reference }]) =>
    reference === undefined ? [] : [{ field, target: reference }],
  );
}

/**
 * The names that a field of a row refers to, `!` in front or not. Its default is none: no row has to bear it (`main`,
 * `none`).
 */
function namesIn(menu: Menu, row: Row, field: string): readonly string[] {
  const text = valueOf(menu, row, field);
  const { default: usual = '', codec, namesIn: within } = menu.fields[field] as Field;
  if (text === '' || text === usual) return [];
  if (within !== undefined) return within(text);
  return (codec.isList === true ? text.split(',') : [text]).map((name) => name.replace(/^!/, ''));
}

/**
 * The menus that hold what added and changed rows refer to, and that `live` lacks: with them read, `checkPlan` finds
 * what is missing before anything is armed.
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
function isListedIn(menu: Menu, target: MenuPath): boolean {
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
 * Where a plan leaves a row that names another one which is not there: it writes a name that nobody bears, or removes
 * who bore it. `after` is `live` with the plan applied. Only what was read is judged: as long as nobody reads
 * `/interface`, whether an interface is there is for the router to say, and one that goes counts as gone unless another
 * menu that was read has its name.
 */
export function brokenReferences(
  changes: readonly Change[],
  live: LiveState,
  after: LiveState,
  catalogue: Catalogue,
): readonly Violation[] {
  const menus = Object.values(catalogue).filter((menu) => referencesOf(menu).length > 0);
  const targets = new Set(menus.flatMap((menu) => referencesOf(menu).map(({ target }) => target)));
  return [...targets].flatMap((target) => {
    const isRead = live.menus[target] !== undefined;
    if (!isRead && !Object.values(catalogue).some((menu) => isListedIn(menu, target))) return [];
    const bearers = bearersOf(target, changes, after, catalogue);
    const told = new Map<string, Violation>();
    const tell = (name: string, message: string): void => {
      if (!told.has(name)) told.set(name, { code: 'DanglingReference', message });
    };
    for (const menu of bearers.removed.size === 0 ? [] : menus)
      for (const row of after.menus[menu.path] ?? [])
        for (const { field, name } of isSkipped(menu, row) ? [] : namedBy(menu, row, target))
          if (bearers.removed.has(name) && !bearers.names.has(name))
            tell(name, `${describeRow(menu, matchOf(menu, row))}: ${field} still names ${valueText(name)}, ${GOES}`);
    if (!isRead) return [...told.values()];
    for (const change of changes) {
      if (change.kind !== 'create' && change.kind !== 'set') continue;
      const menu = menuIn(catalogue, change.menu);
      for (const { field, name } of namedBy(menu, change.fields, target))
        if (!bearers.names.has(name))
          tell(
            name,
            `${describeRow(menu, change.match)}: ${field} names ${valueText(name)}, but ${target} has ${NONE}`,
          );
    }
    return [...told.values()];
  });
}

const GOES = 'which the plan removes. Keep that, or change or remove what names it, too.';
const NONE = 'no such row. Declare it, or name another one.';

/** What a row, or the fields of a change, name of a menu. */
function namedBy(menu: Menu, row: Row, target: MenuPath): readonly { readonly field: string; readonly name: string }[] {
  return referencesOf(menu).flatMap((reference) =>
    reference.target !== target || row[reference.field] === undefined
      ? []
      : namesIn(menu, row, reference.field).map((name) => ({ field: reference.field, name })),
  );
}

/** The names that rows have which a reference to `target` can mean, and those that the plan takes away. */
function bearersOf(
  target: MenuPath,
  changes: readonly Change[],
  after: LiveState,
  catalogue: Catalogue,
): { readonly names: ReadonlySet<string>; readonly removed: ReadonlySet<string> } {
  const nameOf = (row: Row): string => row['name'] ?? '';
  const menus = Object.values(catalogue).filter((menu) => isListedIn(menu, target));
  const paths = new Set(menus.map(({ path }) => path));
  const removed = new Set(
    changes.flatMap((change) => (change.kind === 'remove' && paths.has(change.menu) ? [nameOf(change.before)] : [])),
  );
  // A row that goes from its own menu was read in the one that lists it, too.
  const listed = paths.has(target) ? [] : (after.menus[target] ?? []).map(nameOf).filter((name) => !removed.has(name));
  const own = menus.flatMap(({ path }) => (after.menus[path] ?? []).map(nameOf));
  return { names: new Set([...listed, ...own]), removed };
}
