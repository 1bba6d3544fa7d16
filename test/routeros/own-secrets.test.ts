import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainError } from '#failure';
import { CUT, holdsSecret, makeOwnSecrets } from '#routeros';

/** What somebody who got `Authorization: Basic …` can make of it without a thought. */
const FORMS: Readonly<Record<string, (secret: string, user: string) => string>> = {
  bare: (secret) => secret,
  'with its user': (secret, user) => `${user}:${secret}`,
  'the header': (secret, user) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
  'the header without padding': (secret, user) =>
    Buffer.from(`${user}:${secret}`).toString('base64').replaceAll('=', ''),
  'Base64 for URLs': (secret, user) => Buffer.from(`${user}:${secret}`).toString('base64url'),
  Base64: (secret) => Buffer.from(secret).toString('base64'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in capitals': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'hex of both': (secret, user) => Buffer.from(`${user}:${secret}`).toString('hex'),
  'in a URL': (secret) => encodeURIComponent(secret),
  'in a URL, small letters': (secret) => encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
  'in a form': (secret) => new URLSearchParams({ secret }).toString(),
  'in JSON': (secret) => JSON.stringify({ secret }),
  'as latin1': (secret) => Buffer.from(secret).toString('latin1'),
  'every byte of it': (secret) => Buffer.from(secret).toString('hex').replaceAll(/../g, '%$&'),
  'in a script': (secret) => hexBytes(Buffer.from(secret), /["\\$]/),
  'in a script, small letters': (secret) => hexBytes(Buffer.from(secret), /["\\$]/).replaceAll(HEX, lower),
  'typed where a character is a byte': (secret) =>
    /^[\0-\u00ff]*$/.test(secret) ? hexBytes(Buffer.from(secret, 'latin1'), /(?!)/) : secret,
  'spelt out in ASCII': (secret) =>
    Array.from(secret, (character) =>
      /["\\]/.test(character)
        ? `\\${character}`
        : /[ -~]/.test(character)
          ? character
          : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    ).join(''),
};

const HEX = /\\[0-9A-F]{2}/g;
const lower = (text: string): string => text.toLowerCase();

/** Each byte that is no printable ASCII as `\HH`; `escaped`: which of the others are written behind a backslash. */
function hexBytes(bytes: Uint8Array, escaped: RegExp): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    const isHex = byte < 0x20 || byte > 0x7e || (character === '\\' && !escaped.test(character));
    if (isHex) return `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return escaped.test(character) ? `\\${character}` : character;
  }).join('');
}

const users = fc.stringMatching(/^[a-z]{1,12}$/);
const secrets = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('ä', 'ß', 'é', 'ñ', '\\', '"', '$', 'a', '9'), minLength: 8, maxLength: 40 }),
);
const around = fc.string({ unit: 'grapheme', maxLength: 30 });
const forms = fc.constantFrom(...Object.entries(FORMS));

describe('a secret that comes back', () => {
  test('is cut in every form, whatever stands around it and however often', () => {
    fc.assert(
      fc.property(
        secrets,
        users,
        fc.array(fc.tuple(forms, around), { minLength: 1, maxLength: 4 }),
        (secret, user, all) => {
          const own = makeOwnSecrets();
          own.add(secret, user);
          const text = all.map(([[, form], other]) => form(secret, user) + other).join('');
          const clean = own.cut(text);
          expect(clean).toContain(CUT);
          for (const [name, form] of Object.entries(FORMS))
            expect({ name, is: clean.includes(form(secret, user)) }).toEqual({ name, is: false });
          expect(own.cut(clean)).toBe(clean);
        },
      ),
    );
  });

  test('is found in any value and in any name of a row, and other rows stay the very same', () => {
    const other = fc.dictionary(around, around, { maxKeys: 4 });
    fc.assert(
      fc.property(
        secrets,
        users,
        forms,
        around,
        fc.array(other, { maxLength: 4 }),
        fc.boolean(),
        (secret, user, [, form], text, rows, inName) => {
          const own = makeOwnSecrets();
          own.add(secret, user);
          const told = text + form(secret, user);
          const row = inName ? { [told]: 'x' } : { comment: told, list: 'a' };
          const before = rows.filter((one) => !holdsSecret(one, own));
          const [first, ...rest] = own.cutRows([row, ...before]);
          expect(
            Object.entries(first ?? {})
              .flat()
              .join(),
          ).toContain(CUT);
          expect(Object.keys(first ?? {})).toHaveLength(Object.keys(row).length);
          expect(holdsSecret(row, own) && holdsSecret(first ?? {}, own)).toBe(true);
          rest.forEach((one, at) => expect(one).toBe(before[at]));
          expect(own.cutRows(before)).toBe(before);
        },
      ),
    );
  });

  test('is cut where its forms overlap, with one mark', () => {
    const own = makeOwnSecrets();
    own.add('abcabcabc', null);
    expect(own.cut('<abcabcabcabc>')).toBe(`<${CUT}>`);
  });

  test('is left alone in rows when it is shorter than eight characters, and cut in words', () => {
    const own = makeOwnSecrets();
    own.add('blocked', 'gitops');
    const rows = [{ list: 'blocked' }];
    expect(own.cutRows(rows)).toBe(rows);
    expect(own.cut('list blocked')).toBe(`list ${CUT}`);
  });

  test('is one of many', () => {
    const own = makeOwnSecrets();
    const all = Array.from({ length: 30 }, (_, at) => `secret number ${at}!`);
    for (const secret of all) own.add(secret, 'gitops');
    for (const secret of all) expect(own.cutRows([{ comment: `x${secret}y` }])).toEqual([{ comment: `x${CUT}y` }]);
  });

  test('hangs on no copy of an error', () => {
    const error = Object.assign(new Error('said swordfish'), { code: 'E_X', data: 'swordfish' });
    const plain = plainError(error, (text) => text.replace('swordfish', CUT));
    expect([plain.message, JSON.stringify(plain)]).toEqual([`said ${CUT}`, '{"code":"E_X"}']);
  });
});
