import type { Field, Menu, Row } from '../catalogue/menu.ts';
import { readValue, unknownField } from './read-value.ts';
import type { EachEntry, Section, SectionFault, SectionMenu } from './section.ts';

interface EntryRow {
  readonly menu: Menu;
  readonly fields: Row;
  readonly entry: number;
}

/** The rows that the entries of an item are, in their order, and everything that is wrong in them. */
interface Entries {
  readonly rows: readonly EntryRow[];
  readonly faults: readonly SectionFault[];
}

const NONE: Entries = { rows: [], faults: [] };

/** Of one menu of a section. `item`: what the item becomes in the first menu, from which its entries inherit. */
export function readEntries(
  section: Section,
  { menu, properties, each }: SectionMenu,
  declared: Readonly<Record<string, unknown>>,
  item: Row,
): Entries {
  if (each === undefined || !Object.hasOwn(declared, each.field)) return NONE;
  const entries = declared[each.field];
  if (!Array.isArray(entries))
    return { rows: [], faults: [{ field: each.field, message: `${each.field} must be a list` }] };
  const inherited = inheritedOf(section, each, item);
  const rows: EntryRow[] = [];
  const faults: SectionFault[] = [];
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    const found: SectionFault[] = [];
    const fields: Record<string, string> = { ...inherited };
    for (const [name, value] of Object.entries(mappingOf(entry, found))) {
      const field = Object.hasOwn(each.fields, name) ? each.fields[name] : undefined;
      const property = properties[name];
      if (field === undefined || property === undefined) {
        found.push(unknownField(each.field, Object.keys(each.fields), name));
        continue;
      }
      const read = readValue((menu.fields[property] as Field).codec, name, field, value);
      if (typeof read === 'string') fields[property] = read;
      else found.push(...read);
    }
    for (const name of found.length > 0 ? [] : each.required)
      if (!Object.hasOwn(entry as object, name)) found.push({ field: name, message: `${name} is missing` });
    rows.push({ menu, fields, entry: index });
    faults.push(...found.map(({ field, ...fault }) => inEntry(each.field, index, field, fault)));
  }
  return { rows, faults };
}

function inheritedOf({ menus: [first] }: Section, { from }: EachEntry, item: Row): Row {
  return Object.fromEntries(
    Object.entries(from).map(([property, field]) => [property, item[first.properties[field] ?? ''] ?? '']),
  );
}

/** Nothing, and a fault, for what is no mapping. */
function mappingOf(entry: unknown, faults: SectionFault[]): Readonly<Record<string, unknown>> {
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return entry as Record<string, unknown>;
  faults.push({ field: '', message: 'each entry must be a mapping' });
  return {};
}

function inEntry(field: string, index: number, within: string, fault: Omit<SectionFault, 'field'>): SectionFault {
  return { ...fault, field, index, ...(within === '' ? {} : { within }) };
}
