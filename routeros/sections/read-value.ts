import type { Codec } from '../catalogue/menu.ts';
import { canonical } from '../values/canonical.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { ipCodec } from '../values/ip.ts';
import type { SectionFault, SectionField } from './section.ts';

/** The canonical text of one value, or what is wrong with it. `name`: the field that it was written in. */
export function readValue(
  codec: Codec,
  name: string,
  field: SectionField,
  value: unknown,
): string | readonly SectionFault[] {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : [{ field: name, message: `${name} must be true or false` }];
    case 'integer':
      return Number.isSafeInteger(value)
        ? readText(codec, name, field, String(value))
        : [{ field: name, message: `${name} must be a whole number` }];
    case 'string':
      return typeof value === 'string'
        ? readText(codec, name, field, value)
        : [{ field: name, message: `${name} must be a text`, hint: 'Put it in quotes.' }];
    case 'list':
      return Array.isArray(value)
        ? readList(codec, name, field, value)
        : [{ field: name, message: `${name} must be a list` }];
  }
}

function readText(codec: Codec, name: string, field: SectionField, text: string): string | readonly SectionFault[] {
  // The undo that waits on the router is a script, and scripts hold no other characters (armed-rollback.md §3).
  if (!/^[ -~]*$/.test(text)) {
    return [
      { field: name, message: `${name}: ${foreignCharacter(text)} is no printable ASCII character`, hint: ASCII_HINT },
    ];
  }
  try {
    return canonical(codec, field.strict === undefined ? text : canonical(field.strict, text));
  } catch (error) {
    if (error instanceof InvalidValue) return [{ field: name, ...explain(name, text, error) }];
    throw error;
  }
}

const ASCII_HINT = 'Write it in ASCII: the undo that waits on the router is a script, and scripts hold nothing else.';

/** The first character that no script holds, by its code point: on its own it may be invisible. */
function foreignCharacter(text: string): string {
  const [character = ''] = /[^ -~]/u.exec(text) ?? [];
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `${JSON.stringify(character)} (${code})` : code;
}

function readList(
  codec: Codec,
  name: string,
  field: SectionField,
  items: readonly unknown[],
): string | readonly SectionFault[] {
  const faults: SectionFault[] = [];
  const texts: string[] = [];
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'string' || item === '' || item.includes(',')) {
      faults.push({ field: name, index, message: `each item of ${name} must be a text without comma` });
      continue;
    }
    const read = readText(codec, name, field, item);
    if (typeof read !== 'string') faults.push(...read.map((fault) => ({ ...fault, index })));
    else if (texts.includes(read)) faults.push({ field: name, index, message: `${name} lists ${read} twice` });
    else texts.push(read);
  }
  return faults.length > 0 ? faults : readText(codec, name, field, texts.join(','));
}

function explain(name: string, text: string, error: InvalidValue): { message: string; hint?: string } {
  const message = `${name}: ${JSON.stringify(text)} is not ${error.expects}`;
  if (error.suggestion !== undefined) return { message, hint: `Did you mean ${JSON.stringify(error.suggestion)}?` };
  return isIpv6(text) ? { message, hint: 'IPv6 is not managed here.' } : { message };
}

function isIpv6(text: string): boolean {
  try {
    return typeof ipCodec.parse(text.replace(/\/\d{1,3}$/, '')) === 'bigint';
  } catch {
    return false;
  }
}
