import { validateDocument } from '#schemas';
import { matchOf } from '../catalogue/match.ts';
import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { rowsOf } from '../sections/rows-of.ts';
import type { Section, SectionMenu } from '../sections/section.ts';
import { type DeclaredItem, declaredItem } from './declared-item.ts';

/** An item of a section as somebody would write it. */
export type Item = Readonly<Record<string, unknown>>;

/** The rows that a router or an export holds, by menu. */
export type MenuRows = Readonly<Record<MenuPath, readonly Row[]>>;

/** A row that does not become an item. */
export interface RefusedRow {
  readonly menu: MenuPath;
  readonly row: Row;
  readonly reason: string;
}

/** A property of an imported row that its item does not hold: it stays on the router, and nobody manages it. */
export interface LeftOutProperty extends RefusedRow {
  readonly property: string;
}

/** What rows become as a section of a RouterConfig. */
export interface DeclaredSection {
  /** Of settings at most one, and none when everything is at its default. */
  readonly items: readonly Item[];
  /** How many rows became items. */
  readonly imported: number;
  readonly refused: readonly RefusedRow[];
  readonly leftOut: readonly LeftOutProperty[];
}

/** What is known of one section while its rows are read. */
interface Reading {
  readonly section: Section;
  readonly refused: RefusedRow[];
  readonly leftOut: LeftOutProperty[];
}

/** One item and the rows it is made of. */
interface Found {
  readonly item: Item;
  readonly rows: readonly Row[];
}

/**
 * The section that has these rows: the inverse of `rowsOf` for a whole section. Rows of the router itself are passed
 * over; each other one is in an item, or refused with the reason. Menus that were not read have no part in it.
 */
export function declaredSection(section: Section, menus: MenuRows): DeclaredSection {
  const reading: Reading = { section, refused: [], leftOut: [] };
  const found = section.shape === 'settings' ? foundSettings(reading, menus) : foundItems(reading, menus);
  const items = found.map(({ item }) => item).filter((item) => Object.keys(item).length > 0);
  const imported = found.reduce((sum, { rows }) => sum + rows.length, 0);
  return { items, imported, refused: reading.refused, leftOut: reading.leftOut };
}

function foundSettings(reading: Reading, menus: MenuRows): readonly Found[] {
  const { section } = reading;
  const rows = section.menus.flatMap((of) => (menus[of.menu.path] ?? []).map((row) => ({ of, row })));
  if (rows.length === 0) return [];
  const [first] = rows;
  if (first === undefined) return [];
  const item = Object.assign({}, ...rows.map(({ of, row }) => itemOf(reading, of, row).item)) as Item;
  const sound = soundItem(reading, first.of, first.row, item);
  return sound === undefined ? [] : [{ item: sound, rows: rows.map(({ row }) => row) }];
}

/** Every row of the first menu is an item; what further menus say of it is added to that. */
function foundItems(reading: Reading, menus: MenuRows): readonly Found[] {
  const { section } = reading;
  const [first, ...others] = section.menus;
  const raw = configured(first.menu, menus).map((row) => ({ item: itemOf(reading, first, row).item, rows: [row] }));
  for (const of of others) for (const row of configured(of.menu, menus)) addTo(reading, raw, of, row);
  const found = raw.flatMap(({ item, rows }): readonly Found[] => {
    const [row] = rows;
    const sound = row === undefined ? undefined : soundItem(reading, first, row, item);
    return sound === undefined ? [] : [{ item: sound, rows }];
  });
  const single = withoutTwins(reading, first.menu, found);
  if (first.menu.shape === 'orderedList') return single;
  return single
    .map((each) => ({ each, key: sortKey(first, each.item) }))
    .toSorted(byKey)
    .map(({ each }) => each);
}

function configured(menu: Menu, menus: MenuRows): readonly Row[] {
  return (menus[menu.path] ?? []).filter((row) => !menu.skipWhen.some((flag) => isTrue(row[flag])));
}

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === 'yes';
}

function itemOf({ section, leftOut }: Reading, of: SectionMenu, row: Row): DeclaredItem {
  const declared = declaredItem(section, of, row);
  for (const { property, reason } of declared.faults) leftOut.push({ menu: of.menu.path, row, property, reason });
  return declared;
}

/** A row of a further menu belongs to the item whose fields that both menus have are equal. */
function addTo(reading: Reading, items: { item: Item; rows: Row[] }[], of: SectionMenu, row: Row): void {
  const [first] = reading.section.menus;
  const { item } = itemOf(reading, of, row);
  const shared = Object.keys(of.properties).filter((field) => Object.hasOwn(first.properties, field));
  const owner = items.find((each) => shared.every((field) => equal(each.item[field], item[field])));
  if (owner === undefined) {
    const reason = `there is no row in ${first.menu.path} that it belongs to`;
    reading.refused.push({ menu: of.menu.path, row, reason });
    return;
  }
  owner.item = { ...owner.item, ...item };
  owner.rows.push(row);
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * The item without the fields that a RouterConfig would refuse, which stay unmanaged; undefined when it is nothing
 * without them, and the row is refused.
 */
function soundItem(reading: Reading, { menu, properties }: SectionMenu, row: Row, item: Item): Item | undefined {
  const { section, refused, leftOut } = reading;
  let sound = item;
  for (;;) {
    const faults = faultsOf(section, sound);
    if (faults.length === 0) return sound;
    const spare = faults.filter(({ field }) => isSpare(section, menu, properties, field, sound));
    if (spare.length < faults.length) {
      const lost = leftOut.filter((each) => each.row === row && menu.match.includes(each.property));
      const reasons = [...lost.map(({ reason }) => reason), ...faults.map(({ message }) => message)];
      for (const each of lost) leftOut.splice(leftOut.indexOf(each), 1);
      refused.push({ menu: menu.path, row, reason: [...new Set(reasons)].join('; ') });
      return undefined;
    }
    for (const { field, message } of spare)
      leftOut.push({ menu: menu.path, row, property: properties[field] ?? field, reason: message });
    const gone = new Set(spare.map(({ field }) => field));
    sound = Object.fromEntries(Object.entries(sound).filter(([field]) => !gone.has(field)));
  }
}

function isSpare(
  { required }: Section,
  menu: Menu,
  properties: SectionMenu['properties'],
  field: string,
  item: Item,
): boolean {
  return Object.hasOwn(item, field) && !required.includes(field) && !menu.match.includes(properties[field] ?? '');
}

interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** By the section's own rules, or else by the schema, which knows how much is too much. */
function faultsOf(section: Section, item: Item): readonly FieldFault[] {
  const result = rowsOf(section, item);
  if ('faults' in result) return result.faults;
  const declared = section.shape === 'list' ? [item] : item;
  const validation = validateDocument({
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'RouterConfig',
    metadata: { name: 'imported' },
    spec: { selector: {}, priority: 0, [section.name]: declared },
  });
  if (validation.valid) return [];
  const depth = section.shape === 'list' ? 3 : 2;
  return validation.faults.map(({ path, message }) => ({
    field: String(path[depth] ?? ''),
    message: `${path.slice(depth).join('.')}: ${message}`,
  }));
}

/** A section holds one row of each tuple: the enabled one, where a disabled twin stands beside it. */
function withoutTwins({ section, refused }: Reading, menu: Menu, found: readonly Found[]): readonly Found[] {
  const byTuple = Map.groupBy(found, ({ rows: [row = {}] }) => JSON.stringify(matchOf(menu, row)));
  const kept = new Set<Found>();
  const isEnabled = ({ rows: [row = {}] }: Found): boolean =>
    !isTrue(row['disabled'] ?? menu.fields['disabled']?.default);
  for (const twins of byTuple.values()) {
    const [chosen] = [...twins.filter(isEnabled), ...twins];
    if (chosen === undefined) continue;
    kept.add(chosen);
    for (const { rows } of twins.filter((each) => each !== chosen)) {
      const reason = `it is the same row as another one by ${menu.match.join(', ')}, and ${section.name} holds one of them`;
      for (const row of rows) refused.push({ menu: menu.path, row, reason });
    }
  }
  return found.filter((each) => kept.has(each));
}

/** By what tells rows apart, so that the order does not depend on how the router came to hold them. */
function sortKey({ menu, properties }: SectionMenu, item: Item): readonly string[] {
  const fieldOf = new Map(Object.entries(properties).map(([field, property]) => [property, field]));
  return menu.match.map((property) => sortable(item[fieldOf.get(property) ?? '']));
}

/** Numbers in a text count as numbers: `10.0.0.9` comes before `10.0.0.10`. */
function sortable(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

interface Keyed {
  readonly key: readonly string[];
}

function byKey({ key: one }: Keyed, { key: other }: Keyed): number {
  const at = one.findIndex((text, index) => text !== other[index]);
  if (at === -1) return 0;
  return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}
