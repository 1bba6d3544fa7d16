import { bytesOfText } from '../model/bytes.ts';

/** A body that could not be read as JSON; the router says `Failed to parse json`. */
export class MalformedJson extends Error {}

/**
 * What RouterOS reads from a request body: JSON whose numbers may be 0x hex or leading-zero octal but have no exponent
 * (routeros-rest.md §2.1, §3).
 * @throws {MalformedJson}
 */
export function parseBody(text: string): unknown {
  const plain = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[0-9a-zA-Z.+-]*/g, (token) => {
    if (token.startsWith('"') || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(token)) {
      return token;
    }
    if (/^0x[0-9a-f]+$/i.test(token)) {
      return String(Number(token));
    }
    if (/^0[0-7]+$/.test(token)) {
      return String(Number.parseInt(token, 8));
    }
    throw new MalformedJson(token);
  });
  try {
    return JSON.parse(plain, (_key, value: unknown) => (typeof value === 'string' ? transcoded(value) : value));
  } catch (error) {
    throw new MalformedJson(String(error));
  }
}

/**
 * A body is JSON text, so bytes above 127 are transcoded (routeros-rest.md §4), however they are written. Into what,
 * nobody has shown: here each of them becomes the letter of its number, so that nothing reads back as it was sent.
 */
function transcoded(text: string): string {
  return /^[\0-\u007f]*$/.test(text) ? text : bytesOfText(text).toString('latin1');
}

/**
 * Bytes of an answer: raw bytes come back as they came in. `control`: raw control characters are left as they are
 * (early REST).
 */
export function bytesOf(value: unknown, control: 'escaped' | 'raw'): Buffer {
  const json = JSON.stringify(value);
  const text =
    control === 'raw' ? json.replaceAll(/\\u00([01][0-9a-f])/g, (_all, hex: string) => character(hex)) : json;
  if (!text.includes('\\udc')) {
    return Buffer.from(text, 'utf8');
  }
  const parts = text.split(/(\\\\|\\udc[89a-f][0-9a-f])/);
  return Buffer.concat(
    parts.map((part) =>
      part.startsWith('\\udc') ? Buffer.from([Number.parseInt(part.slice(4), 16)]) : Buffer.from(part, 'utf8'),
    ),
  );
}

function character(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
