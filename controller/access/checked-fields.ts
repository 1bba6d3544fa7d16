import { type Document, isCollection, isNode, LineCounter, parseDocument } from 'yaml';
import { Failure } from '#failure';
import { nearestName } from '#schemas';
import { type FieldPath, pathText } from '../desired/diagnostic.ts';

/** Nobody reads more, and each is looked up in the file. */
const MOST_TOLD = 100;

/** A value of a file, and where it stands. */
export interface Field {
  readonly value: unknown;
  readonly path: FieldPath;
}

/** The faults of one file as they are found: a line each, that never repeats a value. */
export interface Faults {
  add(path: FieldPath, message: string): void;
  /** @throws {Failure} `AccessInvalid` with all that was added, if anything was. */
  throwIfAny(): void;
}

/** Reads YAML that is one plain document. @throws {Failure} `AccessInvalid` */
export function documentOf(text: string, file: string): { readonly value: unknown; readonly faults: Faults } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const found: { readonly line: number; readonly text: string }[] = [];
  const faults: Faults = {
    add(path, message) {
      if (found.length >= MOST_TOLD) return;
      const line = lineOf(document, lines, path);
      found.push({
        line,
        text: `${file}:${String(line)}: ${path.length === 0 ? 'the file' : pathText(path)}: ${message}`,
      });
    },
    throwIfAny() {
      if (found.length === 0) return;
      const told = found.toSorted((a, b) => a.line - b.line).map((each) => `- ${each.text}`);
      throw new Failure('AccessInvalid', `${file} is not valid:\n${[...new Set(told)].join('\n')}`);
    },
  };
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    // The reader's own words may repeat what stands there.
    const line = lines.linePos(pos[0]).line;
    found.push({ line, text: `${file}:${String(line)}: not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})` });
  }
  faults.throwIfAny();
  // An alias can unfold a small text into gigabytes.
  return { value: valueIn(document, faults), faults };
}

function valueIn(document: Document, faults: Faults): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch {
    faults.add([], 'must have no aliases (*name): write the values out');
    faults.throwIfAny();
    throw new TypeError('unreachable');
  }
}

/** Where a field stands; of one that is absent, where the nearest around it does. */
function lineOf(document: Document, lines: LineCounter, path: FieldPath): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = isCollection(document.contents) ? document.contents.getIn(path.slice(0, depth), true) : undefined;
    if (isNode(node) && node.range) return Math.max(1, lines.linePos(node.range[0]).line);
  }
  return 1;
}

/** The value as an object of which all needed fields are there; another value and any unknown field is a fault. */
export function fieldsOf(
  { value, path }: Field,
  faults: Faults,
  needed: readonly string[],
  others: readonly string[] = [],
): Readonly<Record<string, Field>> | null {
  const known = [...needed, ...others];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(path, `must have ${(needed.length > 0 ? needed : known).join(', ')}`);
    return null;
  }
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    faults.add(
      path,
      `has unknown fields: ${unknown.map((name) => nameOf(name, known)).join(', ')}; known are ${known.join(', ')}`,
    );
  const missing = needed.filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) faults.add(path, `lacks ${missing.join(', ')}`);
  return Object.fromEntries(
    known.flatMap((name) =>
      Object.hasOwn(value, name)
        ? [[name, { value: (value as Readonly<Record<string, unknown>>)[name], path: [...path, name] }]]
        : [],
    ),
  );
}

/** The entries of a list; anything else is a fault. None where there is no such field. */
export function entriesOf(field: Field | undefined, faults: Faults): readonly Field[] {
  if (field === undefined) return [];
  const { value, path } = field;
  if (Array.isArray(value)) return value.map((each: unknown, index) => ({ value: each, path: [...path, index] }));
  faults.add(path, 'must be a list');
  return [];
}

/** A text that is not empty and that `pattern` fits; anything else is a fault, and the answer empty. */
export function textOf(
  field: Field | undefined,
  faults: Faults,
  what = 'must be a text',
  pattern: RegExp = PRINTABLE,
): string {
  if (field === undefined) return '';
  if (typeof field.value === 'string' && field.value.length <= LONGEST && pattern.test(field.value)) return field.value;
  faults.add(field.path, what);
  return '';
}

/** A list of such texts, at least one. */
export function textsOf(field: Field | undefined, faults: Faults, what: string): readonly string[] {
  const entries = entriesOf(field, faults);
  if (Array.isArray(field?.value) && entries.length === 0) faults.add(field.path, `must have at least one; ${what}`);
  return entries.map((entry) => textOf(entry, faults, what));
}

const LONGEST = 1024;
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;

/** A name is told; what does not look like one may be a token that slipped to the left of its colon. */
function nameOf(name: string, known: readonly string[]): string {
  if (!/^[A-Za-z][A-Za-z_-]{0,31}$/.test(name)) return 'one whose name is kept back';
  const nearest = nearestName(name, known);
  return nearest === undefined ? `"${name}"` : `"${name}" (did you mean "${nearest}"?)`;
}
