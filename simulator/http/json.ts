/** Bytes that are not UTF-8 travel through the simulator as lone surrogates U+DC80..U+DCFF, one per byte. */
const firstRawByte = 0xdc_00;

/** Text of a request body; bytes that are not UTF-8 are kept (routeros-rest.md §1.2). */
export function textOfBytes(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : firstRawByte + byte)).join('');
  }
}

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
    return JSON.parse(plain);
  } catch (error) {
    throw new MalformedJson(String(error));
  }
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
