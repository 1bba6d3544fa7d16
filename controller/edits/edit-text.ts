import { isDeepStrictEqual } from 'node:util';
import { isMap, type Document } from 'yaml';
import { readDocuments } from '../desired/read-documents.ts';
import { changed, changeOf, type PathEdit } from './node-change.ts';
import { nodeSplices } from './node-splices.ts';
import { collectionOf, parsedDocuments } from './parsed.ts';
import { inOrder, type Splice, spliced } from './splice.ts';
import { columnOf } from './text-lines.ts';

/** A file of a fleet with RouterConfigs in it changed. */
export interface EditedText {
  readonly text: string;
  /** From the text before. */
  readonly splices: readonly Splice[];
}

/** Edits by the name of the RouterConfig that they are made in. */
export type EditsByConfig = ReadonlyMap<string, readonly PathEdit[]>;

/**
 * The file with the edits made: characters outside of what is changed stay, comments and spacing among them, and read
 * again it says what it said but for them. RouterConfigs that stand in other files are left alone.
 * @throws {RangeError} when it cannot be written so that this holds.
 */
export function editedText(text: string, byConfig: EditsByConfig): EditedText {
  const documents = parsedDocuments(text);
  const expected: unknown[] = [];
  const splices: Splice[] = [];
  for (const document of documents) {
    const before = document.toJS() as unknown;
    const edits = byConfig.get(nameOfConfig(before) ?? '');
    if (edits === undefined || document.contents === null) {
      if (document.contents !== null) expected.push(before);
      continue;
    }
    const change = changeOf(edits);
    expected.push(changed(before, change));
    const around = { text, step: stepOf(document, text), inFlow: false, field: null };
    splices.push(...nodeSplices(document.contents, change, around));
  }
  const ordered = inOrder(splices);
  const after = spliced(text, ordered);
  const read = readDocuments('', after);
  const values = read.documents.map(({ value }) => value);
  const [fault] = read.faults;
  if (fault !== undefined) throw new RangeError(fault.message);
  if (
    !isDeepStrictEqual(
      values,
      expected.filter((value) => value !== null),
    )
  )
    throw new RangeError('it would not say what was asked for');
  return { text: after, splices: ordered };
}

/** The names of the RouterConfigs in a file. */
export function configsIn(text: string): readonly string[] {
  return parsedDocuments(text).flatMap((document) => nameOfConfig(document.toJS()) ?? []);
}

function nameOfConfig(value: unknown): string | null {
  const { kind, metadata } = (value ?? {}) as {
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown };
  };
  return kind === 'RouterConfig' && typeof metadata?.name === 'string' ? metadata.name : null;
}

/** How far right of `spec` its fields stand. */
function stepOf({ contents }: Document.Parsed, text: string): number {
  const spec = isMap(contents) ? collectionOf(contents, text)?.entries.find(({ key }) => key === 'spec') : undefined;
  const inner = spec?.value === undefined || spec.value === null ? null : collectionOf(spec.value, text);
  const first = inner?.isFlow === false ? inner.entries[0] : undefined;
  if (spec === undefined || first === undefined) return 2;
  return Math.max(1, columnOf(text, first.start) - columnOf(text, spec.start));
}
