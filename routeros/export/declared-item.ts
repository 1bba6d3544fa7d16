import { impliedFields } from '../catalogue/match.ts';
import type { Menu, Row } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { canonical } from '../values/canonical.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import type { Section, SectionMenu, YamlKind } from '../sections/section.ts';

/** What a row is in YAML, and what of it cannot be said there. */
export interface DeclaredItem {
  readonly item: Readonly<Record<string, unknown>>;
  /** Where the row is an entry of an item: the fields of that item which it tells (`name` of an interface list). */
  readonly of?: Readonly<Record<string, string>>;
  /** Why a property was left out: each names it. */
  readonly faults: readonly string[];
}

/**
 * The item of a section whose row is this one, as somebody would write it: the inverse of `rowsOf`. A value that the
 * router gives the row by itself is left out. Of a menu whose rows are entries of an item it is the entry.
 */
export function declaredItem(section: Section, { menu, properties, each }: SectionMenu, row: Row): DeclaredItem {
  const fields = each?.fields ?? section.fields;
  const of: Record<string, string> = {};
  const fieldOf = new Map(Object.entries(properties).map(([field, property]) => [property, field]));
  const item: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [property, text] of Object.entries(row)) {
    const field = fieldOf.get(property);
    const known = menu.fields[property];
    if (menu.shape !== 'settings' && text === '') continue;
    const inherited = each?.from[property];
    if (inherited !== undefined) {
      of[inherited] = text;
      continue;
    }
    if (field === undefined || known === undefined) {
      faults.push(`${property} is not managed in ${menu.path}`);
      continue;
    }
    try {
      const spelt = canonical(known.codec, text);
      if (!isUnderstood(menu, row, property, spelt)) {
        item[field] = valueOf(fields[field]?.kind ?? 'string', spelt);
      }
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      faults.push(`${property}: ${error.message}`);
    }
  }
  return each === undefined ? { item, faults } : { item, of, faults };
}

/** Settings say each value that was exported; a row of a list has its defaults without saying so. */
function isUnderstood(menu: Menu, row: Row, property: string, text: string): boolean {
  const field = menu.fields[property];
  if (menu.shape === 'settings') return false;
  return text === field?.default || text === field?.follows?.(row) || text === impliedFields(menu, row)?.[property];
}

function valueOf(kind: YamlKind, text: string): unknown {
  switch (kind) {
    case 'boolean':
      return booleanCodec.parse(text);
    case 'integer':
      return Number(text);
    case 'list':
      return text === '' ? [] : text.split(',');
    case 'string':
      return text;
    case 'entries':
      throw new RangeError('entries are rows of their own');
  }
}
