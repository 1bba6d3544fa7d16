import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfText, textOfBytes } from '#bytes';
import { decodeJson } from '../../routeros/rest/decode.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe("a router's JSON", () => {
  test('that is good JSON is read as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(decodeJson(Buffer.from(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('with a string that is not UTF-8 keeps its bytes, and its neighbours their letters', () => {
    const body = Buffer.concat([
      latin1('[{"comment":"B\xfcro","host-name":"'),
      Buffer.from('Büro – €'),
      latin1('","x":"\\u20ac\\u00fc","y":"\\u20ac\xfc","z":"\\u001a\\\\FC","h":"\\ud83d"}]'),
    ]);
    expect(decodeJson(body)).toEqual([
      {
        comment: '\u001aB\\FCro',
        'host-name': 'Büro – €',
        x: '€ü',
        y: '\u001a\\E2\\82\\AC\\FC',
        z: '\u001a\\1A\\5CFC',
        h: '\u001a\\ED\\A0\\BD',
      },
    ]);
  });

  test('never loses or confuses bytes of any string', () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((some) => some.filter((byte) => byte !== 0x22 && byte !== 0x5c));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), (strings) => {
        const quoted = strings.map((some) => Buffer.concat([latin1('"'), some, latin1('"')]).toString('latin1'));
        const read = decodeJson(latin1(`[${quoted.join(',')}]`)) as readonly string[];
        expect(read.map((text) => Buffer.from(bytesOfText(text)))).toEqual(strings.map((some) => Buffer.from(some)));
        expect(read.every((text) => text.isWellFormed() && !text.includes('\ufffd'))).toBe(true);
        expect(read.map((text) => textOfBytes(bytesOfText(text)))).toEqual(read);
        expect(read).toHaveLength(strings.length);
      }),
    );
  });

  test('with raw control characters inside strings is read with them', () => {
    const text = '{"a":"one\ntwo\u0001\\"\u0002\\\\","b":\n"x"}';
    expect(decodeJson(Buffer.from(text))).toEqual({ a: 'one\ntwo\u0001"\u0002\\', b: 'x' });
  });

  test('with both faults at once is read', () => {
    expect(decodeJson(latin1('{"a":"\xfc\u0003"}'))).toEqual({ a: '\u001a\\FC\\03' });
  });

  test.each(['', '{"a":', '<html>', '[1,]', '{"a":"b\u0001"', 'null x'])('%j is none', (text) => {
    expect(() => decodeJson(Buffer.from(text))).toThrow(SyntaxError);
  });
});
