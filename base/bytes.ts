/**
 * The first character of a text that stands for bytes which are no UTF-8. RouterOS keeps whatever bytes it was given;
 * nobody can declare this control character, and a router's own text that begins with it is written as bytes, too.
 */
const MARK = '\u001a';
const SPELT = /^(?=.*\\)(?:[ -[\]-~]|\\[0-9A-F]{2})*$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of bytes: itself when they are UTF-8, else a mark and the bytes, each one that is no printable ASCII as
 * `\HH`. Different bytes have different texts, and every text is well-formed.
 */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    const text = UTF8.decode(bytes);
    if (!text.startsWith(MARK)) return text;
  } catch {
    // Not UTF-8.
  }
  return MARK + spelling(bytes);
}

/** The bytes that a text stands for. */
export function bytesOfText(text: string): Uint8Array {
  if (!standsForBytes(text)) return new TextEncoder().encode(text);
  const bytes = text
    .slice(MARK.length)
    .replaceAll(/\\([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** Whether the text stands for bytes that are no UTF-8. */
export function standsForBytes(text: string): boolean {
  return text.startsWith(MARK) && SPELT.test(text.slice(MARK.length));
}

/** What people are shown of a text: bytes that are no UTF-8 without the mark, line breaks and tabs as they are. */
export function wordsOf(text: string): string {
  if (!standsForBytes(text)) return text;
  return text
    .slice(MARK.length)
    .replaceAll(/\\0([9AD])/g, (_, last: string) => String.fromCharCode(Number.parseInt(last, 16)));
}

/** `\HH`, as scripts and exports of RouterOS have it. */
export function hexEscape(byte: number): string {
  return `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Printable ASCII as it is, but for the backslash; each other byte as `\HH`. */
export function spelling(bytes: Uint8Array): string {
  const isPrinted = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e && byte !== 0x5c;
  return Array.from(bytes, (byte) => (isPrinted(byte) ? String.fromCharCode(byte) : hexEscape(byte))).join('');
}
