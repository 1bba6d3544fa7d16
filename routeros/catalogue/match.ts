import { canonicalLive } from '../values/canonical.ts';
import type { Menu, Row } from './menu.ts';

/**
 * The match tuple of a row: every match field that has a value, canonical, in the menu's order. What a router leaves
 * out because it is understood (`type` of an A record, the preference 0 of an MX record on older versions) is filled
 * in, so equal rows have equal tuples.
 */
export function matchOf(menu: Menu, row: Row): Row {
  const implied = impliedFields(menu, row);
  const match: Record<string, string> = {};
  for (const name of menu.match) {
    const field = menu.fields[name];
    const text = row[name];
    if (field === undefined) continue;
    const value =
      text === undefined || text === '' ? (implied?.[name] ?? field.default) : canonicalLive(field.codec, text);
    if (value !== undefined && value !== '') match[name] = value;
  }
  return match;
}

/**
 * The match fields of this row's variant with what the router gives them by itself (`null`: nothing, so it
 * must be given; `''`: it may be absent). Undefined: the
 * menu has no variants, or the row none of them.
 */
export function impliedFields(menu: Menu, row: Row): Readonly<Record<string, string | null>> | undefined {
  const variants = menu.variants;
  if (variants === undefined) return undefined;
  const variant = row[variants.by] ?? menu.fields[variants.by]?.default ?? '';
  return variants.fields[variant];
}

/** Whether rows name rows of the same menu: then some must come before others, and no loop may choose the order. */
export function refersToItself({ path, listedIn, fields }: Menu): boolean {
  return Object.values(fields).some(
    ({ reference }) => reference !== undefined && (reference === path || reference === listedIn),
  );
}
