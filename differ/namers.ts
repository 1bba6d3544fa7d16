import { CATALOGUE, matchOf, type Menu, type MenuPath, NAMED_ELSEWHERE, type NamingFields, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { HeldBackRow, PlanInput } from './plan.ts';
import { isListedIn, linksOf, namesIn } from './references.ts';
import { describeRow, rowText, valueText } from './row-text.ts';
import type { Namers } from './state.ts';
import { keyOf } from './tuple.ts';

type Removal = Extract<Change, { readonly kind: 'remove' }>;

const NOT_ASKED: Namers = { properties: [], rows: null };

/** Rows of the router itself: what makes them is named elsewhere, or they say where the interface is. */
const OWN_FLAGS = ['dynamic', 'local'] as const;

/**
 * The menus whose rows may name what these changes remove, with what to read of each; but for references of menus that
 * are declared, and so read. Nothing is asked for where nothing goes that can be named.
 */
export function namersOf(
  changes: readonly Change[],
  { desired }: Pick<PlanInput, 'desired'>,
  catalogue: Catalogue = CATALOGUE,
): Readonly<Record<MenuPath, readonly string[]>> {
  const properties = new Map<MenuPath, Set<string>>();
  for (const removed of new Set(removalsIn(changes).map(({ menu }) => menu)))
    for (const [path, fields] of namingFieldsOf(menuIn(catalogue, removed), { desired }, catalogue)) {
      const known = properties.get(path) ?? new Set(propertiesToTell(catalogue[path]));
      properties.set(path, known);
      for (const field of fields) known.add(field);
    }
  return Object.fromEntries([...properties].map(([path, names]) => [path, [...names]]));
}

/**
 * Rows that would go while a row names them that the plan neither removes nor changes, or while nobody knows whether one
 * does. A router lets them go, and whatever names them keeps a dead id for good, also when they are made anew.
 */
export function rowsStillNamed(
  changes: readonly Change[],
  input: Pick<PlanInput, 'desired' | 'live'>,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  const { namers } = input.live;
  if (namers === undefined) return [];
  const removals = removalsIn(changes);
  const going = Map.groupBy(removals, ({ menu }) => menu);
  const keys = new Set(removals.map(({ menu, match }) => `${menu} ${keyOf(menuIn(catalogue, menu), match)}`));
  const stays = (path: MenuPath, row: Row): boolean => {
    const menu = catalogue[path];
    if (menu === undefined) return OWN_FLAGS.every((flag) => row[flag] !== 'true');
    return !isSkipped(menu, row) && (menu.shape === 'settings' || !keys.has(`${path} ${keyOf(menu, row)}`));
  };
  return [...going].flatMap(([removed, gone]) => {
    const byName = Map.groupBy(gone, ({ before }) => before['name'] ?? '');
    return [...namingFieldsOf(menuIn(catalogue, removed), input, catalogue)].flatMap(([path, fields]) => {
      const read = namers[path] ?? NOT_ASKED;
      const { rows } = read;
      if (rows === null || fields.some((field) => !read.properties.includes(field))) {
        const because = `nobody knows whether a row of ${path} still names it, since that menu ${read === NOT_ASKED ? 'was not read yet' : 'can not be read here; let our user read it, or remove the row by hand'}`;
        return gone.map(({ menu, match }): HeldBackRow => ({ menu, match, because }));
      }
      const staying = rows.filter((row) => stays(path, row));
      return fields.flatMap((field) => {
        const named = namedIn(catalogue[path], field, byName);
        return staying.flatMap((row) =>
          named(row).map(({ menu, match }): HeldBackRow => {
            const because = `it is still named by ${describeNamer(catalogue[path], path, row)} in ${field}; change or remove that first`;
            return { menu, match, because };
          }),
        );
      });
    });
  });
}

function removalsIn(changes: readonly Change[]): readonly Removal[] {
  return changes.filter((change) => change.kind === 'remove');
}

/** Who may name rows of a menu, and in which fields: what is to be asked of the router for it. */
function namingFieldsOf(
  removed: Menu,
  { desired }: Pick<PlanInput, 'desired'>,
  catalogue: Catalogue,
): ReadonlyMap<MenuPath, readonly string[]> {
  const found = new Map<MenuPath, Set<string>>();
  const add = (path: MenuPath, field: string): void => {
    found.set(path, (found.get(path) ?? new Set()).add(field));
  };
  for (const menu of Object.values(catalogue)) {
    if (desired.menus[menu.path] !== undefined) continue;
    for (const { field, target, by } of linksOf(menu))
      if (by === 'name' && isListedIn(removed, target)) add(menu.path, field);
  }
  for (const [target, menus] of Object.entries(NAMED_ELSEWHERE) as [MenuPath, NamingFields][])
    for (const [path, fields] of isListedIn(removed, target) ? Object.entries(menus) : [])
      for (const field of fields) add(path as MenuPath, field);
  return new Map([...found].map(([path, fields]) => [path, [...fields]]));
}

/** What tells the rows of a menu apart for us, and for people. */
function propertiesToTell(menu: Menu | undefined): readonly string[] {
  if (menu === undefined) return ['.id', 'name', 'chain', ...OWN_FLAGS];
  return ['.id', ...menu.match, ...menu.skipWhen];
}

/** Tells which of the rows a field of a row names. */
function namedIn(
  menu: Menu | undefined,
  field: string,
  byName: ReadonlyMap<string, readonly Removal[]>,
): (row: Row) => readonly Removal[] {
  if (menu !== undefined && linksOf(menu).some((link) => link.field === field))
    return (row) => namesIn(menu, row, field).flatMap((name) => byName.get(name) ?? []);
  return (row) => {
    const value = row[field] ?? '';
    if (value === '') return [];
    return [...byName].flatMap(([name, removals]) => (name !== '' && isSaidIn(value, name) ? removals : []));
  };
}

/** What may stand beside a name in a value: in lists, behind `!`, in `10.0.0.1%bridge1`. */
const BESIDE_NAMES = /^[\s,;:!%@"'/]?$/;

function isSaidIn(value: string, name: string): boolean {
  for (let at = value.indexOf(name); at !== -1; at = value.indexOf(name, at + 1)) {
    const before = value.slice(Math.max(0, at - 1), at);
    const after = value.slice(at + name.length, at + name.length + 1);
    if (BESIDE_NAMES.test(before) && BESIDE_NAMES.test(after)) return true;
  }
  return false;
}

function describeNamer(menu: Menu | undefined, path: MenuPath, row: Row): string {
  if (menu !== undefined) return describeRow(menu, menu.shape === 'settings' ? null : matchOf(menu, row));
  const name = row['name'] ?? row['chain'];
  return name === undefined ? `a row of ${rowText(path, null)}` : `${path} ${valueText(name)}`;
}
