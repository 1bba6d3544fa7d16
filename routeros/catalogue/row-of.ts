import { nearestName } from '#schemas';
import { canonical } from '../values/canonical.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { ipCodec } from '../values/ip.ts';
import { menuOf } from './catalogue.ts';
import { dnsStaticFaults } from './dns-static-faults.ts';
import { impliedFields } from './match.ts';
import type { Menu, Row } from './menu.ts';
import type { Section, SectionFault, SectionField } from './sections.ts';

/**
 * The row that a YAML mapping declares: for a settings section the section itself, for a list section one of its items.
 * The row holds the declared fields in canonical text and, in a list, the match fields the router would fill in (`type: A`).
 * Otherwise every fault at once.
 */
export function rowOf(section: Section, declared: Readonly<Record<string, unknown>>): RowResult {
  const menu = menuOf(section.menu);
  const row: Record<string, string> = {};
  const faults: SectionFault[] = [];
  for (const [name, value] of Object.entries(declared)) {
    const field = Object.hasOwn(section.fields, name) ? section.fields[name] : undefined;
    if (field === undefined) {
      faults.push(unknownField(section, name));
      continue;
    }
    const read = readValue(menu, name, field, value);
    if (typeof read === 'string') row[field.property] = read;
    else faults.push(...read);
  }
  for (const name of section.required) {
    if (!Object.hasOwn(declared, name)) faults.push({ field: name, message: `${name} is missing` });
  }
  if (faults.length > 0) return { faults };
  const complete = withImpliedFields(menu, row);
  if (section.name === 'dnsStatic') faults.push(...dnsStaticFaults(section, menu, complete));
  return faults.length > 0 ? { faults } : { row: complete };
}

/** The row in the router's words, or everything that is wrong with what was written; never both. */
export type RowResult = { readonly row: Row } | { readonly faults: readonly SectionFault[] };

/** What is wrong with the values of a mapping, each by itself: for one whose other fields can not be relied on. */
export function valueFaults(section: Section, declared: Readonly<Record<string, unknown>>): readonly SectionFault[] {
  const menu = menuOf(section.menu);
  return Object.entries(declared).flatMap(([name, value]) => {
    const field = Object.hasOwn(section.fields, name) ? section.fields[name] : undefined;
    const read = field === undefined ? [] : readValue(menu, name, field, value);
    return typeof read === 'string' ? [] : read;
  });
}

function withImpliedFields(menu: Menu, row: Row): Row {
  const complete: Record<string, string> = { ...row };
  for (const name of menu.match) {
    const value = menu.fields[name]?.default;
    if (value !== undefined) complete[name] ??= value;
  }
  for (const [name, value] of Object.entries(impliedFields(menu, complete) ?? {})) {
    if (value !== null) complete[name] ??= value;
  }
  return complete;
}

function readValue(menu: Menu, name: string, field: SectionField, value: unknown): string | readonly SectionFault[] {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : [{ field: name, message: `${name} must be true or false` }];
    case 'integer':
      return Number.isSafeInteger(value)
        ? readText(menu, name, field, String(value))
        : [{ field: name, message: `${name} must be a whole number` }];
    case 'string':
      return typeof value === 'string'
        ? readText(menu, name, field, value)
        : [{ field: name, message: `${name} must be a text`, hint: 'Put it in quotes.' }];
    case 'list':
      return Array.isArray(value)
        ? readList(menu, name, field, value)
        : [{ field: name, message: `${name} must be a list` }];
  }
}

function readText(menu: Menu, name: string, field: SectionField, text: string): string | readonly SectionFault[] {
  const codec = menu.fields[field.property]?.codec;
  if (codec === undefined) throw new RangeError(`${menu.path} has no field ${field.property}`);
  // The undo that waits on the router is a script, and scripts hold no other characters (armed-rollback.md §3).
  if (!/^[ -~]*$/.test(text)) {
    return [
      { field: name, message: `${name}: ${foreignCharacter(text)} is no printable ASCII character`, hint: ASCII_HINT },
    ];
  }
  try {
    return canonical(codec, field.strict === undefined ? text : canonical(field.strict, text));
  } catch (error) {
    if (error instanceof InvalidValue) return [{ field: name, ...explain(name, text, error) }];
    throw error;
  }
}

const ASCII_HINT = 'Write it in ASCII: the undo that waits on the router is a script, and scripts hold nothing else.';

/** The first character that no script holds, by its code point: on its own it may be invisible. */
function foreignCharacter(text: string): string {
  const [character = ''] = /[^ -~]/u.exec(text) ?? [];
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `${JSON.stringify(character)} (${code})` : code;
}

function readList(
  menu: Menu,
  name: string,
  field: SectionField,
  items: readonly unknown[],
): string | readonly SectionFault[] {
  const faults: SectionFault[] = [];
  const texts: string[] = [];
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'string' || item === '' || item.includes(',')) {
      faults.push({ field: name, index, message: `each item of ${name} must be a text without comma` });
      continue;
    }
    const read = readText(menu, name, field, item);
    if (typeof read !== 'string') faults.push(...read.map((fault) => ({ ...fault, index })));
    else if (texts.includes(read)) faults.push({ field: name, index, message: `${name} lists ${read} twice` });
    else texts.push(read);
  }
  return faults.length > 0 ? faults : readText(menu, name, field, texts.join(','));
}

function explain(name: string, text: string, error: InvalidValue): { message: string; hint?: string } {
  const message = `${name}: ${JSON.stringify(text)} is not ${error.expects}`;
  if (error.suggestion !== undefined) return { message, hint: `Did you mean ${JSON.stringify(error.suggestion)}?` };
  return isIpv6(text) ? { message, hint: 'IPv6 is not managed here.' } : { message };
}

function isIpv6(text: string): boolean {
  try {
    return typeof ipCodec.parse(text.replace(/\/\d{1,3}$/, '')) === 'bigint';
  } catch {
    return false;
  }
}

function unknownField(section: Section, name: string): SectionFault {
  const known = Object.keys(section.fields);
  const near = nearestName(name, known);
  const message = `${section.name} has no field ${name}; it knows ${known.join(', ')}`;
  return near === undefined ? { field: name, message } : { field: name, message, hint: `Did you mean ${near}?` };
}
