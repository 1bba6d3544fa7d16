/** Texts that a careless rendering takes for one another. */
export const TRICKY: readonly string[] = [
  '',
  'none',
  'null',
  'true',
  '1',
  '1.0',
  '{}',
  '[]',
  '[a, b]',
  'a',
  'а',
  'b',
  'a b',
  'a, b',
  'a → b',
  'a → none',
  '"a"',
  '\\u{61}',
  '\u0000',
  '\n    a: b',
  '\u001b[1A\u001b[2K',
  'a\u200b',
  'a\u202eb',
  'a\u{e0061}',
  '(secret)',
  '(any)',
  'a=b',
  'with',
];

/**
 * Every value that one step away from this JSON differs from it: a text, number, key, entry or place in a list more,
 * fewer or other.
 */
export function* variantsOf(value: unknown): Generator {
  if (Array.isArray(value)) yield* variantsOfList(value);
  else if (typeof value === 'object' && value !== null) yield* variantsOfObject(value as Record<string, unknown>);
  else {
    for (const text of TRICKY) if (text !== value) yield text;
    if (typeof value === 'string') yield `${value} `;
    if (typeof value === 'string' && value !== '' && !Number.isNaN(Number(value))) yield Number(value);
    if (typeof value === 'number') yield* [value + 1, String(value)];
    if (typeof value === 'boolean') yield* [!value, String(value)];
    if (value !== null) yield null;
    yield* [{}, []];
  }
}

function* variantsOfList(list: readonly unknown[]): Generator {
  for (const [index, entry] of list.entries()) {
    yield list.toSpliced(index, 1);
    yield list.toSpliced(index, 0, entry);
    if (index > 0) yield list.toSpliced(index - 1, 2, entry, list[index - 1]);
    for (const variant of variantsOf(entry)) yield list.with(index, variant);
  }
  yield [...list, 'a'];
  yield Object.fromEntries(list.entries());
}

function* variantsOfObject(object: Readonly<Record<string, unknown>>): Generator {
  for (const [key, member] of Object.entries(object)) {
    const { [key]: _, ...rest } = object;
    yield rest;
    for (const name of ['a', 'a b', 'a.b', '0', 'а', 'name']) if (!(name in object)) yield { ...rest, [name]: member };
    for (const variant of variantsOf(member)) yield { ...object, [key]: variant };
  }
  for (const name of ['a', 'name', '0']) if (!(name in object)) yield { ...object, [name]: 'a' };
}
