import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlain } from '#visible';
import { hiddenNames } from '#test/hidden-names.ts';
import { shellWord } from '../../cli/text/shell-word.ts';

/** What a shell makes of the words. */
function readByShell(words: readonly string[]): readonly string[] {
  const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('a shell reads each word as the one name it stands for, and nothing in it is hidden', () => {
  const character = fc.oneof(
    fc.constantFrom(...'\'"\\$`;&|<>(){}[]*?!#~ -a\n\t\u001b\u009b\u202e'.split(''), 'ä', '\u{e0061}'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const name = fc
    .array(character, { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join('').replaceAll('\0', '').toWellFormed())
    .filter((text) => text !== '');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 50 }), (names) => {
      expect(names.map(shellWord).every(isPlain)).toBe(true);
      expect(readByShell(names)).toEqual(names);
    }),
    { numRuns: 50 },
  );
  expect(readByShell(hiddenNames())).toEqual(hiddenNames());
});

test('a plain name stays as it is, and no other one runs anything', () => {
  expect(shellWord('feature/dns_1.0')).toBe('feature/dns_1.0');
  expect(shellWord('main; rm -rf ~')).toBe("'main; rm -rf ~'");
  expect(shellWord("it's")).toBe(String.raw`'it'\''s'`);
});
