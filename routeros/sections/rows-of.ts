import { nearestName } from '#schemas';
import { impliedFields } from '../catalogue/match.ts';
import type { Field, Menu, Row } from '../catalogue/menu.ts';
import { readValue } from './read-value.ts';
import type { Section, SectionFault } from './section.ts';

/** What an item of a section is on the router. */
export interface SectionRow {
  readonly menu: Menu;
  /**
   * The declared fields in canonical text and, in a list, the match fields that the router would fill in (`type: A`).
   */
  readonly fields: Row;
}

/**
 * The rows in the router's words, the first menu's first, or everything that is wrong with what was written; never
 * both.
 */
export type RowsResult = { readonly rows: readonly SectionRow[] } | { readonly faults: readonly SectionFault[] };

type Declared = Readonly<Record<string, unknown>>;

/** The rows that a YAML mapping declares: the section itself, or one of its items. Otherwise every fault at once. */
export function rowsOf(section: Section, declared: Declared): RowsResult {
  const { rows, faults } = readItem(section, declared);
  for (const field of section.required) {
    if (!Object.hasOwn(declared, field)) faults.push({ field, message: `${field} is missing` });
  }
  if (faults.length > 0) return { faults };
  const [first, ...others] = rows as [SectionRow, ...SectionRow[]];
  const complete = withImpliedFields(first);
  const found = section.faults(declared, complete.fields);
  if (found.length > 0) return { faults: found };
  const meant = others.filter(({ menu }) => isMeant(section, menu, declared));
  return { rows: [complete, ...meant.map(withImpliedFields)] };
}

/** Each value by itself; a field that several menus share is wrong once. */
function readItem(
  section: Section,
  declared: Declared,
): { readonly rows: readonly SectionRow[]; faults: SectionFault[] } {
  const rows = section.menus.map(({ menu }) => ({ menu, fields: {} as Record<string, string> }));
  const faults: SectionFault[] = [];
  for (const [name, value] of Object.entries(declared)) {
    const field = Object.hasOwn(section.fields, name) ? section.fields[name] : undefined;
    if (field === undefined) {
      faults.push(unknownField(section, name));
      continue;
    }
    for (const [at, { menu, properties }] of section.menus.entries()) {
      const property = properties[name];
      if (property === undefined) continue;
      const read = readValue((menu.fields[property] as Field).codec, name, field, value);
      if (typeof read !== 'string') {
        faults.push(...read);
        break;
      }
      (rows[at] as (typeof rows)[number]).fields[property] = read;
    }
  }
  return { rows, faults };
}

/**
 * Settings are there whatever is said of them. In a list a further menu has a row of an item that says something for it
 * alone.
 */
function isMeant({ menus, shape }: Section, menu: Menu, declared: Declared): boolean {
  if (shape === 'settings') return true;
  const others = menus.filter((other) => other.menu !== menu);
  const own = menus.find((other) => other.menu === menu)?.properties ?? {};
  return Object.keys(own).some(
    (name) => Object.hasOwn(declared, name) && !others.some(({ properties }) => Object.hasOwn(properties, name)),
  );
}

function withImpliedFields({ menu, fields }: SectionRow): SectionRow {
  const complete: Record<string, string> = { ...fields };
  for (const name of menu.match) {
    const value = menu.fields[name]?.default;
    if (value !== undefined) complete[name] ??= value;
  }
  for (const [name, value] of Object.entries(impliedFields(menu, complete) ?? {})) {
    if (value !== null && value !== '') complete[name] ??= value;
  }
  return { menu, fields: complete };
}

function unknownField(section: Section, name: string): SectionFault {
  const known = Object.keys(section.fields);
  const near = nearestName(name, known);
  const message = `${section.name} has no field ${name}; it knows ${known.join(', ')}`;
  return near === undefined ? { field: name, message } : { field: name, message, hint: `Did you mean ${near}?` };
}
