import type { Field, Menu } from './menu.ts';

/**
 * The names that a value refers to, `!` in front or not. The default of its field is none: no row has to bear it
 * (`main`, `none`).
 */
export function namesInValue({ default: usual = '', codec, namesIn }: Field, text: string): readonly string[] {
  if (text === '' || text === usual) return [];
  if (namesIn !== undefined) return namesIn(text);
  return (codec.isList === true ? text.split(',') : [text]).map((name) => name.replace(/^!/, ''));
}

/** The fields of a menu that name other rows of the same menu: the next pool of a pool. */
export function namingFields(menu: Menu): readonly (readonly [string, Field])[] {
  return Object.entries(menu.fields).filter(
    ([, { reference, orReference }]) => reference === menu.path || orReference === menu.path,
  );
}

/**
 * From who is named to who names it, by what is named by each: `b`, `c`, `a` where b names c and c names a. Null: it
 * does not lead there.
 */
export function wayBack(
  named: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
): readonly string[] | null {
  const before = new Map<string, string | null>([[from, null]]);
  for (const name of before.keys()) {
    if (name === to) return wayOf(before, to);
    for (const next of named.get(name) ?? []) if (!before.has(next)) before.set(next, name);
  }
  return null;
}

function wayOf(before: ReadonlyMap<string, string | null>, to: string): readonly string[] {
  const way: string[] = [];
  for (let name: string | null = to; name !== null; name = before.get(name) ?? null) way.unshift(name);
  return way;
}
