import {
  Composer,
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import { type FileDiagnostic, type FieldPath, pathText } from './diagnostic.ts';
import { READ_LIMITS } from './limits.ts';
import { type YamlFault, type YamlVerdict, yamlVerdict } from './yaml-rules.ts';

/** A place in a file, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One YAML document of a file, and the way back from its fields to lines. */
export interface SourceDocument {
  readonly value: unknown;
  /**
   * Where a field stands; where it is absent, the nearest field around it. `key` asks for the field's name instead of
   * its value.
   */
  readonly locate: (path: FieldPath, at?: 'key' | 'value') => Position;
}

/** What one file holds, as far as it can be read. */
export interface ReadDocuments {
  /**
   * Documents that can be read further, so that all their faults are found at once. They count only when there are no
   * faults at all.
   */
  readonly documents: readonly SourceDocument[];
  readonly faults: readonly FileDiagnostic[];
}

/**
 * Reads one file under the YAML rules of approval.md §6. Several documents are allowed, none is a fault. Whatever the
 * reader of YAML throws is a fault too.
 * @param most documents that are read; more are a fault.
 */
export function readDocuments(file: string, text: string, most: number = READ_LIMITS.documents): ReadDocuments {
  try {
    return readText(file, text, most);
  } catch (error) {
    const message = `it can not be read as YAML: ${error instanceof Error ? error.message : String(error)}`;
    return { documents: [], faults: [{ file, line: 1, column: 1, path: '', message }] };
  }
}

function readText(file: string, text: string, most: number): ReadDocuments {
  const marks = byteOrderMarks(file, text);
  if (marks.length > 0) return { documents: [], faults: marks };
  const parsed = parse(text, most);
  const held: Held = { text, most, parsed };
  const faults: FileDiagnostic[] = [];
  const documents: SourceDocument[] = [];
  const report = ({ offset, path, message, hint }: YamlFault): void => {
    const said = hint === undefined ? { message } : { message, hint };
    faults.push({ file, ...parsed.positionOf(offset), path: pathText(path), ...said });
  };
  for (const [index, document] of parsed.documents.entries()) {
    const { faults: breaches, readable } = verdictOn(document);
    breaches.forEach(report);
    if (document.errors.length > 0 || !readable || isEmpty(document)) continue;
    documents.push({ value: document.toJS(), locate: locatorOf(held, index) });
  }
  if (parsed.restAt !== null) {
    const message = `there are more than ${String(READ_LIMITS.documents)} documents`;
    report({ offset: parsed.restAt, path: [], message, hint: 'no fleet has as many' });
  } else if (parsed.documents.every((document) => isEmpty(document) && document.errors.length === 0)) {
    report({ offset: 0, path: [], message: 'the file holds no document', hint: 'fill it, or delete the file' });
  }
  if (text !== '' && !text.endsWith('\n')) {
    const hint = 'end its last line with a line break';
    report({ offset: text.length, path: [], message: 'the file may be cut off: its last line is not ended', hint });
  }
  if (faults.length === 0) held.parsed = null;
  return { documents, faults };
}

/** That at the start of a file is gone by now. Files that were joined have more, and nobody sees them. */
function byteOrderMarks(file: string, text: string): readonly FileDiagnostic[] {
  if (!text.includes('\uFEFF')) return [];
  const message = 'a byte order mark (BOM, U+FEFF) stands inside the file';
  const hint = 'delete it: it is invisible, and comes from files that were joined';
  return text.split('\n').flatMap((line, index) => {
    const column = line.indexOf('\uFEFF');
    return column < 0 ? [] : [{ file, line: index + 1, column: column + 1, path: '', message, hint }];
  });
}

interface ParsedText {
  readonly documents: readonly Document.Parsed[];
  /** Where the documents begin that were left out; null: none were. */
  readonly restAt: number | null;
  positionOf(offset: number): Position;
}

function parse(text: string, most: number): ParsedText {
  const lineCounter = new LineCounter();
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = [];
  let restAt: number | null = null;
  for (const document of composer.compose(new Parser(lineCounter.addNewLine).parse(text))) {
    if (documents.length >= most) {
      restAt = document.range[0];
      break;
    }
    documents.push(document);
  }
  return {
    documents,
    restAt,
    positionOf(offset) {
      const { line, col } = lineCounter.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

function verdictOn(document: Document.Parsed): YamlVerdict {
  const faults: YamlFault[] = [...document.errors, ...document.warnings]
    // A tag is a breach of its own, known or not.
    .filter((error) => error.code !== 'TAG_RESOLVE_FAILED' || document.contents === null)
    .map((error) => ({ offset: error.pos[0], path: [], message: `not valid YAML: ${error.message}` }));
  if (document.directives.yaml.explicit === true) {
    faults.push({
      offset: document.range[0],
      path: [],
      message: 'the %YAML directive is not allowed',
      hint: 'remove it',
    });
  }
  if (document.contents === null) return { faults, readable: true };
  const verdict = yamlVerdict(document.contents);
  return { faults: [...faults, ...verdict.faults], readable: verdict.readable };
}

/** Nothing but comments between two separators. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && (contents.source ?? '') === '');
}

/**
 * The syntax tree of a big file is many times its text: of a file without faults it is made again when somebody asks
 * where something stands.
 */
interface Held {
  readonly text: string;
  readonly most: number;
  parsed: ParsedText | null;
}

function locatorOf(held: Held, index: number): SourceDocument['locate'] {
  return (path, at = 'value') => {
    const parsed = (held.parsed ??= parse(held.text, held.most));
    const contents = parsed.documents[index]?.contents;
    return parsed.positionOf(contents === null || contents === undefined ? 0 : offsetOf(contents, path, at));
  };
}

function offsetOf(contents: Node, path: FieldPath, at: 'key' | 'value'): number {
  let node: Node = contents;
  let offset = node.range?.[0] ?? 0;
  for (const [depth, segment] of path.entries()) {
    const step: Step | undefined = isCollection(node) ? stepInto(node, segment) : undefined;
    if (step === undefined) return offset;
    offset = step.keyOffset ?? offset;
    if (step.value === null) return offset;
    const last = depth === path.length - 1;
    // A mapping or list begins below its name: its name is where people look.
    if (!(last && at === 'key') && !(isCollection(step.value) && step.keyOffset !== undefined)) {
      offset = step.value.range?.[0] ?? offset;
    }
    node = step.value;
  }
  return offset;
}

interface Step {
  /** Undefined for entries of lists. */
  readonly keyOffset: number | undefined;
  readonly value: Node | null;
}

function stepInto(node: Node, segment: string | number): Step | undefined {
  if (isSeq(node) && typeof segment === 'number') {
    const item = node.items[segment];
    return item === undefined ? undefined : { keyOffset: undefined, value: item as Node };
  }
  if (!isMap(node)) return undefined;
  const pair = pairsOf(node).get(String(segment));
  if (pair === undefined) return undefined;
  return { keyOffset: (pair.key as Node).range?.[0], value: pair.value as Node | null };
}

const pairs = new WeakMap<Node, ReadonlyMap<string, Pair>>();

/**
 * The first of each name. Looked up one by one, thousands of faults in one mapping would take the square of their
 * number.
 */
function pairsOf(node: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairs.get(node);
  if (known !== undefined) return known;
  const byName = new Map<string, Pair>();
  for (const item of node.items) {
    if (!isPair(item) || !isScalar(item.key)) continue;
    const { value } = item.key;
    if (typeof value === 'string' && !byName.has(value)) byName.set(value, item);
  }
  pairs.set(node, byName);
  return byName;
}
