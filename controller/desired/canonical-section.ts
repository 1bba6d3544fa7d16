import {
  fieldOfProperty,
  matchOf,
  type Menu,
  type MenuPath,
  partialFaults,
  type Row,
  rowsOf,
  SECTIONS,
  type Section,
  type SectionFault,
  type SectionRow,
} from '#routeros';
import { type RouterConfig, SECTION_NAMES, type SectionName } from '#schemas';
import { partOf } from './doubt.ts';
import type { Diagnostic, FieldPath } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { faultAt, placeOf } from './report.ts';

/** One declared row as the router would spell it. */
export interface CanonicalRow {
  /** Declared fields and the match fields that go without saying. */
  readonly fields: Row;
  /** The match tuple as text: equal for rows that are the same row. */
  readonly key: string;
  /** Its place in the section's list. */
  readonly index: number;
}

/** What one section of one RouterConfig says of one of its menus, in the router's words. */
export type CanonicalMenu =
  | { readonly shape: 'settings'; readonly menu: MenuPath; readonly fields: Row }
  /** Rows in the order of their keys. */
  | { readonly shape: 'list'; readonly menu: MenuPath; readonly rows: readonly CanonicalRow[] };

/** What one section of one RouterConfig says: of each menu that it means. */
export type CanonicalSection = readonly CanonicalMenu[];

/** What a RouterConfig declares, in the router's words. With faults, only for finding more of them: it is never planned from. */
export interface CanonicalSections {
  readonly sections: ReadonlyMap<SectionName, CanonicalSection>;
  readonly faults: readonly Diagnostic[];
  /** Whether more may be declared of a router's field than what is in `sections`, because of a fault. */
  readonly doubts: (section: SectionName, field: string) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** One section while it is read: what is wrong, and which of the router's fields that leaves in doubt. */
interface Reading {
  readonly config: Located<RouterConfig>;
  readonly section: Section;
  readonly faults: Diagnostic[];
  readonly doubtful: Set<string>;
}

const ANY_FIELD = '*';

/**
 * Puts every section of a RouterConfig into the router's words. Faulty fields are left out and reported, unless that was done before; a
 * row is left out when a fault makes it uncertain which row it is.
 */
export function canonicalSections(config: Located<RouterConfig>): CanonicalSections {
  const sections = new Map<SectionName, CanonicalSection>();
  const faults: Diagnostic[] = [];
  const doubts = new Map<SectionName, Set<string>>();
  for (const name of SECTION_NAMES) {
    const section: Section = SECTIONS[name];
    const reading = { config, section, faults, doubtful: new Set<string>() };
    doubts.set(name, reading.doubtful);
    const declared = partOf(config.document, ['spec', name]);
    const read = declared === undefined ? undefined : readSection(reading, declared);
    if (read !== undefined) sections.set(name, read);
    else if (!config.clean(['spec', name])) reading.doubtful.add(ANY_FIELD);
  }
  return {
    sections,
    faults,
    doubts: (name, field) => doubts.get(name)?.has(ANY_FIELD) === true || doubts.get(name)?.has(field) === true,
  };
}

function readSection(reading: Reading, declared: unknown): CanonicalSection | undefined {
  const { name, shape, menus } = reading.section;
  if (shape === 'list') return Array.isArray(declared) ? readItems(reading, declared as readonly unknown[]) : undefined;
  if (!isMapping(declared)) return undefined;
  const rows = readItem(reading, ['spec', name], declared) ?? menus.map(({ menu }) => ({ menu, fields: {} }));
  return rows.map(({ menu, fields }) => ({ shape: 'settings', menu: menu.path, fields }));
}

/** A menu of which no item says anything is declared all the same: that it should have no such rows. */
function readItems(reading: Reading, declared: readonly unknown[]): CanonicalSection {
  const { section } = reading;
  const rowsIn = new Map(section.menus.map(({ menu }) => [menu, new Map<string, CanonicalRow>()]));
  for (const [index, item] of declared.entries()) {
    const rows = isMapping(item) ? readItem(reading, ['spec', section.name, index], item) : undefined;
    if (rows === undefined) reading.doubtful.add(ANY_FIELD);
    for (const { menu, fields } of rows ?? [])
      addRow(reading, menu, rowsIn.get(menu) as Map<string, CanonicalRow>, fields, index);
  }
  // Layers are put on each other in this order, and that is quick for what is in it already.
  return [...rowsIn].map(([menu, rows]) => ({
    shape: 'list',
    menu: menu.path,
    rows: [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  }));
}

function addRow(
  { config, section, faults }: Reading,
  menu: Menu,
  rows: Map<string, CanonicalRow>,
  fields: Row,
  index: number,
): void {
  const match = matchOf(menu, fields);
  const key = JSON.stringify(match);
  const other = rows.get(key);
  if (other === undefined) {
    rows.set(key, { fields, key, index });
    return;
  }
  const message = `the row ${rowText(match)} is declared twice`;
  const first = placeOf(config, ['spec', section.name, other.index]);
  faults.push(
    faultAt(config, ['spec', section.name, index], message, `the first one is at ${first}; keep one of them`),
  );
}

/** The rows of the fields without fault. Undefined: it can't be told which rows they make. */
function readItem(reading: Reading, path: FieldPath, declared: Fields): readonly SectionRow[] | undefined {
  const { config, section, doubtful } = reading;
  if (config.clean(path)) {
    const result = rowsOf(section, declared);
    if ('rows' in result) return result.rows;
  }
  // A field that nobody has: other fields than these may be meant, too.
  if (!config.clean([...path, ''])) doubtful.add(ANY_FIELD);
  const reported = new Set(Object.keys(declared).filter((field) => !config.clean([...path, field])));
  const rest = without(declared, reported);
  const result = isWhole(section, declared, reported)
    ? rowsOf(section, rest)
    : { faults: partialFaults(section, rest) };
  const found = 'faults' in result ? result.faults : [];
  report(reading, path, found);
  return readSound(reading, declared, new Set([...reported, ...found.map(({ field }) => field)]));
}

/** What is left without the faulty fields; they are in doubt from here on. */
function readSound(reading: Reading, declared: Fields, faulty: ReadonlySet<string>): readonly SectionRow[] | undefined {
  const { section, doubtful } = reading;
  for (const field of faulty) {
    const properties = propertiesOf(section, field).map(({ property }) => property);
    for (const property of properties.length > 0 ? properties : [ANY_FIELD]) doubtful.add(property);
  }
  if (!isWhole(section, declared, faulty)) return undefined;
  const result = rowsOf(section, without(declared, faulty));
  return 'rows' in result ? result.rows : undefined;
}

/** Whether the sound fields tell which rows they are. A settings menu is one row whatever its fields. */
function isWhole(section: Section, declared: Fields, faulty: ReadonlySet<string>): boolean {
  if (section.shape === 'settings') return true;
  const sure = (field: string): boolean => {
    const found = propertiesOf(section, field);
    return found.length > 0 && found.every(({ menu, property }) => !menu.match.includes(property));
  };
  return [...faulty].every(sure) && section.required.every((field) => Object.hasOwn(declared, field));
}

function propertiesOf(section: Section, field: string): readonly { readonly menu: Menu; readonly property: string }[] {
  return section.menus.flatMap(({ menu, properties }) => {
    const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
    return property === undefined ? [] : [{ menu, property }];
  });
}

function without(declared: Fields, faulty: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(declared).filter(([field]) => !faulty.has(field)));
}

function isMapping(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function report({ config, faults }: Reading, path: FieldPath, found: readonly SectionFault[]): void {
  for (const fault of found) {
    const place = [...path, fault.field, ...(fault.index === undefined ? [] : [fault.index])];
    // The path says which field it is already.
    const prefix = `${fault.field}: `;
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

/** Where a field of the router stands in the RouterConfig: `address-list` of the third record → `spec.dnsStatic[2].addressList`. */
export function pathOfField(name: SectionName, menu: MenuPath, index: number | null, property: string): FieldPath {
  return ['spec', name, ...(index === null ? [] : [index]), fieldOfProperty(SECTIONS[name], menu, property)];
}
