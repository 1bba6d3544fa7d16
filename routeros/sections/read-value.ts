import { standsForBytes } from '#bytes';
import { nearestName } from '#schemas';
import { isPlain } from '#visible';
import type { Codec } from '../catalogue/menu.ts';
import { CUT } from '../secrets/cut.ts';
import { canonical } from '../values/canonical.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { ipCodec } from '../values/ip.ts';
import { secretRefText } from '../secrets/secret-ref.ts';
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
    case 'secret':
      return readReference(name, value);
    case 'entries':
      throw new RangeError(`${name} is no value: its entries are rows`);
  }
}

/** What was written is never repeated: it may be the secret itself. */
function readReference(name: string, value: unknown): string | readonly SectionFault[] {
  const { secretRef, ...others } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const text = typeof secretRef === 'string' && Object.keys(others).length === 0 ? secretRefText(secretRef) : null;
  return text ?? [{ field: name, message: `${name} must be the name of a secret`, hint: SECRET_HINT }];
}

const SECRET_HINT =
  'Write {secretRef: NAME}, and bind NAME outside Git, in the credentials file; change a secret that was in clear.';

/** That a section, or an entry of it, has no such field. */
export function unknownField(of: string, known: readonly string[], name: string): SectionFault {
  const near = nearestName(name, known);
  const message = `${of} has no field ${name}; it knows ${known.join(', ')}`;
  return near === undefined ? { field: name, message } : { field: name, message, hint: `Did you mean ${near}?` };
}

function readText(codec: Codec, name: string, field: SectionField, text: string): string | readonly SectionFault[] {
  const foreign = foreignCharacter(codec, text);
  if (foreign !== undefined) return [{ field: name, ...foreign, message: `${name}: ${foreign.message}` }];
  try {
    return canonical(codec, field.strict === undefined ? text : canonical(field.strict, text));
  } catch (error) {
    if (error instanceof InvalidValue) return [{ field: name, ...explain(name, text, error) }];
    throw error;
  }
}

/**
 * What is wrong with the first character that nobody may write there. Free text is in any language, as long as nothing
 * in it is hidden and it is no mark of ours; what names something is ASCII, since letters that look alike would name
 * something else.
 */
function foreignCharacter(codec: Codec, text: string): Pick<SectionFault, 'message' | 'hint'> | undefined {
  const isFree = codec.isFreeText === true;
  if (isFree && text.includes(CUT)) return { message: `${CUT} stands for a secret of ours`, hint: 'Leave it out.' };
  if (isFree && standsForBytes(text)) return { message: 'it holds bytes that are no UTF-8', hint: UTF8_HINT };
  const foreign = isFree ? Array.from(text).find((each) => !isPlain(each)) : /[^ -~]/u.exec(text)?.[0];
  if (foreign === undefined) return undefined;
  const code = `U+${(foreign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (isFree) return { message: `${code} cannot be seen, or changes how what stands beside it reads`, hint: SEEN_HINT };
  const named = isPlain(foreign) ? `${JSON.stringify(foreign)} (${code})` : code;
  return { message: `${named} is no printable ASCII character`, hint: ASCII_HINT };
}

const UTF8_HINT = 'Write it anew on the router, in UTF-8.';
const SEEN_HINT = 'Leave it out: control characters and invisible ones are never written.';
const ASCII_HINT = 'Write it in ASCII: letters beyond it are for comments, the identity and the text of TXT records.';

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
