/** How the values at the ends of a structure are written. */
interface Leaves {
  readonly text: (text: string) => string;
  /** Undefined: a member with it is left out. */
  readonly other: (value: unknown) => string | undefined;
}

/** All leaves are strings: numbers become their decimal text, and null is nothing. */
const TEXTS: Leaves = {
  text: quoted,
  other: (value) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return `"${value}"`;
    throw new TypeError(`${typeof value} has no canonical form`);
  },
};

const JSON_VALUES: Leaves = {
  text: (text) => {
    if (!text.isWellFormed()) throw new TypeError('a text with half a character has no canonical form');
    return quoted(text);
  },
  other: (value) => {
    if (value === undefined) return undefined;
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value);
    throw new TypeError(`${typeof value} has no canonical form`);
  },
};

/**
 * RFC 8785 JSON whose leaves are all strings: numbers become their decimal text, `null` and `undefined` members are
 * left out. Absent, empty and `'0'` stay apart, and the order of keys does not matter.
 * @throws {TypeError} for anything that has no such form: booleans, fractions, null inside a list, other objects.
 */
export function canonicalJson(value: unknown): string {
  return joined((write) => writeValue(value, write, TEXTS));
}

/**
 * Like `canonicalJson`, handed out in small parts: the text of a plan of a whole block list would be tens of megabytes.
 */
export function writeCanonicalJson(value: unknown, write: (part: string) => void): void {
  writeValue(value, write, TEXTS);
}

/**
 * RFC 8785 JSON of what JSON can hold; `undefined` members are left out. The order of keys does not matter.
 * @throws {TypeError} for anything else, and for texts with half a character.
 */
export function rfc8785Json(value: unknown): string {
  return joined((write) => writeValue(value, write, JSON_VALUES));
}

function joined(writeTo: (write: (part: string) => void) => void): string {
  let text = '';
  writeTo((part) => {
    text += part;
  });
  return text;
}

function writeValue(value: unknown, write: (part: string) => void, leaves: Leaves): void {
  if (typeof value === 'string') return write(leaves.text(value));
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      write(index === 0 ? '[' : ',');
      writeValue(value[index], write, leaves);
    }
    return write(value.length === 0 ? '[]' : ']');
  }
  if (!isPlainObject(value)) {
    const leaf = leaves.other(value);
    if (leaf === undefined) throw new TypeError(`${String(value)} has no canonical form here`);
    return write(leaf);
  }
  let opening = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    const leaf = typeof member === 'string' ? leaves.text(member) : isNested(member) ? null : leaves.other(member);
    if (leaf === undefined) continue;
    write(`${opening}${leaves.text(key)}:${leaf ?? ''}`);
    if (leaf === null) writeValue(member, write, leaves);
    opening = ',';
  }
  write(opening === '{' ? '{}' : '}');
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Most texts need no escape, and plans of whole block lists have a million of them. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function sortedKeys(value: Record<string, unknown>): readonly string[] {
  const keys = Object.keys(value);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.toSorted();
  }
  return keys;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
