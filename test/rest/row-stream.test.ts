import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '#test/sample.ts';
import { decodeJson } from '../../routeros/rest/decode.ts';
import { openIntake, type Intake } from '../../routeros/rest/intake.ts';
import { makeRoom } from '../../routeros/rest/room.ts';
import { openRowStream, type RowStream } from '../../routeros/rest/row-stream.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const MB = 1024 * 1024;
const LIST = '/ip/firewall/address-list';

function intakeOf(answer: Uint8Array, pieceBytes: number): Intake {
  const intake = openIntake(LIST, makeRoom({ share: 200 * MB, total: 600 * MB }).enter());
  for (let at = 0; at < answer.byteLength; at += pieceBytes)
    expect(intake.take(answer.subarray(at, at + pieceBytes), 200, () => {})).toBe('more');
  return intake;
}

const texts = fc.oneof(
  fc.constantFrom('10.0.0.1', '},{', '"},{"', '[{"a":"b"},{', '\\', 'Büro', '€', '\u0001', ''),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const row = fc.dictionary(fc.constantFrom('.id', 'list', 'address', 'comment', '7', '__proto__'), texts, {
  maxKeys: 4,
});

describe('a long answer', () => {
  it('is the same however it comes, parsed while it arrives or as a whole, and so is its digest', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof({ weight: 20, arbitrary: row }, fc.constantFrom({}, { a: [{ b: 'c' }, { d: 'e' }] }, 7, 'x')),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        fc.integer({ min: 5_000, max: 150_000 }),
        (some, pieceBytes) => {
          const all = Array.from({ length: Math.ceil(300_000 / JSON.stringify(some).length) }, () => some).flat();
          const answer = Buffer.from(JSON.stringify(all));
          const intake = intakeOf(answer, pieceBytes);
          expect(intake.value()).toEqual(decodeJson(answer));
          expect(intake.digest()).toBe(createHash('sha256').update(answer).digest('base64'));
        },
      ),
      runs(30),
    );
  });

  it('of which a byte is no UTF-8 keeps it, and one that breaks off is no JSON', () => {
    const rows = `${'{"a":"plain"},'.repeat(9_000)}{"a":"\xfc"}`;
    const answer = Buffer.from(`[${rows},${rows}]`, 'latin1');
    const value = intakeOf(answer, 65_536).value() as readonly unknown[];
    expect(value).toEqual(decodeJson(answer));
    for (const end of [answer.length - 1, answer.length - 2])
      expect(() => intakeOf(answer.subarray(0, end), 65_536).value()).toThrow(SyntaxError);
    expect(() => intakeOf(Buffer.concat([answer, Buffer.from('x')]), 65_536).value()).toThrow(SyntaxError);
  });

  it('is no longer held as bytes once it is parsed', () => {
    const answer = Buffer.from(`[${'{"list":"blocked","address":"10.0.0.1"},'.repeat(20_000)}{}]`);
    expect(intakeOf(answer, 65_536).body().byteLength).toBeLessThan(65_536);
  });

  it('of 100,000 rows of an address list weighs less than three times its bytes', () => {
    const text = (at: number): string =>
      `{".id":"*${at}","address":"10.20.30.${at}","creation-time":"2026-01-01 10:00:00","disabled":"false","dynamic":"false","list":"blocked","comment":"number ${at}"}`;
    const answer = Buffer.from(`[${Array.from({ length: 100_000 }, (_, at) => text(at)).join()}]`);
    const stream = openRowStream();
    expect(stream.take(answer)).not.toBeNull();
    expect(stream.weight()).toBeLessThan(answer.byteLength * 3);
  });
});

interface Measured {
  readonly stream: RowStream;
  readonly left: Uint8Array | null;
  /** Bytes of heap. */
  readonly taken: number;
}

function takenBy(answer: Uint8Array): Measured {
  collect();
  const before = process.memoryUsage().heapUsed;
  const stream = openRowStream();
  const left = stream.take(answer);
  collect();
  return { stream, left, taken: process.memoryUsage().heapUsed - before };
}

const names = fc.constantFrom('a', 'address', 'n#', '__proto__', '.id', 'x'.repeat(40));
const values = fc.oneof(
  fc.constantFrom('', '#', '€#', '10.0.0.#'),
  fc.integer({ min: 1, max: 60 }).map((length) => `${'v'.repeat(length)}#`),
);

describe('the weight of rows', () => {
  it('is no less than the heap that they take, whatever they are made of', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 12 }), fc.boolean(), (fields, alternating) => {
        const short = JSON.stringify({ a: 'b' });
        const long = `{${fields.map(([name, value], at) => `${JSON.stringify(name + at)}:${JSON.stringify(value)}`).join()}}`;
        const count = 10_000;
        const all = Array.from({ length: count }, (_, at) =>
          alternating && at % 2 === 0 ? short : long.replaceAll('#', String(at)),
        );
        const answer = Buffer.from(`[${all.join()},{}]`);
        // What else the process keeps meanwhile, compiled code above all, is in no two measurements alike.
        let { stream, left, taken } = takenBy(answer);
        for (let again = 0; again < 3 && taken > stream.weight() + 200_000; again += 1)
          ({ stream, left, taken } = takenBy(answer));
        expect(left === null ? 0 : stream.rows.length).toBe(left === null ? 0 : count);
        expect(taken).toBeLessThanOrEqual(stream.weight() + 200_000);
      }),
      runs(25),
    );
  });
});
