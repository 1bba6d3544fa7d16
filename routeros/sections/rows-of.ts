import { impliedFields } from '../catalogue/match.ts';
import type { Field, Menu, Row } from '../catalogue/menu.ts';
import { readValue, unknownField } from './read-value.ts';
import { readEntries } from './read-entries.ts';
import { type Section, type SectionFault, sectionTitle } from './section.ts';

/** What an item of a section is on the router. */
export interface SectionRow {
  readonly menu: Menu;
  /**
   * The declared fields in canonical text and, in a list, the match fields that the router would fill in (`type: A`).
   */
  readonly fields: Row;
  /** Which entry of the item it is, where each entry is a row. */
  readonly entry?: number;
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
  const entries = section.menus.map((menu) => readEntries(section, menu, declared, rows[0]?.fields ?? {}));
  faults.push(...entries.flatMap((read) => read.faults));
  if (faults.length > 0) return { faults };
  const [first, ...others] = rows as [SectionRow, ...SectionRow[]];
  const complete = withImpliedFields(first);
  const found = section.faults(declared, complete.fields);
  if (found.length > 0) return { faults: found };
  const meant = others.filter(({ menu }) => isMeant(section, menu, declared));
  return { rows: [complete, ...[...meant, ...entries.flatMap((read) => read.rows)].map(withImpliedFields)] };
}

/**
 * Some fields of an item in the words of its first menu, without what goes without saying, or all that is wrong with
 * them; fields whose entries are rows are no part of it.
 */
export function fieldsOf(
  section: Section,
  declared: Declared,
): { readonly fields: Row } | { readonly faults: readonly SectionFault[] } {
  const { rows, faults } = readItem(section, declared);
  return faults.length > 0 ? { faults } : { fields: rows[0]?.fields ?? {} };
}

/** A part of a section that somebody names, in the router's words, or what is wrong with the name. */
export function partOf(section: Section, field: string, name: string): string | readonly SectionFault[] {
  const [{ menu, properties }] = section.menus;
  const codec = (menu.fields[properties[field] ?? ''] as Field).codec;
  return readValue(codec, field, section.fields[field] as Section['fields'][string], name);
}

/** Each value by itself; a field that several menus share is wrong once. */
function readItem(
  section: Section,
  declared: Declared,
): { readonly rows: readonly SectionRow[]; faults: SectionFault[] } {
  const menus = section.menus.filter(({ each }) => each === undefined);
  const rows = menus.map(({ menu }) => ({ menu, fields: {} as Record<string, string> }));
  const faults: SectionFault[] = [];
  for (const [name, value] of Object.entries(declared)) {
    const field = Object.hasOwn(section.fields, name) ? section.fields[name] : undefined;
    if (field === undefined) {
      faults.push(unknownField(sectionTitle(section), Object.keys(section.fields), name));
      continue;
    }
    for (const [at, { menu, properties }] of menus.entries()) {
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

function withImpliedFields({ fields, ...row }: SectionRow): SectionRow {
  const { menu } = row;
  const complete: Record<string, string> = { ...fields };
  for (const name of menu.match) {
    const value = menu.fields[name]?.default;
    if (value !== undefined) complete[name] ??= value;
  }
  for (const [name, value] of Object.entries(impliedFields(menu, complete) ?? {})) {
    if (value !== null && value !== '') complete[name] ??= value;
  }
  return { ...row, fields: complete };
}
