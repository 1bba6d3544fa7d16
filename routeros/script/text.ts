import { bytesOfText, hexEscape, standsForBytes } from '#bytes';
import type { Row } from '../catalogue/menu.ts';
import { CUT } from '../secrets/cut.ts';
import { InvalidValue } from '../values/invalid-value.ts';

/**
 * The largest script we hand to a router. Executed scripts end at 64 kB (routeros-rest.md §4); the rest is for what is
 * put around them.
 */
export const MAX_SCRIPT_BYTES = 48_000;

/**
 * A text as a string of the scripting language, in printable ASCII. `\`, `"` and `$` are escaped, or a variable of that
 * name would be put in their place (routeros-rest.md §4); every byte of UTF-8, or of what is no UTF-8, below 0x20 and
 * above 0x7E is `\HH` in upper case, as exports have it (armed-rollback.md §3).
 * @throws {InvalidValue} for a text out of which a secret of ours was cut: nobody knows any more what stood there.
 */
export function quote(text: string): string {
  if (text.includes(CUT)) throw new InvalidValue('a text that is known as a whole', text);
  return `"${scriptText(text)}"`;
}

/** What stands between the quotes. */
export function scriptText(text: string): string {
  return /^[ !#%-[\]-~]*$/.test(text) ? text : Array.from(bytesOfText(text), escaped).join('');
}

/**
 * Whether a body of JSON carries the row as it is: bytes above 127 come over transcoded (routeros-rest.md §4), so texts
 * beyond ASCII and bytes that are no UTF-8 are written by scripts.
 */
export function fitsJson(row: Row): boolean {
  return Object.values(row).every((text) => !/[^\0-\u007f]/.test(text) && !standsForBytes(text));
}

/** How many bytes the router counts. */
export function scriptSizeBytes(script: string): number {
  return new TextEncoder().encode(script).length;
}

function escaped(byte: number): string {
  if (byte < 0x20 || byte > 0x7e) return hexEscape(byte);
  const character = String.fromCharCode(byte);
  return /[\\"$]/.test(character) ? `\\${character}` : character;
}
