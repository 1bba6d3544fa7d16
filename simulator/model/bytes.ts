/** A byte that is no UTF-8 travels through the simulator as a lone surrogate U+DC80 to U+DCFF. */
const RAW_BYTE = 0xdc_00;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of bytes; those that are no UTF-8 are kept (strings are raw bytes, routeros-rest.md §1.2). */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const length = [1, 2, 3, 4].find((size) => isCharacter(bytes.subarray(at, at + size)));
      text += length === undefined ? rawByte(bytes[at] as number) : utf8.decode(bytes.subarray(at, at + length));
      at += length ?? 1;
    }
    return text;
  }
}

/** The bytes that the router keeps of a text. */
export function bytesOfText(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) as number;
      return code >= RAW_BYTE && code <= RAW_BYTE + 0xff ? Buffer.of(code - RAW_BYTE) : Buffer.from(character);
    }),
  );
}

/** One byte, of whatever it is a part. */
export function rawByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : RAW_BYTE + byte);
}

/** The same bytes as letters, as far as they are UTF-8: bytes that were put together may have become a letter. */
export function asLetters(text: string): string {
  return text.isWellFormed() ? text : textOfBytes(bytesOfText(text));
}

function isCharacter(bytes: Uint8Array): boolean {
  try {
    return Array.from(utf8.decode(bytes)).length === 1;
  } catch {
    return false;
  }
}
