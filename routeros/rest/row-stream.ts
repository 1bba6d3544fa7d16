import { isAscii } from 'node:buffer';
import type { Row } from '#routeros';
import { decodeJson } from './decode.ts';

/** Rows of a long list, parsed while it arrives: of what was parsed no byte is kept. */
export interface RowStream {
  /**
   * Parses up to the last row that ends in these bytes, which follow on those that were left.
   * @returns what is left; null: these are no rows of texts, and nothing of them was taken.
   */
  take(bytes: Uint8Array): Uint8Array | null;
  readonly rows: readonly Row[];
  /** Bytes of memory that the rows take at the most. */
  weight(): number;
}

/** Between two rows. Where it stands in a text or deeper down, what is before it can't be parsed. */
const BORDER = '},{';
const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']');

/**
 * What V8 takes for each (`test/rest/row-stream.test.ts` holds them against the heap): a row with its place in the
 * list, a value's place with the head of its text, and names in an order that the row before did not have.
 */
const ROW = 48;
const VALUE = 40;
const NEW_NAME = 160;

/** Takes the bytes of one answer from its beginning on. */
export function openRowStream(): RowStream {
  const rows: Row[] = [];
  let names: readonly string[] = [];
  let weight = 0;

  /** @returns whether they are rows of texts. */
  function weigh(found: readonly unknown[], bytesPerCharacter: number): boolean {
    for (const row of found) {
      if (!isObject(row)) return false;
      let at = 0;
      let isAlike = true;
      for (const name in row) {
        const value = row[name];
        if (typeof value !== 'string') return false;
        if (names[at] !== name) {
          // Numbers as names make V8 keep the row in another way.
          if (/^\d/.test(name)) return false;
          isAlike = false;
        }
        weight += VALUE + value.length * bytesPerCharacter;
        at += 1;
      }
      weight += ROW;
      if (isAlike && at === names.length) continue;
      names = Object.keys(row);
      for (const name of names) weight += NEW_NAME + name.length * 2;
    }
    return true;
  }

  return {
    rows,
    weight: () => weight,
    take(bytes) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const border = text.lastIndexOf(BORDER);
      if (border === -1) return null;
      const piece = text.subarray(0, border + 1);
      const found = parsed([...(rows.length === 0 ? [] : [OPENING]), piece, CLOSING]);
      const before = weight;
      const bytesPerCharacter = isAscii(piece) ? 1 : 2;
      if (found === null || !weigh(found, bytesPerCharacter)) {
        weight = before;
        return null;
      }
      for (const row of found) rows.push(row as Row);
      return text.subarray(border + 2);
    },
  };
}

function parsed(parts: readonly Uint8Array[]): readonly unknown[] | null {
  try {
    const value = decodeJson(Buffer.concat(parts));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
