import {
  matchOf,
  type Menu,
  type MenuPath,
  menuOf,
  type Row,
  rowOf,
  SECTIONS,
  type Section,
  type SectionFault,
  valueFaults,
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

/** One section of one RouterConfig in the router's words. */
export type CanonicalSection =
  | { readonly shape: 'settings'; readonly menu: MenuPath; readonly fields: Row }
  /** Rows in the order of their keys. */
  | { readonly shape: 'list'; readonly menu: MenuPath; readonly rows: readonly CanonicalRow[] };

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
  readonly menu: Menu;
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
    const reading = { config, section, menu: menuOf(section.menu), faults, doubtful: new Set<string>() };
    doubts.set(name, reading.doubtful);
    const declared = partOf(config.document, ['spec', name]);
    const read = declared === undefined ? undefined : sectionOf(reading, declared);
    if (read !== undefined) sections.set(name, read);
    else if (!config.clean(['spec', name])) reading.doubtful.add(ANY_FIELD);
  }
  return {
    sections,
    faults,
    doubts: (name, field) => doubts.get(name)?.has(ANY_FIELD) === true || doubts.get(name)?.has(field) === true,
  };
}

function sectionOf(reading: Reading, declared: unknown): CanonicalSection | undefined {
  const { name, shape, menu } = reading.section;
  if (shape === 'list') {
    return Array.isArray(declared)
      ? { shape, menu, rows: readRows(reading, declared as readonly unknown[]) }
      : undefined;
  }
  return isMapping(declared) ? { shape, menu, fields: readFields(reading, ['spec', name], declared) ?? {} } : undefined;
}

function readRows(reading: Reading, declared: readonly unknown[]): readonly CanonicalRow[] {
  const { config, section, menu, faults } = reading;
  const rows = new Map<string, CanonicalRow>();
  for (const [index, item] of declared.entries()) {
    const path = ['spec', section.name, index];
    const fields = isMapping(item) ? readFields(reading, path, item) : undefined;
    if (fields === undefined) {
      reading.doubtful.add(ANY_FIELD);
      continue;
    }
    const match = matchOf(menu, fields);
    const key = JSON.stringify(match);
    const other = rows.get(key);
    if (other === undefined) {
      rows.set(key, { fields, key, index });
      continue;
    }
    const message = `the row ${rowText(match)} is declared twice`;
    const first = placeOf(config, ['spec', section.name, other.index]);
    faults.push(faultAt(config, path, message, `the first one is at ${first}; keep one of them`));
  }
  // Layers are put on each other in this order, and that is quick for what is in it already.
  return [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The fields without fault. Undefined: it can't be told which row they make. */
function readFields(reading: Reading, path: FieldPath, declared: Fields): Row | undefined {
  const { config, section, doubtful } = reading;
  if (config.clean(path)) {
    const result = rowOf(section, declared);
    if ('row' in result && lengthFaults(section, declared).length === 0) return result.row;
  }
  // A field that nobody has: other fields than these may be meant, too.
  if (!config.clean([...path, ''])) doubtful.add(ANY_FIELD);
  const reported = new Set(Object.keys(declared).filter((field) => !config.clean([...path, field])));
  const rest = without(declared, reported);
  const result = isWhole(reading, declared, reported) ? rowOf(section, rest) : { faults: valueFaults(section, rest) };
  const found = 'faults' in result && result.faults.length > 0 ? result.faults : lengthFaults(section, rest);
  report(reading, path, found);
  return readSound(reading, declared, new Set([...reported, ...found.map(({ field }) => field)]));
}

/** What is left without the faulty fields; they are in doubt from here on. */
function readSound(reading: Reading, declared: Fields, faulty: ReadonlySet<string>): Row | undefined {
  const { section, doubtful } = reading;
  for (const field of faulty) doubtful.add(section.fields[field]?.property ?? ANY_FIELD);
  if (!isWhole(reading, declared, faulty)) return undefined;
  const sound = without(declared, faulty);
  const result = rowOf(section, sound);
  return 'row' in result ? result.row : undefined;
}

/** Whether the sound fields tell which row it is. A settings menu is one row whatever its fields. */
function isWhole({ section, menu }: Reading, declared: Fields, faulty: ReadonlySet<string>): boolean {
  if (section.shape === 'settings') return true;
  const sure = (field: string): boolean => {
    const property = section.fields[field]?.property;
    return property !== undefined && !menu.match.includes(property);
  };
  return [...faulty].every(sure) && section.required.every((field) => Object.hasOwn(declared, field));
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

/** RouterOS takes a missing prefix length for /32 (routeros-rest.md §5.6), which is rarely what was meant. */
function lengthFaults(section: Section, declared: Fields): readonly SectionFault[] {
  const address = declared['address'];
  if (section.name !== 'addresses' || typeof address !== 'string' || address.includes('/')) return [];
  return [
    { field: 'address', message: 'the prefix length is missing', hint: `for a single address write "${address}/32"` },
  ];
}

/** `list=blocklist address=192.0.2.0/24` */
export function rowText(match: Row): string {
  return Object.entries(match)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ');
}

/** Where a field of the router stands in the RouterConfig: `address-list` of the third record → `spec.dnsStatic[2].addressList`. */
export function pathOfField(name: SectionName, index: number | null, property: string): FieldPath {
  const camel = property.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return ['spec', name, ...(index === null ? [] : [index]), camel];
}
