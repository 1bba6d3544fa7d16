import { type DesiredMenu, type DesiredState, keyOf } from '#differ';
import { type Item, type Menu, type Row, rowsOf, type Section } from '#routeros';
import { partOf as sectionPart, type Sections } from './sections-of.ts';

/** Which of what is said already need not be said again: `all` of it, or what is said in the same words. */
export type Already = 'all' | 'same';

/** What sections say that this desired state does not say yet. What tells a row apart is said with the rest of it. */
export function unsaid(sections: Sections, desired: DesiredState, already: Already): Sections {
  const left = new Map<string, readonly Item[]>();
  for (const [name, items] of sections) {
    const said = indexOf(sectionPart(name), desired);
    const rest = said === null ? items : items.flatMap((item) => unsaidOf(sectionPart(name), item, said, already));
    if (rest.length > 0) left.set(name, rest);
  }
  return left;
}

/** The rows that are said, by menu and by what tells them apart. */
type Said = ReadonlyMap<Menu, ReadonlyMap<string, Row>>;

function indexOf({ menus }: Section, desired: DesiredState): Said | null {
  const said = menus.map(({ menu }) => [menu, rowsIn(menu, desired.menus[menu.path])] as const);
  return said.every(([, rows]) => rows.size === 0) ? null : new Map(said);
}

function rowsIn(menu: Menu, declared: DesiredMenu | undefined): ReadonlyMap<string, Row> {
  if (declared === undefined) return new Map();
  if (declared.shape === 'settings') return new Map([['', declared.fields]]);
  return new Map(declared.rows.map(({ fields }) => [keyOf(menu, fields), fields]));
}

function unsaidOf(section: Section, item: Item, said: Said, already: Already): readonly Item[] {
  const result = rowsOf(section, item);
  if (!('rows' in result)) return [item];
  const isNew = (menu: Menu, fields: Row, property: string): boolean => {
    const row = said.get(menu)?.get(menu.shape === 'settings' ? '' : keyOf(menu, fields));
    const there = row?.[property];
    return there === undefined || (already === 'same' && there !== fields[property]);
  };
  const rest = new Map<string, unknown>();
  for (const { menu, properties, each } of section.menus) {
    const rows = result.rows.filter((row) => row.menu === menu);
    if (each !== undefined) {
      const entries = ((item[each.field] ?? []) as readonly Item[]).flatMap((entry, index) => {
        const fields = rows.find((row) => row.entry === index)?.fields ?? {};
        return partOf(menu, properties, entry, (property) => isNew(menu, fields, property));
      });
      if (entries.length > 0) rest.set(each.field, entries);
      continue;
    }
    const [{ fields } = { fields: {} }] = rows;
    for (const [field, property] of Object.entries(properties))
      if (Object.hasOwn(item, field) && isNew(menu, fields, property)) rest.set(field, item[field]);
  }
  if (rest.size === 0) return [];
  const [first] = section.menus;
  const isKey = (field: string): boolean => first.menu.match.includes(first.properties[field] ?? '');
  const kept = Object.keys(item).filter((field) => rest.has(field) || isKey(field));
  return [Object.fromEntries(kept.map((field) => [field, rest.get(field) ?? item[field]]))];
}

/** What is new of an entry, with what tells it apart. */
function partOf(
  menu: Menu,
  properties: Readonly<Record<string, string>>,
  entry: Item,
  isNew: (property: string) => boolean,
): readonly Item[] {
  const fresh = Object.keys(entry).filter((field) => isNew(properties[field] ?? ''));
  if (fresh.length === 0) return [];
  const isKey = (field: string): boolean => menu.match.includes(properties[field] ?? '');
  return [Object.fromEntries(Object.entries(entry).filter(([field]) => fresh.includes(field) || isKey(field)))];
}
