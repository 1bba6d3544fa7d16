import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { expect, it } from 'vitest';
import { editedText } from '../../controller/edits/edit-text.ts';
import { changed, changeOf, type PathEdit } from '../../controller/edits/node-change.ts';
import { spliced, takenBack } from '../../controller/edits/splice.ts';
import { runs } from '#test/sample.ts';
import { speller } from '#test/spelling.ts';

const TEXTS = fc.constantFrom(
  'plain',
  'two words',
  'no',
  '012',
  '1:30',
  '192.0.2.1',
  '10.0.0.0/8',
  '2001:db8::1',
  'a: b',
  'x # y',
  "it's",
  '"quoted"',
  '- item',
  '---',
  '[x]',
  '{x}',
  '*a',
  '&a',
  '!!str x',
  'a, b',
  ' room ',
  'Büro',
  '|',
  '~',
  '',
);
const NUMBERS = fc.integer({ min: -5, max: 5000 });
const LISTS = fc.array(TEXTS, { maxLength: 4 });
const ITEM = fc.record(
  {
    list: TEXTS,
    address: TEXTS,
    comment: TEXTS,
    disabled: fc.boolean(),
    members: fc.array(fc.record({ interface: TEXTS }, { noNullPrototype: true }), { maxLength: 3 }),
  },
  { noNullPrototype: true, requiredKeys: ['list', 'address'] },
);
const ROWS = fc.array(ITEM, { maxLength: 4 });
const SPEC = fc.record(
  {
    priority: NUMBERS,
    dns: fc.record(
      { servers: LISTS, cacheSize: NUMBERS, vrf: TEXTS, mdns: fc.boolean() },
      { noNullPrototype: true, requiredKeys: [] },
    ),
    rows: ROWS,
    lists: fc.record({ one: ROWS, two: ROWS }, { noNullPrototype: true, requiredKeys: [] }),
  },
  { noNullPrototype: true, requiredKeys: ['priority'] },
);
type Spec = typeof SPEC extends fc.Arbitrary<infer S> ? S : never;

/** Few choices, used again and again. */
const CHOICES = fc.array(fc.nat(59), { minLength: 1, maxLength: 40 });

const EDIT = fc.oneof(
  fc.tuple(fc.constant('servers' as const), LISTS),
  fc.tuple(fc.constant('cacheSize' as const), NUMBERS),
  fc.tuple(fc.constant('vrf' as const), TEXTS),
  fc.tuple(fc.constant('forget' as const), fc.constantFrom('servers', 'cacheSize', 'vrf', 'mdns')),
  fc.tuple(fc.constant('add' as const), ITEM),
  fc.tuple(fc.constant('addTo' as const), ITEM),
  fc.tuple(fc.constant('drop' as const), fc.nat(3)),
  fc.tuple(fc.constant('change' as const), fc.tuple(fc.nat(3), fc.constantFrom('address', 'comment'), TEXTS)),
  fc.tuple(
    fc.constant('members' as const),
    fc.tuple(fc.nat(3), fc.array(fc.record({ interface: TEXTS }, { noNullPrototype: true }), { maxLength: 3 })),
  ),
);
type Drawn = typeof EDIT extends fc.Arbitrary<infer E> ? E : never;

/** The edit, where the RouterConfig has what it is about. */
function editIn(spec: Spec, drawn: Drawn): PathEdit | null {
  const set = (path: PathEdit['path'], value: unknown): PathEdit => ({ path: ['spec', ...path], kind: 'set', value });
  const rows = spec.rows ?? [];
  switch (drawn[0]) {
    case 'servers':
    case 'cacheSize':
    case 'vrf':
      return set(['dns', drawn[0]], drawn[1]);
    case 'forget':
      return drawn[1] in (spec.dns ?? {})
        ? { path: ['spec', 'dns', drawn[1]], kind: 'remove', value: undefined }
        : null;
    case 'add':
      return { path: ['spec', 'rows'], kind: 'append', value: drawn[1] };
    case 'addTo':
      return { path: ['spec', 'lists', 'two'], kind: 'append', value: drawn[1] };
    case 'drop':
      return drawn[1] < rows.length ? { path: ['spec', 'rows', drawn[1]], kind: 'remove', value: undefined } : null;
    case 'change':
      return drawn[1][0] < rows.length ? set(['rows', drawn[1][0], drawn[1][1]], drawn[1][2]) : null;
    case 'members':
      return drawn[1][0] < rows.length ? set(['rows', drawn[1][0], 'members'], drawn[1][1]) : null;
  }
}

function documentOf(name: string, spec: object): object {
  return { apiVersion: 'routeros-gitops.dev/v1alpha1', kind: 'RouterConfig', metadata: { name }, spec };
}

function valuesIn(text: string): readonly unknown[] {
  return parseAllDocuments(text, { version: '1.2', schema: 'core' }).map((document) => document.toJS() as unknown);
}

function commentsIn(text: string): readonly string[] {
  return text.match(/(?:above|behind|in) \d+/g) ?? [];
}

const CASE = fc.record({
  specs: fc.tuple(SPEC, SPEC, SPEC),
  choices: CHOICES,
  crlf: fc.boolean(),
  drawn: fc.array(EDIT, { minLength: 1, maxLength: 3 }),
});

it('an edit changes what was asked and no byte beside it, however the file is spelled, and can be taken back', () => {
  let made = 0;
  fc.assert(
    fc.property(CASE, ({ specs, choices, crlf, drawn }) => {
      const lineBreak = crlf ? '\r\n' : '\n';
      let turn = 0;
      const { document } = speller((ways) => (choices[turn++ % choices.length] ?? 0) % ways, lineBreak);
      const whole = specs.map((spec, at) => documentOf(['a', 'one', 'z'][at] ?? '', spec));
      const parts = whole.map(document);
      const text = parts.join(`---${lineBreak}`);
      expect(valuesIn(text)).toEqual(whole);
      const places = new Set<string>();
      const edits = drawn.flatMap((each) => {
        const edit = editIn(specs[1], each);
        const place = edit?.path.slice(1, 4).join('.') ?? '';
        if (edit === null || places.has(place)) return [];
        // Of a row, and of what a mapping has left, one at a time.
        places.add(place);
        places.add(edit.path.slice(1, 3).join('.'));
        return [edit];
      });
      fc.pre(edits.length > 0);
      let change;
      try {
        change = changeOf(edits);
      } catch {
        return;
      }
      made += 1;
      const after = editedText(text, new Map([['one', edits]]));

      // It means what was asked, and the other documents what they meant.
      expect(valuesIn(after.text)).toEqual([whole[0], changed(whole[1], change), whole[2]]);
      // Bytes of other documents stay.
      const [first = '', , last = ''] = parts;
      expect(after.text.startsWith(first)).toBe(true);
      expect(after.text.endsWith(last)).toBe(true);
      // What comes is written with the line breaks of the file.
      if (crlf) expect(after.text.replaceAll('\r\n', '')).not.toContain('\n');
      // Comments stay but for those in the lines of what goes.
      const goes = edits.some(({ kind, value }) => kind === 'remove' || Array.isArray(value));
      if (!goes) expect(commentsIn(after.text)).toEqual(commentsIn(text));
      // Lines that hold nothing of what changes are the same, in their order.
      const before = text.split('\n');
      const kept = linesOutside(text, after.splices);
      expect(
        isPartOf(
          kept.map((at) => before[at] ?? ''),
          after.text.split('\n'),
        ),
      ).toBe(true);
      expect(spliced(after.text, takenBack(text, after.splices))).toBe(text);
      const [only] = edits;
      if (edits.length === 1 && only !== undefined) expectInverse(text, after.text, specs[1], only);
    }),
    runs(300),
  );
  expect(made).toBeGreaterThan(50);
});

/** Lines that no splice touches. */
function linesOutside(
  text: string,
  splices: readonly { readonly from: number; readonly to: number }[],
): readonly number[] {
  let start = 0;
  return text.split('\n').flatMap((line, at) => {
    const [from, to] = [start, start + line.length + 1];
    start = to;
    return splices.some((each) => each.from < to && each.to > from)
      ? []
      : splices.some((each) => each.from === each.to && each.from > from && each.from < to)
        ? []
        : [at];
  });
}

function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const line of some) {
    at = all.indexOf(line, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The edit that says the opposite gives the file back: to remove what was added, to set what was set before. */
function expectInverse(text: string, after: string, spec: Spec, edit: PathEdit): void {
  const back = inverseOf(spec, edit);
  if (back === null) return;
  expect(editedText(after, new Map([['one', [back]]])).text).toBe(text);
}

function inverseOf(spec: Spec, edit: PathEdit): PathEdit | null {
  const parent = at(spec, edit.path.slice(1, -1)) as Readonly<Record<string, unknown>> | undefined;
  const last = edit.path.at(-1) ?? '';
  if (edit.kind === 'append') {
    const list = at(spec, edit.path.slice(1)) as readonly unknown[] | undefined;
    // A field that was not there goes as a whole, and so does an empty list that was written in its own way.
    if (list === undefined)
      return parent === undefined || Object.keys(parent).length === 0
        ? null
        : { path: edit.path, kind: 'remove', value: undefined };
    return list.length === 0 ? null : { path: [...edit.path, list.length], kind: 'remove', value: undefined };
  }
  if (edit.kind !== 'set' || Array.isArray(edit.value)) return null;
  if (parent === undefined || Object.keys(parent).length === 0) return null;
  if (!Object.hasOwn(parent, last)) return { path: edit.path, kind: 'remove', value: undefined };
  // What stands in quotes stays in them; of a plain text both must be plain.
  return typeof edit.value === 'number' ? { ...edit, value: parent[last] } : null;
}

function at(value: unknown, path: PathEdit['path']): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    value,
  );
}
