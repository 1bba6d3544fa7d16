import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import { parse } from 'yaml';
import { readDocuments } from '../../controller/desired/read-documents.ts';

function messages(text: string): readonly string[] {
  return readDocuments('f.yaml', text).faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the YAML rules', () => {
  test.each([
    ['a: &x 1\n', 'a: the anchor &x is not allowed'],
    ['a: {<<: {b: c}}\n', 'a["<<"]: the merge key << is not allowed'],
    ['a: !!str b\n', 'a: the tag tag:yaml.org,2002:str is not allowed'],
    ['a: !custom b\n', 'a: the tag !custom is not allowed'],
    ['a: 1\na: 2\n', 'a: the key "a" is given twice'],
    ['a: yes\n', 'a: other YAML readers take yes for another value'],
    ['a: [1, 012]\n', 'a[1]: other YAML readers take 012 for another value'],
    ['a: 1:30\n', 'a: other YAML readers take 1:30 for another value'],
    ['on: b\n', 'on: other YAML readers take on for another value'],
    ['1: b\n', ': a key must be text'],
    ['%YAML 1.1\n---\na: b\n', ': the %YAML directive is not allowed'],
    ['a: b', ': the file may be cut off: its last line is not ended'],
    ['a: 1\n\uFEFFb: 2\n', ': a byte order mark (BOM, U+FEFF) stands inside the file'],
    ['a: x\uFEFFy\n', ': a byte order mark (BOM, U+FEFF) stands inside the file'],
    ['', ': the file holds no document'],
    ['# only words\n---\n', ': the file holds no document'],
  ])('%j is refused', (text, message) => {
    expect(messages(text)).toContain(message);
  });

  test.each([
    ['a: !foo b\n', '!foo'],
    ['a: !foo {b: c}\n', '!foo'],
    ['a: !!foo [b]\n', 'tag:yaml.org,2002:foo'],
    ['a: !!int b\n', 'tag:yaml.org,2002:int'],
    ['a: !!str {b: c}\n', 'tag:yaml.org,2002:str'],
  ])('the tag in %j is one fault', (text, tag) => {
    expect(messages(text)).toEqual([`a: the tag ${tag} is not allowed`]);
  });

  test('an alias is refused and not followed', () => {
    const read = readDocuments('f.yaml', 'a: &a [x]\nb: *a\n');
    expect(read.faults.map((fault) => fault.message)).toContain('the alias *a is not allowed');
    expect(read.documents).toEqual([]);
  });

  test('an alias bomb costs nothing', () => {
    const levels = Array.from(
      { length: 40 },
      (_, n) => `a${String(n)}: &a${String(n)} [*a${String(n - 1)}, *a${String(n - 1)}]`,
    );
    const read = readDocuments('f.yaml', ['a: &a-1 [x]', ...levels, ''].join('\n'));
    expect(read.documents).toEqual([]);
    expect(read.faults.length).toBeGreaterThan(40);
  });

  test.each([30, 1000, 20_000])('nesting %i levels deep is a fault and no crash', (depth) => {
    const { faults } = readDocuments('f.yaml', `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`);
    expect(faults[0]?.message).toMatch(/^nested too deeply$|^not valid YAML: /);
  });

  test.each(['"yes"', "'012'", '"1:30"', '192.0.2.1', '7.20.8', '2001:db8::1', '1d', '00-11', 'true', '4096'])(
    '%s is accepted',
    (value) => {
      expect(messages(`a: ${value}\n`)).toEqual([]);
    },
  );

  test('a file of several documents is read document by document', () => {
    const read = readDocuments('f.yaml', 'a: 1\n---\nb: 2\n---\n');
    expect(read.faults).toEqual([]);
    expect(read.documents.map((document) => document.value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(read.documents[1]?.locate(['b'])).toEqual({ line: 3, column: 4 });
  });

  test('whatever plain scalar is accepted means the same to a YAML 1.1 reader', () => {
    const scalar = fc.oneof(
      fc.stringMatching(/^[-+.0-9:_eExXobaAfF]{1,12}$/),
      fc.stringMatching(/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$/),
      fc.constantFrom(
        'y',
        'N',
        'Yes',
        'NO',
        'On',
        'off',
        'true',
        'False',
        'null',
        '~',
        '.inf',
        '-.INF',
        '=',
        '1e3',
        '0o7',
      ),
    );
    fc.assert(
      fc.property(scalar, (text) => {
        // This reader takes an exponent without digits before it for a number; the YAML 1.1 specification does not.
        fc.pre(!/^[-+]?\.?[eE]/.test(text));
        const source = `a: ${text}\n`;
        const { documents, faults } = readDocuments('f.yaml', source);
        fc.pre(faults.length === 0);
        const values = documents.map((document) => document.value);
        expect(values).toEqual([parse(source, { version: '1.1', logLevel: 'silent' })]);
      }),
      runs(2000),
    );
  });
});

describe('locate', () => {
  const text = 'spec:\n  dns:\n    servers: [a, b]\n  rows:\n    - list: x\n      address: y\n    - list: z\n';
  const [document] = readDocuments('f.yaml', text).documents;

  test.each([
    [['spec', 'dns', 'servers', 1], 'value', 3, 18],
    [['spec', 'dns', 'servers'], 'value', 3, 5],
    [['spec', 'dns', 'servers'], 'key', 3, 5],
    [['spec', 'rows', 0, 'address'], 'value', 6, 16],
    [['spec', 'rows', 0, 'address'], 'key', 6, 7],
    [['spec', 'rows', 1], 'value', 7, 7],
    [['spec', 'rows', 1, 'absent'], 'value', 7, 7],
    [['spec', 'absent', 'below'], 'value', 1, 1],
    [[], 'value', 1, 1],
  ] as const)('%j (%s) is at %i:%i', (path, at, line, column) => {
    expect(document?.locate(path, at)).toEqual({ line, column });
  });
});
