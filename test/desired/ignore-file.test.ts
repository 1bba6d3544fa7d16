import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import { readIgnoreFile } from '../../controller/source/ignore-file.ts';

function hides(text: string, path: string, kind: 'file' | 'folder' = 'file'): boolean {
  const read = readIgnoreFile(Buffer.from(text));
  if ('faults' in read) throw new Error(read.faults.map(({ message }) => message).join());
  return read.rules.hides(path, kind);
}

test.each<readonly [lines: string, path: string, hidden: boolean]>([
  ['mkdocs.yml', 'mkdocs.yml', true],
  ['mkdocs.yml', 'deep/mkdocs.yml', true],
  ['/mkdocs.yml', 'deep/mkdocs.yml', false],
  ['mkdocs.yml', 'MKDOCS.yml', false],
  ['docs/', 'docs/a/b.yaml', true],
  ['docs/', 'docs', false],
  ['plays/*.yaml', 'plays/x/a.yaml', false],
  ['**/plays/**', 'a/plays/b.yaml', true],
  ['*.yml\n!keep.yml', 'keep.yml', false],
  ['docs/\n!docs/keep.yml', 'docs/keep.yml', true],
  ['docs/*\n!docs/keep.yml', 'docs/keep.yml', false],
  ['# docs/', 'docs/a.yaml', false],
  ['a.yaml\r', 'a.yaml', true],
  ['\\#odd.yaml', '#odd.yaml', true],
  ['', 'a.yaml', false],
])('%j on %s: %s', (lines, path, hidden) => {
  expect(hides(`${lines}\n`, path)).toBe(hidden);
});

describe('an ignore file is refused', () => {
  test.each<readonly [Uint8Array | string, RegExp, number]>([
    ['docs/\n/mo', /may be cut off/, 2],
    [Buffer.of(0xff, 0x0a), /not UTF-8/, 1],
    ['x\n'.repeat(300), /more than 200 lines/, 200],
    ['x'.repeat(40_000), /more than 32768 bytes/, 1],
    [`ok\n${'x'.repeat(201)}\n`, /more than 200 characters/, 2],
    ['*a*b*c\n', /2 stars/, 1],
    ['ok\n![/\n', /a pattern that can not be read/, 2],
    ['a\u0000b\n', /control characters/, 1],
  ])('%#: with line and reason', (text, says, line) => {
    const read = readIgnoreFile(typeof text === 'string' ? Buffer.from(text) : text);
    expect(read).toMatchObject({
      faults: [{ file: '.rosctlignore', line, message: expect.stringMatching(says) as string }],
    });
  });
});

test('whatever it holds, it is read or refused, and answers at once', () => {
  const piece = fc.constantFrom(
    '*',
    '**',
    '/',
    '!',
    '\\',
    '[',
    ']',
    'a',
    'aaaa',
    '?',
    '.',
    ' ',
    '\n',
    '#',
    '[^',
    '-',
    '{',
    '(',
    '+',
  );
  const names = fc.constantFrom(
    'a'.repeat(250),
    `${'a'.repeat(200)}/${'a'.repeat(200)}.yaml`,
    'a/b/c.yaml',
    '(a+)+.yaml',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), names, (pieces, name) => {
      const read = readIgnoreFile(Buffer.from(`${pieces.join('')}\n`));
      const begun = performance.now();
      if ('rules' in read) expect(typeof read.rules.hides(name, 'file')).toBe('boolean');
      expect(performance.now() - begun).toBeLessThan(1000);
    }),
    runs(2000),
  );
});
