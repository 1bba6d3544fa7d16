/**
 * RFC 8785 JSON whose leaves are all strings: numbers become their decimal text, `null` and `undefined` members are left out.
 * Absent, empty and `'0'` stay apart, and the order of keys does not matter.
 * @throws {TypeError} for anything that has no such form: booleans, fractions, null inside a list, other objects.
 */
export function canonicalJson(value: unknown): string {
  let text = '';
  writeCanonicalJson(value, (part) => {
    text += part;
  });
  return text;
}

/** Like `canonicalJson`, handed out in small parts: the text of a plan of a whole block list would be tens of megabytes. */
export function writeCanonicalJson(value: unknown, write: (part: string) => void): void {
  if (typeof value === 'string') return write(quoted(value));
  if (typeof value === 'number' && Number.isSafeInteger(value)) return write(`"${value}"`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      write(index === 0 ? '[' : ',');
      writeCanonicalJson(value[index], write);
    }
    return write(value.length === 0 ? '[]' : ']');
  }
  if (!isPlainObject(value)) throw new TypeError(`${typeof value} has no canonical form`);
  let opening = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined || member === null) continue;
    if (typeof member === 'string') {
      write(`${opening}${quoted(key)}:${quoted(member)}`);
    } else {
      write(`${opening}${quoted(key)}:`);
      writeCanonicalJson(member, write);
    }
    opening = ',';
  }
  write(opening === '{' ? '{}' : '}');
}

/** Most texts need no escape, and plans of whole block lists have a million of them. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function sortedKeys(value: Record<string, unknown>): readonly string[] {
  const keys = Object.keys(value);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.toSorted();
  }
  return keys;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
