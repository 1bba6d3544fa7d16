import { matchOf } from '../catalogue/match.ts';
import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { namesInValue, namingFields, wayBack } from '../catalogue/named.ts';
import {
  type EachEntry,
  type Section,
  type SectionFault,
  type SectionMenu,
  sectionTitle,
} from '../sections/section.ts';
import { type DeclaredItem, declaredItem, type SecretNames } from './declared-item.ts';
import { itemFaults } from './item-faults.ts';
import { inOrderOfKeys, isTrue, type OfRow, withoutRivals, withoutTwins } from './item-order.ts';

export type { SecretNames } from './declared-item.ts';

/** An item of a section as somebody would write it. */
export type Item = Readonly<Record<string, unknown>>;

/** The rows that a router or an export holds, by menu. */
export type MenuRows = Readonly<Record<MenuPath, readonly Row[]>>;

/** A row that does not become an item. */
export interface RefusedRow {
  readonly menu: MenuPath;
  readonly row: Row;
  readonly reason: string;
  /** Another row of the menu that has to do with it. */
  readonly besides?: Row;
}

/** A property of an imported row that its item does not hold: it stays on the router, and nobody manages it. */
export interface LeftOutProperty extends RefusedRow {
  readonly property: string;
}

/** What rows become as a section of a RouterConfig. */
export interface DeclaredSection {
  /** Of settings at most one; none of what is at its default. */
  readonly items: readonly Item[];
  /** How many rows are in `items`, or at their defaults. */
  readonly imported: number;
  readonly refused: readonly RefusedRow[];
  readonly leftOut: readonly LeftOutProperty[];
}

/** What is known of one section while its rows are read. */
interface Reading {
  readonly section: Section;
  readonly secretNames: SecretNames | undefined;
  readonly refused: RefusedRow[];
  readonly leftOut: LeftOutProperty[];
}

/** No item has it. */
const NOT_TOLD = Symbol('not told');

/** One item, the row of the first menu that it is made of, and how many rows are in it. */
interface Found {
  readonly row: Row;
  item: Item;
  rows: number;
}

/**
 * The section that has these rows: the inverse of `rowsOf` for a whole section. Rows of the router itself are passed
 * over; each other one is in an item, or refused with the reason. Menus that were not read have no part in it. Of a
 * mapping of lists each list is asked for by itself (`sectionParts`).
 */
export function declaredSection(section: Section, menus: MenuRows, secretNames?: SecretNames): DeclaredSection {
  const reading: Reading = { section, secretNames, refused: [], leftOut: [] };
  const found = section.shape === 'settings' ? foundSettings(reading, menus) : foundItems(reading, menus);
  const imported = found.reduce((sum, { rows }) => sum + rows, 0);
  const items = found.map(({ item }) => item).filter((item) => saysSomething(section, item));
  return { items, imported, refused: reading.refused, leftOut: reading.leftOut };
}

/**
 * Whether a row holds nothing but what the router gives it by itself: settings at their defaults, an interface that came
 * with the hardware. Nobody has to declare it. `part`: a section, or a list in one, with that menu.
 */
export function isAtDefaults(part: Section, of: SectionMenu, row: Row): boolean {
  const { item, faults } = declaredItem(part, of, row);
  if (faults.length > 0) return false;
  if (part.shape === 'settings') return Object.keys(item).length === 0;
  return of === part.menus[0] && !saysSomething(part, item);
}

/** Of rows that are there whatever is said, the key alone says nothing. */
function saysSomething({ menus: [{ menu, properties }] }: Section, item: Item): boolean {
  const said = Object.keys(item);
  const isMade = said.some((field) => properties[field] === menu.fixedWithout);
  return menu.fixedRows === true || (menu.fixedWithout !== undefined && !isMade)
    ? said.some((field) => !menu.match.includes(properties[field] ?? ''))
    : said.length > 0;
}

function foundSettings(reading: Reading, menus: MenuRows): readonly Found[] {
  const rows = reading.section.menus.flatMap((of) => (menus[of.menu.path] ?? []).map((row) => ({ of, row })));
  const [first] = rows;
  if (first === undefined) return [];
  const item = Object.assign({}, ...rows.map(({ of, row }) => partOf(reading, of, row).item)) as Item;
  const sound = soundItem(reading, first.of, first.row, item);
  return sound === undefined ? [] : [{ row: first.row, item: sound, rows: rows.length }];
}

/** Every row of the first menu is an item; what further menus say of it is added to that. */
function foundItems(reading: Reading, menus: MenuRows): readonly Found[] {
  const [first, ...others] = reading.section.menus;
  const raw = configured(first.menu, menus).map((row) => ({ row, item: partOf(reading, first, row).item, rows: 1 }));
  for (const of of others)
    if (of.each === undefined) for (const row of configured(of.menu, menus)) addPart(reading, raw, of, row);
  const sound = raw.flatMap((each): readonly Found[] => {
    const item = soundItem(reading, first, each.row, each.item);
    return item === undefined ? [] : [{ ...each, item }];
  });
  const single = withoutTwins(first.menu, sound, (twin, kept) => refuseTwin(reading, first.menu, twin, kept));
  const found = withoutCircles(reading, first, withoutRivals(first.menu, single, refuseRival(reading, first.menu)));
  for (const of of others) if (of.each !== undefined) addEntries(reading, found, of, of.each, menus);
  return inOrderOfKeys(first, found);
}

function configured(menu: Menu, menus: MenuRows): readonly Row[] {
  return (menus[menu.path] ?? []).filter((row) => !menu.skipWhen.some((flag) => isTrue(row[flag])));
}

function partOf({ section, secretNames, leftOut }: Reading, of: SectionMenu, row: Row): DeclaredItem {
  const declared = declaredItem(section, of, row, secretNames);
  for (const { property, reason } of declared.faults) leftOut.push({ menu: of.menu.path, row, property, reason });
  return declared;
}

/** A row of a further menu belongs to the item whose fields that both menus have are equal. */
function addPart(reading: Reading, items: readonly Found[], of: SectionMenu, row: Row): void {
  const [first] = reading.section.menus;
  const { item } = partOf(reading, of, row);
  const shared = Object.keys(of.properties).filter((field) => Object.hasOwn(first.properties, field));
  const owner = items.find((each) => shared.every((field) => isEqual(each.item[field], item[field])));
  if (owner === undefined) {
    refuseOrphan(reading, of, row);
    return;
  }
  owner.item = { ...owner.item, ...item };
  owner.rows += 1;
}

/** The entries of each item, in the order of their keys. */
function addEntries(
  reading: Reading,
  items: readonly Found[],
  of: SectionMenu,
  each: EachEntry,
  menus: MenuRows,
): void {
  const entries = new Map<Found, { readonly row: Row; readonly item: Item }[]>();
  for (const row of configured(of.menu, menus)) {
    const { item, of: told } = partOf(reading, of, row);
    const fields = Object.values(each.from);
    const owner = items.find((one) => fields.every((field) => one.item[field] === (told[field] ?? NOT_TOLD)));
    if (owner === undefined) {
      refuseOrphan(reading, of, row);
      continue;
    }
    const sound = soundEntry(reading, of, each, row, owner.item, item);
    if (sound !== undefined) entries.set(owner, [...(entries.get(owner) ?? []), { row, item: sound }]);
  }
  for (const [owner, all] of entries) {
    const single = withoutTwins(of.menu, all, (twin, kept) => refuseTwin(reading, of.menu, twin, kept));
    owner.item = { ...owner.item, [each.field]: inOrderOfKeys(of, single).map(({ item }) => item) };
    owner.rows += single.length;
  }
}

function refuseOrphan({ section, refused }: Reading, { menu }: SectionMenu, row: Row): void {
  refused.push({
    menu: menu.path,
    row,
    reason: `there is no row in ${section.menus[0].menu.path} that it belongs to`,
  });
}

function refuseTwin({ section, refused }: Reading, menu: Menu, { row }: OfRow, kept: OfRow): void {
  const told = Object.keys(matchOf(menu, row));
  const reason = `it is the same row as another one by ${told.join(', ')}, and ${sectionTitle(section)} holds one of them`;
  refused.push({ menu: menu.path, row, reason, besides: kept.row });
}

function refuseRival({ section, refused }: Reading, menu: Menu) {
  return ({ row }: OfRow, kept: OfRow, claim: string): void => {
    const reason = `another one has the ${claim}, and ${sectionTitle(section)} holds one of them`;
    refused.push({ menu: menu.path, row, reason, besides: kept.row });
  };
}

/** The items without names that lead back to their own row. */
function withoutCircles(
  { leftOut }: Reading,
  { menu, properties }: SectionMenu,
  found: readonly Found[],
): readonly Found[] {
  const named = new Map<string, readonly string[]>();
  for (const each of found)
    for (const [property, field] of namingFields(menu)) {
      const own = each.row['name'] ?? '';
      const names = namesInValue(field, each.row[property] ?? '');
      if (names.every((name) => wayBack(named, name, own) === null)) {
        named.set(own, [...(named.get(own) ?? []), ...names]);
        continue;
      }
      const reason = `${property} leads back to the row itself, which no RouterConfig can say`;
      leftOut.push({ menu: menu.path, row: each.row, property, reason });
      each.item = Object.fromEntries(Object.entries(each.item).filter(([name]) => properties[name] !== property));
    }
  return found;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The entry without what a RouterConfig would refuse, held against an item of its own. */
function soundEntry(
  reading: Reading,
  of: SectionMenu,
  each: EachEntry,
  row: Row,
  owner: Item,
  entry: Item,
): Item | undefined {
  const { [each.field]: _, ...rest } = owner;
  const faultsOf = (item: Item): readonly FieldFault[] =>
    itemFaults(reading.section, { ...rest, [each.field]: [item] }).map(entryFault);
  return sound(reading, of, each.required, row, entry, faultsOf);
}

function entryFault({ within, message }: SectionFault): FieldFault {
  return { field: within ?? '', message };
}

function soundItem(reading: Reading, of: SectionMenu, row: Row, item: Item): Item | undefined {
  return sound(reading, of, reading.section.required, row, item, (one) => itemFaults(reading.section, one));
}

interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/**
 * The item without the fields that a RouterConfig would refuse, which stay unmanaged; undefined when it is nothing
 * without them, and the row is refused.
 */
function sound(
  { refused, leftOut }: Reading,
  { menu, properties }: SectionMenu,
  required: readonly string[],
  row: Row,
  item: Item,
  faultsOf: (item: Item) => readonly FieldFault[],
): Item | undefined {
  const lost = leftOut.filter((each) => each.row === row);
  const keys = lost.filter(({ property }) => menu.match.includes(property)).map(({ reason }) => reason);
  let left = item;
  for (;;) {
    const faults = faultsOf(left);
    if (faults.length + keys.length === 0) return left;
    const held = left;
    const isSpare = ({ field }: FieldFault): boolean =>
      Object.hasOwn(held, field) && !required.includes(field) && !menu.match.includes(properties[field] ?? '');
    if (keys.length > 0 || !faults.every(isSpare)) {
      for (const each of leftOut.filter((one) => one.row === row)) leftOut.splice(leftOut.indexOf(each), 1);
      const reasons = keys.length > 0 ? keys : faults.map(({ message }) => message);
      refused.push({ menu: menu.path, row, reason: [...new Set(reasons)].join('; ') });
      return undefined;
    }
    for (const { field, message } of faults)
      leftOut.push({ menu: menu.path, row, property: properties[field] ?? field, reason: message });
    const gone = new Set(faults.map(({ field }) => field));
    left = Object.fromEntries(Object.entries(left).filter(([field]) => !gone.has(field)));
  }
}
