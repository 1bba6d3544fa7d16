import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import { parse } from 'yaml';
import { isPlain, oneLine, quotedAscii, quotedText, visible, visibleJson, visibleLines } from '#visible';
import { yamlText } from '../../cli/text/yaml-text.ts';

/** What a terminal acts on or a reader does not see, each kind by its code points. */
const HIDDEN: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'C0, DEL and C1': [
    [0x00, 0x1f],
    [0x7f, 0x9f],
  ],
  'direction of writing': [
    [0x061c, 0x061c],
    [0x200e, 0x200f],
    [0x202a, 0x202e],
    [0x2066, 0x2069],
  ],
  'of no width': [
    [0x00ad, 0x00ad],
    [0x034f, 0x034f],
    [0x115f, 0x1160],
    [0x180b, 0x180f],
    [0x200b, 0x200d],
    [0x2060, 0x2064],
    [0x3164, 0x3164],
    [0xfeff, 0xfeff],
    [0xffa0, 0xffa0],
  ],
  'variation selectors': [
    [0xfe00, 0xfe0f],
    [0xe0100, 0xe01ef],
  ],
  tags: [[0xe0000, 0xe007f]],
  'line and paragraph separators': [[0x2028, 0x2029]],
  'halves of pairs': [[0xd800, 0xdfff]],
};

const hidden = fc
  .constantFrom(...Object.values(HIDDEN).flat())
  .chain(([first, last]) => fc.integer({ min: first, max: last }))
  .map((code) => String.fromCodePoint(code));

const texts = fc
  .array(
    fc.oneof(
      hidden,
      fc.constantFrom('\\', 'u', '{', '}', '\\u{1b}', '\\u001b', '"', 'a', 'ä', '→', '\n', '\t', '\u{1f511}'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const RUNS = runs(5_000);

describe('what is hidden in a text', () => {
  test.each(Object.entries(HIDDEN))('is seen, and no name may hold it: %s', (_, ranges) => {
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code += 1) {
        const character = String.fromCodePoint(code);
        const escape = `\\u{${code.toString(16)}}`;
        expect(isPlain(`a${character}`)).toBe(false);
        expect(visible(`a${character}b`)).toBe(`a${escape}b`);
        expect(oneLine(`a${character}b`)).toBe(`a${escape}b`);
        expect(visibleLines(`a${character}b`)).toBe(`a${'\n\t'.includes(character) ? character : escape}b`);
        expect(quotedAscii(character)).toBe(`"${escape}"`);
        expect(quotedText(`ä${character}`)).toContain(escape);
      }
    }
  });

  test('is nothing in what people write: letters with accents, other scripts, signs', () => {
    for (const text of ['Büro Köln', 'Вена', '東京', 'a → b', 'a b', '🔑', '~/.ssh "x" \\ \\u001b']) {
      expect(isPlain(text)).toBe(true);
      expect(visible(text)).toBe(text);
    }
  });
});

describe('for any text', () => {
  const spellings = { visible, quotedAscii, quotedText };

  test.each(Object.entries(spellings))('%s holds nothing hidden and leads back to the one text', (_, spell) => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        for (const text of [a, b]) {
          const spelt = spell(text);
          expect(isPlain(spelt)).toBe(true);
          // Every text of the whole run is compared with every other.
          expect(seen.get(spelt) ?? text).toBe(text);
          seen.set(spelt, text);
        }
        expect(spell(a) === spell(b)).toBe(a === b);
      }),
      RUNS,
    );
    for (const near of ['\\', '\\\\', '\u001b', '\\u{1b}', '\\u{5c}u{1b}', '\\u{5c}', '\\\u001b', '\\\\u{1b}']) {
      expect(seen.get(spell(near)) ?? near).toBe(near);
      seen.set(spell(near), near);
    }
  });

  test('quoted text is ASCII, so letters that look like others are told apart', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(quotedAscii(text)).toMatch(/^"[ -~]*"$/);
      }),
      RUNS,
    );
    expect(quotedAscii('раypal')).toBe('"\\u{440}\\u{430}ypal"');
  });

  test.each(['Büro Köln', 'dům čp. 7', 'Łódź', 'Офис, 2 этаж', 'Γραφείο', 'Straße-Büro2'])(
    'in quotes words that can be taken for no others stay as they are: %s',
    (text) => expect(quotedText(text)).toBe(`"${text}"`),
  );

  test.each([
    ['letters of two scripts in one word', 'раypal', '"\\u{440}\\u{430}ypal"'],
    ['letters that all look like Latin ones', 'Büro сор', '"Büro \\u{441}\\u{43e}\\u{440}"'],
    ['a digit beside letters that look like digits', 'портЗ порт3', '"портЗ \\u{43f}\\u{43e}\\u{440}\\u{442}3"'],
    ['an accent that is a character of its own', 'Bu\u0308ro', '"Bu\\u{308}ro"'],
    ['a mark behind a letter', 'ü\u0323', '"\\u{fc}\\u{323}"'],
    ['letters that two alphabets share by their looks', 'Đ ıx', '"\\u{110} \\u{131}x"'],
    ['letters that are written from right to left', 'אב', '"\\u{5d0}\\u{5d1}"'],
    ['signs, wide letters and blanks that look like ours', '”a”\u00a0ａ', '"\\u{201d}a\\u{201d}\\u{a0}\\u{ff41}"'],
    ['quotes, backslashes and what reads as an escape', 'ü"\\u{fc}', '"ü\\"\\\\u{fc}"'],
  ])('in quotes are spelt out: %s', (_, text, quoted) => {
    expect(quotedText(text)).toBe(quoted);
  });

  test('the door changes nothing that is spelt out already', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(visibleLines(visible(text))).toBe(visible(text));
        expect(oneLine(visible(text))).toBe(visible(text));
        expect(isPlain(visibleLines(text).replaceAll(/[\n\t]/g, ''))).toBe(true);
        expect(isPlain(oneLine(text))).toBe(true);
      }),
      RUNS,
    );
  });

  test('JSON and YAML hold nothing hidden, and read as the same value', () => {
    const keyed = fc.dictionary(texts, fc.oneof(texts, fc.array(texts, { maxLength: 2 })), { maxKeys: 3 });
    fc.assert(
      fc.property(keyed, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        const json = visibleJson(JSON.stringify(plain, null, 2));
        expect(isPlain(json.replaceAll('\n', ''))).toBe(true);
        expect(JSON.parse(json)).toEqual(plain);
        const yaml = yamlText(plain);
        expect(isPlain(yaml.replaceAll('\n', ''))).toBe(true);
        expect(parse(yaml, { version: '1.1', uniqueKeys: false })).toEqual(plain);
      }),
      RUNS,
    );
  });
});
