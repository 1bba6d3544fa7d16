import { isAscii } from 'node:buffer';
import { textOfBytes } from '#bytes';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
/** While JSON is read, a byte of a body that is no UTF-8 is a lone surrogate U+DC80 to U+DCFF. */
const RAW_BYTE = 0xdc_00;

/**
 * Reads a router's JSON. RouterOS strings are raw bytes: one that is not UTF-8 is read as `textOfBytes` spells it, so
 * no byte is lost or taken for a letter, without touching its valid neighbours; raw control characters inside strings
 * are taken as they are (routeros-rest.md §1.2).
 * @throws {SyntaxError} when it is no JSON even so.
 */
export function decodeJson(body: Uint8Array): unknown {
  const text = utf8Text(body);
  if (text === null) return withStringsDecoded(parseLoosely(surrogatesOf(body)));
  const value = parseLoosely(text);
  // Only an escape can bring half a pair into valid UTF-8; the other is the mark of bytes.
  return text.includes(String.raw`\u`) || text.includes('\u001a') ? withStringsDecoded(value) : value;
}

function utf8Text(body: Uint8Array): string | null {
  if (isAscii(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}

function surrogatesOf(body: Uint8Array): string {
  const characters = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return characters.replaceAll(/[\u0080-\u00ff]/g, (byte) => String.fromCharCode(RAW_BYTE + byte.charCodeAt(0)));
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const escaped = escapeControls(text);
    if (escaped === text) throw error;
    return JSON.parse(escaped);
  }
}

function escapeControls(text: string): string {
  let escaped = '';
  let copied = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) inString = !inString;
    else if (!inString) continue;
    else if (code === BACKSLASH) at += 1;
    else if (code < SPACE) {
      escaped += `${text.slice(copied, at)}\\u${code.toString(16).padStart(4, '0')}`;
      copied = at + 1;
    }
  }
  return copied === 0 ? text : escaped + text.slice(copied);
}

function withStringsDecoded(value: unknown): unknown {
  if (typeof value === 'string') return decodedString(value);
  if (Array.isArray(value)) return value.map(withStringsDecoded);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withStringsDecoded(inner)]));
}

function decodedString(value: string): string {
  return /^[ -~]*$/.test(value) ? value : textOfBytes(Buffer.concat(Array.from(value, bytesOfCharacter)));
}

/** Of half a pair that stands for no raw byte, the three bytes that it would have. */
function bytesOfCharacter(character: string): Uint8Array {
  const code = character.codePointAt(0) as number;
  if (code < 0xd8_00 || code > 0xdf_ff) return Buffer.from(character);
  if (code >= RAW_BYTE + 0x80 && code <= RAW_BYTE + 0xff) return Buffer.of(code - RAW_BYTE);
  return Buffer.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
}
