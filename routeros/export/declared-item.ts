import { impliedFields } from '../catalogue/match.ts';
import type { Menu, Row } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { canonical } from '../values/canonical.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import type { Section, SectionField, SectionMenu, YamlKind } from '../sections/section.ts';

/** What a row is in YAML, and what of it cannot be said there. */
export interface DeclaredItem {
  readonly item: Readonly<Record<string, unknown>>;
  /** Where the row is an entry of an item: the fields of that item which it tells (`name` of an interface list). */
  readonly of: Readonly<Record<string, string>>;
  /** Properties that were left out, each with the reason. */
  readonly faults: readonly PropertyFault[];
}

/** A property of a row that nobody can write in YAML. */
export interface PropertyFault {
  readonly property: string;
  readonly reason: string;
}

/** The name that a secret of a row is to have, which may be none. */
export type SecretNames = (menu: Menu, row: Row, property: string) => string | undefined;

const NO_NAMES: SecretNames = () => undefined;

/**
 * The item of a section whose row is this one, as somebody would write it: the inverse of `rowsOf`. What the router
 * gives the row by itself and what it says of its state is left out. Of a menu whose rows are entries of an item it is
 * the entry. A secret is told by its name alone, or left out where it has none.
 */
export function declaredItem(
  section: Section,
  { menu, properties, each }: SectionMenu,
  row: Row,
  secretNames: SecretNames = NO_NAMES,
): DeclaredItem {
  const known = each?.fields ?? section.fields;
  const item: Record<string, unknown> = {};
  const of: Record<string, string> = {};
  const faults: PropertyFault[] = [];
  const fieldOf = new Map(Object.entries(properties).map(([field, property]) => [property, field]));
  for (const [property, text] of Object.entries(withDisabled(menu, row))) {
    if (isPassedOver(menu, property, text)) continue;
    const field = fieldOf.get(property);
    const inherited = each?.from[property];
    if (menu.fields[property]?.secret === true) {
      const secretRef = field === undefined ? undefined : secretNames(menu, row, property);
      if (field !== undefined && secretRef !== undefined) item[field] = { secretRef };
      else
        faults.push({
          property,
          reason: `${property} is a secret: bind it under a name, and declare that (secretRef)`,
        });
      continue;
    }
    try {
      const spelt = speltIn(menu, property, text);
      if (inherited !== undefined) of[inherited] = spelt;
      else if (isUnderstood(menu, row, property, spelt)) continue;
      else if (field !== undefined) item[field] = valueOf(known[field]?.kind ?? 'string', spelt);
      // Rows of fixed menus have their other properties in the menus that they come from.
      else if (menu.fixedRows !== true) faults.push({ property, reason: `${property} is not managed in ${menu.path}` });
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      faults.push({ property, reason: `${property}: ${error.message}` });
    }
  }
  return { item: inOrder(known, item), of, faults };
}

/** A declared row that says nothing of `disabled` is in force: where a row is off by default, that is said. */
function withDisabled(menu: Menu, row: Row): Row {
  return menu.shape !== 'settings' && menu.fields['disabled']?.default === 'true' ? { disabled: 'true', ...row } : row;
}

/**
 * What says nothing: ids, state, and an absent value where absence is no value of its own. Of a list that has entries by
 * default, none is said.
 */
function isPassedOver(menu: Menu, property: string, text: string): boolean {
  const known = menu.fields[property];
  if (property.startsWith('.') || known?.readOnly === true) return true;
  if (text !== '') return false;
  const isEmptied = known?.codec.isList === true && (known.default ?? '') !== '';
  return !isEmptied && (menu.shape !== 'settings' || known?.default === undefined);
}

function speltIn(menu: Menu, property: string, text: string): string {
  const known = menu.fields[property];
  return known === undefined ? text : canonical(known.codec, text);
}

function isUnderstood(menu: Menu, row: Row, property: string, text: string): boolean {
  const field = menu.fields[property];
  if (field === undefined || (property === 'disabled' && text === 'true')) return false;
  return text === field.default || text === field.follows?.(row) || text === impliedFields(menu, row)?.[property];
}

/** Fields in the order of the schema, whatever order a router has. */
function inOrder(
  known: Readonly<Record<string, SectionField>>,
  item: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.keys(known).flatMap((field) => (Object.hasOwn(item, field) ? [[field, item[field]]] : [])),
  );
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
    case 'secret':
    case 'entries':
      throw new RangeError(`${kind} is written by nobody's text`);
  }
}
