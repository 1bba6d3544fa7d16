import { InvalidValue } from '../values/invalid-value.ts';

/**
 * The largest script we hand to a router. Executed scripts end at 64 kB (routeros-rest.md §4); the rest is for what is
 * put around them.
 */
export const MAX_SCRIPT_BYTES = 48_000;

const NAMED_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text as a string of the scripting language. `\`, `"` and `$` are escaped, or a variable of that name would be put
 * in their place (routeros-rest.md §4).
 * @throws {InvalidValue} for characters beyond ASCII: which bytes the router would store is not known
 * (armed-rollback.md §3).
 */
export function quote(text: string): string {
  if (/[\u0080-\uffff]/.test(text))
    throw new InvalidValue('ASCII text, the only kind a script on the router can hold', text);
  return quoteForDisplay(text);
}

/**
 * As `quote`, for commands that people read and no router runs: letters beyond ASCII are spelt out as `\u{e4}`, since
 * some look like others.
 */
export function quoteForDisplay(text: string): string {
  return `"${text.replaceAll(/[\\"$]|[^ -~]/gu, escapeOf)}"`;
}

/** How many bytes the router counts. */
export function scriptSizeBytes(script: string): number {
  return new TextEncoder().encode(script).length;
}

function escapeOf(character: string): string {
  if (character === '\\' || character === '"' || character === '$') return `\\${character}`;
  const code = (character.codePointAt(0) as number).toString(16);
  if (character > '\u007f') return `\\u{${code}}`;
  return NAMED_ESCAPES[character] ?? `\\${code.toUpperCase().padStart(2, '0')}`;
}
