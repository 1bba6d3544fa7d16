import {
  matchOf,
  partOf,
  type Menu,
  type MenuPath,
  placeOfProperty,
  sectionParts,
  type Row,
  rowsOf,
  SECTIONS,
  type Section,
  type SectionFault,
  type SectionRow,
} from '#routeros';
import { type RouterConfig, SECTION_NAMES, type SectionName } from '#schemas';
import type { Diagnostic, FieldPath } from './diagnostic.ts';
import type { CanonicalRow, CanonicalSection } from './canonical.ts';
import type { DeclaredConfig, Located, UnlistedParts } from './inventory.ts';
import { faultAt, placeOf } from './report.ts';

/** What a RouterConfig declares, in the router's words. With faults it is never planned from. */
export interface CanonicalSections {
  readonly sections: ReadonlyMap<SectionName, CanonicalSection>;
  readonly unlistedIn: DeclaredConfig['unlistedIn'];
  readonly faults: readonly Diagnostic[];
}

type Fields = Readonly<Record<string, unknown>>;

/** One section while it is read. */
interface Reading {
  readonly config: Located<RouterConfig>;
  readonly section: Section;
  readonly faults: Diagnostic[];
}

/** Puts every section of a RouterConfig into the router's words. An item with faults is reported and left out. */
export function canonicalSections(config: Located<RouterConfig>): CanonicalSections {
  const sections = new Map<SectionName, CanonicalSection>();
  const faults: Diagnostic[] = [];
  for (const name of SECTION_NAMES) {
    const declared = config.document.spec[name];
    if (declared !== undefined) sections.set(name, readSection({ config, section: SECTIONS[name], faults }, declared));
  }
  return { sections, unlistedIn: readParts(config, faults), faults };
}

/** Parts by the names that the router has for them. */
function readParts(config: Located<RouterConfig>, faults: Diagnostic[]): DeclaredConfig['unlistedIn'] {
  const read: Partial<Record<SectionName, UnlistedParts>> = {};
  const unlistedIn: DeclaredConfig['unlistedIn'] = config.document.spec.unlistedIn ?? {};
  for (const name of SECTION_NAMES) {
    const section = SECTIONS[name];
    const said: UnlistedParts | undefined = unlistedIn[name];
    if (said === undefined || section.scopedBy === undefined) continue;
    const parts = new Map<string, 'tolerate' | 'prune'>();
    for (const [part, word] of Object.entries(said)) {
      const path = ['spec', 'unlistedIn', name, part];
      const value = partOf(section, section.scopedBy, part);
      if (typeof value !== 'string')
        faults.push(...value.map(({ message, hint }) => faultAt(config, path, message, hint)));
      else if (parts.has(value))
        faults.push(faultAt(config, path, `the part ${value} is named twice`, 'keep one of them'));
      else parts.set(value, word);
    }
    read[name] = Object.fromEntries(parts);
  }
  return read;
}

function readSection(reading: Reading, declared: object): CanonicalSection {
  const { shape, menus, lists } = reading.section;
  if (lists !== undefined) return readLists(reading, lists, declared as Readonly<Record<string, readonly Fields[]>>);
  if (shape === 'list') return readItems(reading, declared as readonly Fields[]);
  const rows =
    readItem(reading, placeOfPart(reading.section), declared as Fields) ??
    menus.map(({ menu }) => ({ menu, fields: {} }));
  return rows.map(({ menu, fields }) => ({ shape: 'settings', menu: menu.path, fields }));
}

/** Lists that are not written there are not declared: nothing is said of their menus. */
function readLists(
  reading: Reading,
  lists: Readonly<Record<string, Section>>,
  declared: Readonly<Record<string, readonly Fields[]>>,
): CanonicalSection {
  return Object.entries(lists).flatMap(([list, section]) => {
    const items = declared[list];
    return items === undefined ? [] : readItems({ ...reading, section }, items);
  });
}

/** Where a section stands in a RouterConfig, or a list in one. */
function placeOfPart({ name, list }: Section): FieldPath {
  return ['spec', name, ...(list === undefined ? [] : [list])];
}

/** A menu of which no item says anything is declared all the same: that it should have no such rows. */
function readItems(reading: Reading, declared: readonly Fields[]): CanonicalSection {
  const { section } = reading;
  const rowsIn = new Map(section.menus.map(({ menu }) => [menu, new Map<string, CanonicalRow>()]));
  for (const [index, item] of declared.entries())
    for (const row of readItem(reading, [...placeOfPart(section), index], item) ?? [])
      addRow(reading, rowsIn.get(row.menu) as Map<string, CanonicalRow>, row, index);
  // Layers are put on each other in this order, and that is quick for what is in it already. Where the order counts it
  // stays as written.
  return [...rowsIn].map(([menu, rows]) => ({
    shape: 'list',
    menu: menu.path,
    rows: menu.shape === 'orderedList' ? [...rows.values()] : [...rows.values()].toSorted(byKey),
  }));
}

function byKey(a: CanonicalRow, b: CanonicalRow): number {
  return a.key < b.key ? -1 : 1;
}

function addRow(
  { config, section, faults }: Reading,
  rows: Map<string, CanonicalRow>,
  { menu, fields, entry }: SectionRow,
  index: number,
): void {
  const match = matchOf(menu, fields);
  const key = JSON.stringify(match);
  const other = rows.get(key);
  if (other === undefined) {
    rows.set(key, { fields, key, index, ...(entry === undefined ? {} : { entry }) });
    return;
  }
  const message = `the row ${rowText(match)} is declared twice`;
  const first = placeOf(config, rowPath(section, menu, other));
  const path = rowPath(section, menu, { index, ...(entry === undefined ? {} : { entry }) });
  faults.push(faultAt(config, path, message, `the first one is at ${first}; keep one of them`));
}

/** Where in the RouterConfig a row stands: its item, or its entry of one. */
function rowPath(section: Section, menu: Menu, { index, entry }: Pick<CanonicalRow, 'index' | 'entry'>): FieldPath {
  const each = section.menus.find((of) => of.menu === menu)?.each;
  return [...placeOfPart(section), index, ...(each === undefined || entry === undefined ? [] : [each.field, entry])];
}

/** Undefined: the item has faults, which are reported. */
function readItem(reading: Reading, path: FieldPath, declared: Fields): readonly SectionRow[] | undefined {
  const result = rowsOf(reading.section, declared);
  if ('rows' in result) return result.rows;
  report(reading, path, result.faults);
  return undefined;
}

function report({ config, faults }: Reading, path: FieldPath, found: readonly SectionFault[]): void {
  for (const fault of found) {
    const { index, within } = fault;
    const place = [
      ...path,
      fault.field,
      ...(index === undefined ? [] : [index]),
      ...(within === undefined ? [] : [within]),
    ];
    // The path says which field it is already.
    const prefix = `${within ?? fault.field}: `;
    const message = fault.message.startsWith(prefix) ? fault.message.slice(prefix.length) : fault.message;
    faults.push(faultAt(config, place, message, fault.hint));
  }
}

/** `list=blocklist address=192.0.2.0/24` */
export function rowText(match: Row): string {
  return Object.entries(match)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ');
}

/**
 * Where a field of the router stands in the RouterConfig: `address-list` of the third record →
 * `spec.dnsStatic[2].addressList`.
 */
export function pathOfField(
  name: SectionName,
  menu: MenuPath,
  row: Pick<CanonicalRow, 'index' | 'entry'> | null,
  property: string,
): FieldPath {
  const section = sectionParts(SECTIONS[name]).find(({ menus }) => menus.some((own) => own.menu.path === menu));
  if (section === undefined) throw new RangeError(`section ${name} does not write ${menu}`);
  const place = placeOfProperty(section, menu, property, row?.entry);
  return [...placeOfPart(section), ...(row === null ? [] : [row.index]), ...place];
}
