import { type SectionName, sectionSchema } from '#schemas';
import type { Codec, Menu, MenuPath, Row } from '../catalogue/menu.ts';

/** How a value looks in YAML: a list is a sequence of texts. */
export type YamlKind = 'boolean' | 'integer' | 'string' | 'list';

/** What people may write in one field. */
export interface SectionField {
  readonly kind: YamlKind;
  /** Where that is less than what a router may hold. */
  readonly strict?: Codec;
}

/** One menu of a section, and which field of an item becomes which property of its row: `forwardTo` → `forward-to`. */
export interface SectionMenu {
  readonly menu: Menu;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * What a user writes under one key of a RouterConfig: one item, or a list of them. An item becomes a row in each of
 * the menus.
 */
export interface Section {
  readonly name: SectionName;
  readonly shape: 'settings' | 'list';
  readonly menus: readonly [SectionMenu, ...SectionMenu[]];
  readonly fields: Readonly<Record<string, SectionField>>;
  /** Fields that every item must have. */
  readonly required: readonly string[];
  readonly faults: ItemFaults;
}

/** What is wrong with an item whose values are sound by themselves. `row`: what it becomes in the first menu. */
export type ItemFaults = (declared: Readonly<Record<string, unknown>>, row: Row) => readonly SectionFault[];

/** One thing wrong with what somebody wrote. */
export interface SectionFault {
  /** The field's name as written in YAML. */
  readonly field: string;
  /** In a list, the position of the faulty item. */
  readonly index?: number;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What the file of a section says; the rest is read from its schema. */
export interface SectionFacts {
  /**
   * Menus alone take every field, by its name with hyphens; with `properties` these fields only. The first menu has a
   * row of every item.
   */
  readonly menus: readonly [Menu | SectionMenu, ...(Menu | SectionMenu)[]];
  readonly strict?: Readonly<Record<string, Codec>>;
  readonly faults?: ItemFaults;
}

const KINDS: Readonly<Record<string, YamlKind>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  array: 'list',
};

/**
 * The section with this schema. @throws {RangeError} for a property that its menu does not have, or that nobody may
 * set.
 */
export function sectionOf(name: SectionName, { menus, strict = {}, faults = () => [] }: SectionFacts): Section {
  const { isList, fields: schema } = sectionSchema(name);
  const fields: Record<string, SectionField> = {};
  for (const [field, { type }] of Object.entries(schema.properties)) {
    const kind = KINDS[type];
    if (kind === undefined) throw new RangeError(`${name}: no value of ${field} is known to be ${type}`);
    fields[field] = strict[field] === undefined ? { kind } : { kind, strict: strict[field] };
  }
  const all = Object.fromEntries(Object.keys(fields).map((field) => [field, hyphened(field)]));
  const [first, ...others] = menus;
  const withProperties = (menu: Menu | SectionMenu): SectionMenu => {
    const of = 'menu' in menu ? menu : { menu, properties: all };
    for (const [field, property] of Object.entries(of.properties)) {
      const known = of.menu.fields[property];
      if (fields[field] === undefined) throw new RangeError(`section ${name} has no field ${field}`);
      if (known === undefined || known.readOnly === true)
        throw new RangeError(`${of.menu.path} has no ${property} to set`);
    }
    return of;
  };
  return {
    name,
    shape: isList ? 'list' : 'settings',
    menus: [withProperties(first), ...others.map(withProperties)],
    fields,
    required: schema.required ?? [],
    faults,
  };
}

function hyphened(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The field of an item that a property of a menu's row comes from. @throws {RangeError} when there is none. */
export function fieldOfProperty(section: Section, menu: MenuPath, property: string): string {
  for (const { menu: own, properties } of section.menus) {
    if (own.path !== menu) continue;
    for (const field in properties) if (properties[field] === property) return field;
  }
  throw new RangeError(`section ${section.name} has no field for ${property} of ${menu}`);
}
