import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import { makeScales } from '../../routeros/rest/answer-weight.ts';
import { decodeJson } from '../../routeros/rest/decode.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What one row is made of; `#` stands for its number. */
const names = fc.constantFrom('a', 'address', '#', 'n#', '__proto__', '.id', 'x'.repeat(40));
const values = fc.oneof(
  fc.constantFrom('""', '"#"', '1', '1.5', '#.5', 'true', '"€#"', '"\\u20ac#"', '"10.0.0.#"', '"\\n#"', '"\u0001#"'),
  fc.integer({ min: 1, max: 60 }).map((length) => `"${'v'.repeat(length)}#"`),
);
const fields = fc.array(fc.tuple(names, values), { maxLength: 12 });
const rows = fc.oneof(
  fields.map((all) => `{${all.map(([name, value], at) => `"${name}${at}":${value}`).join()}}`),
  fc.constantFrom('{}', '[]', '1', '1.5', '""', '"#"', 'null', '[[]]', '{"a":[]}'),
);

function answerOf(row: string, count: number): Buffer {
  return Buffer.from(`[${Array.from({ length: count }, (_, at) => row.replaceAll('#', String(at))).join()}]`);
}

function weightOf(answer: Uint8Array, pieceBytes = answer.byteLength): number {
  const scales = makeScales();
  for (let at = 0; at < answer.byteLength; at += pieceBytes) scales.add(answer.subarray(at, at + pieceBytes));
  return scales.weight();
}

function heapTakenBy(answer: Uint8Array): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const parsed = decodeJson(answer);
  collect();
  const taken = process.memoryUsage().heapUsed - before;
  return parsed === undefined ? 0 : taken;
}

describe('the weight of an answer', () => {
  test('is no less than the heap that it takes, whatever it is made of', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const answer = answerOf(row, 10_000);
        expect(heapTakenBy(answer)).toBeLessThanOrEqual(weightOf(answer) + 200_000);
      }),
      runs(50),
    );
  });

  test('does not depend on the pieces in which it comes, but for what the pieces take themselves', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 50 }), (row, pieceBytes) => {
        const answer = answerOf(row, 10);
        const pieces = Math.ceil(answer.byteLength / pieceBytes);
        expect(weightOf(answer, pieceBytes) - weightOf(answer)).toBe((pieces - 1) * 512);
      }),
    );
  });

  test('of 100,000 rows of an address list is within the share of a heap of one gigabyte', () => {
    const row = `{".id":"*#","address":"10.20.30.#","creation-time":"2026-01-01 10:00:00","disabled":"false","dynamic":"false","list":"blocked","comment":"number #"}`;
    expect(weightOf(answerOf(row, 100_000))).toBeLessThan(2 ** 30 / 6);
  });
});

describe('refused whatever they weigh', () => {
  test.each([
    ['[[[[[', 'nested'],
    ['{"a":{"a":{"a":{"a":{', 'nested'],
    [`["${'x'.repeat(2 ** 20 + 1)}`, 'long value'],
    [`{"${'\\"'.repeat(2 ** 20)}`, 'long value'],
  ])('%.12s…', (text, why) => {
    const bytes = Buffer.from(text);
    const inOne = makeScales().add(bytes);
    const scales = makeScales();
    const inPieces = Array.from({ length: Math.ceil(bytes.length / 4000) }, (_, at) =>
      scales.add(bytes.subarray(at * 4000, at * 4000 + 4000)),
    );
    expect([inOne, inPieces.at(-1)]).toEqual([why, why]);
  });

  test('a quote behind a backslash ends no text, and brackets in texts nest nothing', () => {
    expect(makeScales().add(Buffer.from('[{"a":"\\"[[[[[[[[{{{{{{{{\\\\"}]'))).toBeNull();
  });
});
