const utf8 = new TextDecoder('utf-8', { fatal: true });
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;

/**
 * Reads a router's JSON. RouterOS strings are raw bytes: a string that is not UTF-8 is read as latin1 (one character a
 * byte, so no byte is lost) without touching its valid neighbours, and raw control characters inside strings are taken
 * as they are (routeros-rest.md §1.2).
 * @throws {SyntaxError} when it is no JSON even so.
 */
export function decodeJson(body: Uint8Array): unknown {
  const text = utf8Text(body);
  if (text !== null) return parseLoosely(text);
  const bytesAsCharacters = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return withStringsDecoded(parseLoosely(bytesAsCharacters));
}

function utf8Text(body: Uint8Array): string | null {
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
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
  for (let at = 0; at < value.length; at += 1) {
    // Only an escape such as \u20ac puts such a character here: it is text already, not bytes.
    if (value.charCodeAt(at) > 0xff) return value;
  }
  return utf8Text(Buffer.from(value, 'latin1')) ?? value;
}
