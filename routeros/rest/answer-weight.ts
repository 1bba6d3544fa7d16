/** Why an answer is not read to its end. */
export type Overweight = 'nested' | 'long value';

/** Weighs an answer while it arrives, before anything is made of it. */
export interface Scales {
  /** @returns why the answer is refused whatever it weighs; null: go on. */
  add(chunk: Uint8Array): Overweight | null;
  /** Bytes of memory that reading and planning with it takes at the most, as far as it has come. */
  weight(): number;
}

/** The longest text in one value. Scripts and files of a router are far shorter. */
export const LONGEST_VALUE_BYTES = 1024 * 1024;
/** RouterOS' answers are rows in a list. */
const DEEPEST = 4;

/**
 * What V8 takes for each, and what a chunk takes that waits to be read; `test/rest/answer-weight.test.ts` holds them
 * against the heap.
 */
const CHUNK = 512;
const OPENED = 72;
const TEXT = 40;
const NAMED = 56;
const LISTED = 16;
/** Raw control characters are escaped one by one before the answer can be parsed. */
const CONTROL = 160;
/**
 * The bytes, the text made of them and the values in it: one byte for a character, or two where some character needs
 * them.
 */
const NARROW = 3;
const WIDE = 5;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Counts what JSON is made of, without making anything. What is no JSON weighs something too. */
export function makeScales(): Scales {
  let bytes = 0;
  let parts = 0;
  let isWide = false;
  let depth = 0;
  let inText = false;
  let afterBackslash = false;
  let textBytes = 0;

  /** @returns where the text ends in this chunk, or the end of the chunk. */
  function readText(chunk: Uint8Array, from: number): number {
    const end = chunk.length;
    let at = from;
    while (at < end) {
      if (afterBackslash) afterBackslash = false;
      else {
        while (at < end && isPlain(chunk[at] as number)) at += 1;
        if (at === end) break;
        const code = chunk[at] as number;
        if (code === QUOTE) {
          inText = false;
          at += 1;
          break;
        }
        if (code === BACKSLASH) afterBackslash = isWide = true;
        else if (code < SPACE) parts += CONTROL;
        else isWide = true;
      }
      at += 1;
    }
    textBytes += at - from;
    return at;
  }

  function add(chunk: Uint8Array): Overweight | null {
    bytes += chunk.length;
    parts += CHUNK;
    for (let at = 0; at < chunk.length;) {
      if (inText) {
        at = readText(chunk, at);
        if (textBytes > LONGEST_VALUE_BYTES) return 'long value';
        continue;
      }
      switch (chunk[at]) {
        case QUOTE:
          inText = true;
          textBytes = 0;
          parts += TEXT;
          break;
        case COLON:
          parts += NAMED;
          break;
        case COMMA:
          parts += LISTED;
          break;
        case OPENING_BRACE:
        case OPENING_BRACKET:
          depth += 1;
          if (depth > DEEPEST) return 'nested';
          parts += OPENED;
          break;
        case CLOSING_BRACE:
        case CLOSING_BRACKET:
          depth -= 1;
          break;
        default:
      }
      at += 1;
    }
    return null;
  }

  return { add, weight: () => parts + bytes * (isWide ? WIDE : NARROW) };
}

function isPlain(code: number): boolean {
  return code >= SPACE && code <= DELETE && code !== QUOTE && code !== BACKSLASH;
}
