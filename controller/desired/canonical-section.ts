import { matchOf, type MenuPath, menuOf, type Row, rowOf, SECTIONS, type Section, type SectionFault } from '#routeros';
import { type RouterConfig, SECTION_NAMES, type SectionName } from '#schemas';
import type { Fault, FieldPath } from './fault.ts';
import type { Declared } from './inventory.ts';
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
  | { readonly shape: 'list'; readonly menu: MenuPath; readonly rows: readonly CanonicalRow[] };

/** What a RouterConfig declares, in the router's words. With faults, only for finding more of them: it is never planned from. */
export interface CanonicalSections {
  readonly sections: ReadonlyMap<SectionName, CanonicalSection>;
  readonly faults: readonly Fault[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Puts every section of a RouterConfig into the router's words. Faulty rows are left out and reported. */
export function canonicalSections(config: Declared<RouterConfig>): CanonicalSections {
  const sections = new Map<SectionName, CanonicalSection>();
  const faults: Fault[] = [];
  for (const name of SECTION_NAMES) {
    const declared: object | undefined = config.document.spec[name];
    if (declared === undefined) continue;
    const section = SECTIONS[name];
    if (Array.isArray(declared)) {
      const rows = readRows(config, section, declared as readonly Fields[], faults);
      sections.set(name, { shape: 'list', menu: section.menu, rows });
    } else {
      const fields = readFields(config, section, ['spec', name], declared as Fields, faults);
      sections.set(name, { shape: 'settings', menu: section.menu, fields: fields ?? {} });
    }
  }
  return { sections, faults };
}

function readRows(
  config: Declared<RouterConfig>,
  section: Section,
  declared: readonly Fields[],
  faults: Fault[],
): readonly CanonicalRow[] {
  const menu = menuOf(section.menu);
  const rows = new Map<string, CanonicalRow>();
  for (const [index, item] of declared.entries()) {
    const path = ['spec', section.name, index];
    const fields = readFields(config, section, path, item, faults);
    if (fields === undefined) continue;
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
  return [...rows.values()];
}

function readFields(
  config: Declared<RouterConfig>,
  section: Section,
  path: FieldPath,
  declared: Fields,
  faults: Fault[],
): Row | undefined {
  const result = rowOf(section, declared);
  const own = 'faults' in result ? result.faults : lengthFaults(section, declared);
  for (const fault of own) {
    const place = [...path, fault.field, ...(fault.index === undefined ? [] : [fault.index])];
    // The path says which field it is already.
    const prefix = `${fault.field}: `;
    const message = fault.message.startsWith(prefix) ? fault.message.slice(prefix.length) : fault.message;
    faults.push(faultAt(config, place, message, fault.hint));
  }
  return 'row' in result && own.length === 0 ? result.row : undefined;
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
