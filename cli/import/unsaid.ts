import { type DesiredMenu, type DesiredState, keyOf } from '#differ';
import { type Item, type Menu, type Row, rowsOf, type Section, SECTIONS } from '#routeros';
import type { SectionName } from '#schemas';
import type { Sections } from './sections-of.ts';

/** Which of what is said already need not be said again: `all` of it, or what is said in the same words. */
export type Already = 'all' | 'same';

/** What sections say that this desired state does not say yet. What tells a row apart is said with the rest of it. */
export function unsaid(sections: Sections, desired: DesiredState, already: Already): Sections {
  const left = new Map<SectionName, readonly Item[]>();
  for (const [name, items] of sections) {
    const said = indexOf(SECTIONS[name], desired);
    const rest = said === null ? items : items.flatMap((item) => unsaidOf(SECTIONS[name], item, said, already));
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
  const [first] = section.menus;
  const isSaid = (field: string): boolean => {
    const places = section.menus.flatMap(({ menu, properties }) => {
      const property = properties[field];
      const row = result.rows.find((each) => each.menu === menu);
      return property === undefined || row === undefined ? [] : [{ menu, property, fields: row.fields }];
    });
    return (
      places.length > 0 &&
      places.every(({ menu, property, fields }) => {
        const there = said.get(menu)?.get(menu.shape === 'settings' ? '' : keyOf(menu, fields))?.[property];
        return there !== undefined && (already === 'all' || there === fields[property]);
      })
    );
  };
  const isMatch = (field: string): boolean => first.menu.match.includes(first.properties[field] ?? '');
  const rest = Object.keys(item).filter((field) => !isSaid(field));
  if (rest.length === 0) return [];
  const kept = Object.entries(item).filter(([field]) => rest.includes(field) || isMatch(field));
  return [Object.fromEntries(kept)];
}
