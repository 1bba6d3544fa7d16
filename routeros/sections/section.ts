import { type FieldSchema, type FieldsSchema, sectionLists, type SectionName, sectionSchema } from '#schemas';
import type { Codec, Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { enumCodec } from '../values/enum.ts';
import { integerCodec } from '../values/integer.ts';
import { setOf } from '../values/list.ts';

/**
 * How a value looks in YAML: a list is a sequence of texts, entries are a sequence of mappings, a secret is the name of
 * one: `{secretRef: office-wifi}`.
 */
export type YamlKind = 'boolean' | 'integer' | 'string' | 'list' | 'entries' | 'secret';

/** What people may write in one field. */
export interface SectionField {
  readonly kind: YamlKind;
  /** Where that is less than what a router may hold. */
  readonly strict?: Codec;
}

/** One menu of a section, and which field of an item becomes which property of its row: `forwardTo` → `forward-to`. */
export interface SectionMenu {
  readonly menu: Menu;
  /** Of the entries of an item, where `each` says so. */
  readonly properties: Readonly<Record<string, string>>;
  /** Absent: an item has one row here. */
  readonly each?: EachEntry;
}

/** A field of an item whose entries each are a row of a menu: the members of an interface list. */
export interface EachEntry {
  readonly field: string;
  /** Properties that each of these rows has from its item: `{ list: 'name' }`. */
  readonly from: Readonly<Record<string, string>>;
  /** What people may write in an entry. */
  readonly fields: Readonly<Record<string, SectionField>>;
  /** Fields that every entry must have. */
  readonly required: readonly string[];
}

/**
 * What a user writes under one key of a RouterConfig: one item, or a list of them. An item becomes a row in each of
 * the menus. `lists`: a mapping of named lists, each with items of its own; then it has no fields itself, and the menus
 * are those of all its lists.
 */
export interface Section {
  readonly name: SectionName;
  readonly shape: 'settings' | 'list' | 'lists';
  /** Of a list in a mapping of lists: its key there. */
  readonly list?: string;
  /** Of a mapping of lists: what stands in it, by key. */
  readonly lists?: Readonly<Record<string, Section>>;
  readonly menus: readonly [SectionMenu, ...SectionMenu[]];
  readonly fields: Readonly<Record<string, SectionField>>;
  /** Fields that every item must have. */
  readonly required: readonly string[];
  /** The field of its items by which people think of the list in parts, such as the list of an entry. */
  readonly scopedBy?: string;
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
  /** In an entry, its field. */
  readonly within?: string;
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
  readonly menus: readonly [Menu | SectionMenu, ...(Menu | SectionMenu | EntryMenu)[]];
  readonly strict?: Readonly<Record<string, Codec>>;
  readonly faults?: ItemFaults;
}

/** A menu with a row of each entry of a field; the schema says what an entry has. */
export interface EntryMenu {
  readonly menu: Menu;
  readonly each: string;
  readonly from: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<string, YamlKind>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  array: 'list',
  object: 'secret',
};

/**
 * The section with this schema. @throws {RangeError} for a property that its menu does not have, or that nobody may
 * set.
 */
export function sectionOf(name: SectionName, facts: SectionFacts): Section {
  const { isList, fields, scopedBy } = sectionSchema(name);
  const read = readSchema(name, fields, facts);
  if (scopedBy !== undefined && read.fields[scopedBy]?.kind !== 'string')
    throw new RangeError(`section ${name} has no parts by ${scopedBy}: that is no text of its items`);
  return { name, ...(scopedBy === undefined ? {} : { scopedBy }), shape: isList ? 'list' : 'settings', ...read };
}

/**
 * The section that is a mapping of named lists, with what its file says of each. @throws {RangeError} as `sectionOf`,
 * and when schema and file do not have the same lists.
 */
export function sectionOfLists(name: SectionName, facts: Readonly<Record<string, SectionFacts>>): Section {
  const schemas = sectionLists(name) ?? {};
  const unknown = [...Object.keys(facts), ...Object.keys(schemas)].find((list) => !(list in facts && list in schemas));
  if (unknown !== undefined) throw new RangeError(`section ${name} has no list ${unknown}`);
  const lists = Object.entries(schemas).map(([list, schema]): readonly [string, Section] => [
    list,
    { name, shape: 'list', list, ...readSchema(`${name}.${list}`, schema, facts[list] as SectionFacts) },
  ]);
  const menus = lists.flatMap(([, part]) => part.menus) as readonly SectionMenu[] as Section['menus'];
  return {
    name,
    shape: 'lists',
    lists: Object.fromEntries(lists),
    menus,
    fields: {},
    required: [],
    faults: () => [],
  };
}

/** What of a section has items: itself, or each of its lists. */
export function sectionParts(section: Section): readonly Section[] {
  return section.lists === undefined ? [section] : Object.values(section.lists);
}

/** `wifi.security`: what a section, or a list in one, is called. */
export function sectionTitle({ name, list }: Pick<Section, 'name' | 'list'>): string {
  return list === undefined ? name : `${name}.${list}`;
}

function readSchema(
  name: string,
  schema: FieldsSchema,
  { menus, strict = {}, faults = () => [] }: SectionFacts,
): Pick<Section, 'menus' | 'fields' | 'required' | 'faults'> {
  const fields: Record<string, SectionField> = {};
  for (const [field, of] of Object.entries(schema.properties)) fields[field] = fieldOf(name, field, of, strict[field]);
  const [first, ...others] = menus;
  const withProperties = (menu: Menu | SectionMenu | EntryMenu): SectionMenu => {
    if ('from' in menu) return checked(name, entryMenuOf(name, menu, schema, strict), fields);
    return checked(name, 'menu' in menu ? menu : { menu, properties: propertiesOf(menu, fields) }, fields);
  };
  return {
    menus: [withProperties(first), ...others.map(withProperties)],
    fields,
    required: schema.required ?? [],
    faults,
  };
}

function fieldOf(section: string, field: string, schema: FieldSchema, given?: Codec): SectionField {
  const { type, items } = schema;
  const strict = given ?? strictOf(schema);
  const kind = type === 'array' && items?.properties !== undefined ? 'entries' : KINDS[type];
  if (kind === undefined) throw new RangeError(`${section}: no value of ${field} is known to be ${type}`);
  return strict === undefined ? { kind } : { kind, strict };
}

/** Where the schema says which values there are, and the router may hold others. */
function strictOf({ enum: words, minimum, maximum, items }: FieldSchema): Codec | undefined {
  if (words !== undefined) return enumCodec(words);
  if (items?.enum !== undefined) return setOf(enumCodec(items.enum));
  return minimum === undefined || maximum === undefined ? undefined : integerCodec(minimum, maximum);
}

/**
 * Every field by its name, but for entries, which are rows of their own: `forwardTo` → `forward-to`, `datapathBridge` →
 * `datapath.bridge`.
 */
function propertiesOf(menu: Menu, fields: Readonly<Record<string, SectionField>>): Readonly<Record<string, string>> {
  const dotted = Object.keys(menu.fields).filter((property) => property.includes('.'));
  const own = Object.entries(fields).filter(([, { kind }]) => kind !== 'entries');
  return Object.fromEntries(
    own.map(([field]) => [field, dotted.find((property) => camelCased(property) === field) ?? hyphened(field)]),
  );
}

/** `strict` names a field of an entry with the field of the item in front: `members.interface`. */
function entryMenuOf(
  section: string,
  { menu, each, from }: EntryMenu,
  schema: FieldsSchema,
  strict: Readonly<Record<string, Codec>>,
): SectionMenu {
  const items = schema.properties[each]?.items;
  const fields = Object.fromEntries(
    Object.entries(items?.properties ?? {}).map(([field, of]) => [
      field,
      fieldOf(section, `${each}.${field}`, of, strict[`${each}.${field}`]),
    ]),
  );
  const required = items?.required ?? [];
  return { menu, properties: propertiesOf(menu, fields), each: { field: each, from, fields, required } };
}

/** @throws {RangeError} where a field is not in the schema, or a property not in the menu. */
function checked(section: string, of: SectionMenu, ofItems: Readonly<Record<string, SectionField>>): SectionMenu {
  const { menu, properties, each } = of;
  if (each !== undefined && ofItems[each.field]?.kind !== 'entries')
    throw new RangeError(`section ${section} has no entries ${each.field}`);
  const inherited = Object.entries(each?.from ?? {}).map(([property, field]) => [field, property, ofItems] as const);
  const own = Object.entries(properties).map(
    ([field, property]) => [field, property, each?.fields ?? ofItems] as const,
  );
  for (const [field, property, fields] of [...own, ...inherited]) {
    const known = menu.fields[property];
    if (fields[field] === undefined) throw new RangeError(`section ${section} has no field ${field}`);
    if (known === undefined || known.readOnly === true) throw new RangeError(`${menu.path} has no ${property} to set`);
  }
  return of;
}

function hyphened(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function camelCased(property: string): string {
  return property.replaceAll(/[-.]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Where in an item a property of a menu's row comes from: its field, or the place of an entry and the field of it.
 * `entry`: which entry the row is. @throws {RangeError} when there is none.
 */
export function placeOfProperty(
  section: Section,
  menu: MenuPath,
  property: string,
  entry?: number,
): readonly (string | number)[] {
  for (const { menu: own, properties, each } of sectionParts(section).flatMap(({ menus }) => menus)) {
    if (own.path !== menu) continue;
    const inherited = each?.from[property];
    if (inherited !== undefined) return [inherited];
    const [field] = Object.entries(properties).find(([, known]) => known === property) ?? [];
    if (field !== undefined) return each === undefined ? [field] : [each.field, entry ?? 0, field];
  }
  throw new RangeError(`section ${section.name} has no field for ${property} of ${menu}`);
}
