import {
  Composer,
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
} from 'yaml';

/**
 * The documents of a text that was read without faults (read-documents.ts), with where each of their marks stands.
 * @throws {RangeError} for one with errors.
 */
export function parsedDocuments(text: string): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    keepSourceTokens: true,
  });
  const documents = [...composer.compose(new Parser().parse(text))];
  if (documents.some(({ errors }) => errors.length > 0)) throw new RangeError('it is not valid YAML');
  return documents;
}

/** What stands in a collection, with the stretch of text it takes. */
export interface Entry {
  readonly start: number;
  readonly end: number;
  /** Of a block list: where its dash stands. */
  readonly dash: number | null;
  /** Of a mapping: its name, and where the colon behind it ends. */
  readonly key: string | null;
  readonly colonEnd: number | null;
  readonly value: Node | null;
}

/** A mapping or list as edits see it. */
export interface Collection {
  readonly node: Node;
  readonly isFlow: boolean;
  readonly entries: readonly Entry[];
}

/** Null for a scalar. */
export function collectionOf(node: Node, text: string): Collection | null {
  if (isMap(node)) return { node, isFlow: node.flow === true, entries: node.items.map((pair) => fieldOf(pair, text)) };
  if (!isSeq(node)) return null;
  const isFlow = node.flow === true;
  const dashes = isFlow ? [] : dashesOf(node);
  if (!isFlow && dashes.length !== node.items.length) throw new RangeError('a list of another form');
  const entries = node.items.map((item, at): Entry => {
    const value = item as Node;
    const dash = dashes[at] ?? null;
    const start = dash ?? startOf(value);
    return { start, end: Math.max(start, endOf(value, text)), dash, key: null, colonEnd: null, value };
  });
  return { node, isFlow, entries };
}

function fieldOf(pair: Pair, text: string): Entry {
  if (!isPair(pair) || !isScalar(pair.key)) throw new RangeError('a name that is no text');
  const { key, srcToken } = pair;
  const value = (pair.value ?? null) as Node | null;
  const start = startOf(key);
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset;
  const colonEnd = colon === undefined ? (key.range?.[1] ?? start) : colon + 1;
  const end = value === null ? colonEnd : Math.max(colonEnd, endOf(value, text));
  return { start, end, dash: null, key: String(key.value), colonEnd, value };
}

function dashesOf(node: Node): readonly number[] {
  const token = node.srcToken;
  if (token?.type !== 'block-seq') return [];
  return token.items.flatMap(({ start }) => start.findLast(({ type }) => type === 'seq-item-ind')?.offset ?? []);
}

/** Where its text begins. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where its text ends: before the comment behind it, and before the line break that ends it. */
export function endOf(node: Node, text: string): number {
  if (isCollection(node) && node.flow !== true) {
    const last = collectionOf(node, text)?.entries.at(-1);
    if (last !== undefined) return last.end;
  }
  const [start, end] = [startOf(node), node.range?.[1] ?? 0];
  let at = end;
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
