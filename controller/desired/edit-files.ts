import { isCollection, isSeq, parseAllDocuments, type Document, type Node, Scalar, visit, stringify } from 'yaml';
import type { Adoption, Edit } from './adoption.ts';

/** Files that are to be put into a fleet, by path. */
export type EditedFiles = Readonly<Record<string, string>>;

/**
 * The files of a fleet with an adoption made: those that change, whole, with their comments as they were. A RouterConfig
 * that is made gets a file of its own beside the others. @throws {RangeError} when a RouterConfig is in none of them.
 */
export function editedFiles(
  files: Readonly<Record<string, string>>,
  device: string,
  { edits, made }: Adoption,
): EditedFiles {
  const changed: Record<string, string> = {};
  const byConfig = Map.groupBy(edits, ({ config }) => config);
  for (const [file, text] of Object.entries(files)) {
    if (![...byConfig.keys()].some((name) => text.includes(name))) continue;
    const documents = parseAllDocuments(text, { version: '1.2', schema: 'core' }) as Document.Parsed[];
    let isChanged = false;
    for (const document of documents) {
      if (document.get('kind') !== 'RouterConfig') continue;
      const own = byConfig.get(String(document.getIn(['metadata', 'name'])));
      if (own === undefined) continue;
      byConfig.delete(String(document.getIn(['metadata', 'name'])));
      applyEdits(document, own);
      isChanged = true;
    }
    if (isChanged) changed[file] = textOf(text, documents);
  }
  if (made !== null) {
    const spec: Record<string, unknown> = { selector: { names: [device] }, priority: made.priority };
    const head = {
      apiVersion: 'routeros-gitops.dev/v1alpha1',
      kind: 'RouterConfig',
      metadata: { name: made.name },
      spec,
    };
    const document = parseAllDocuments(stringify(head))[0] as Document.Parsed;
    applyEdits(document, byConfig.get(made.name) ?? []);
    byConfig.delete(made.name);
    changed[newFile(files, made.name)] = textOf('', [document]);
  }
  const [lost] = byConfig.keys();
  if (lost !== undefined) throw new RangeError(`the RouterConfig ${lost} stands in no file`);
  return changed;
}

/** What is set first, then what goes, from the end, so that no place moves before its turn; then what comes. */
function applyEdits(document: Document.Parsed, edits: readonly Edit[]): void {
  const ofKind = (kind: Edit['kind']): readonly Edit[] => edits.filter((edit) => edit.kind === kind);
  for (const { path, value } of ofKind('set')) setAt(document, path, value);
  for (const { path } of ofKind('remove').toSorted((a, b) => lastOf(b) - lastOf(a))) document.deleteIn(path);
  for (const { path, value } of ofKind('append')) {
    const list = document.getIn(path);
    if (isSeq(list)) list.add(nodeOf(document, value, list.flow === true || isFlow(list.items.at(-1))));
    else setAt(document, path, [value]);
  }
}

function isFlow(item: unknown): boolean {
  return isCollection(item) && item.flow === true;
}

function lastOf({ path }: Edit): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

/** A scalar keeps its comment; a list keeps its layout. */
function setAt(document: Document.Parsed, path: Edit['path'], value: unknown): void {
  const old = document.getIn(path, true) as Node | undefined;
  const node = nodeOf(document, value, isCollection(old) && old.flow === true);
  if (old !== undefined && old !== null) {
    if (old.comment !== undefined) node.comment = old.comment;
    if (old.commentBefore !== undefined) node.commentBefore = old.commentBefore;
    if (old.spaceBefore !== undefined) node.spaceBefore = old.spaceBefore;
  }
  document.setIn(path, node);
}

/** Texts that somebody could take for something else stand in quotes. */
function nodeOf(document: Document.Parsed, value: unknown, flow: boolean): Node {
  const node = document.createNode(value) as Node;
  if (isCollection(node) && (flow || isPlainItem(value))) node.flow = true;
  const quote = (scalar: Scalar): void => {
    if (typeof scalar.value === 'string' && !PLAIN.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
  };
  if (node instanceof Scalar) quote(node);
  visit(node, { Scalar: (_, scalar) => quote(scalar) });
  return node;
}

/** Words, addresses and names that no YAML reads as a number, a time or a truth. */
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)(?:[A-Za-z][A-Za-z0-9._/-]*|\d+\.\d+\.\d+\.\d+(?:\/\d+)?)$/i;

function isPlainItem(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each !== 'object');
}

/** Written as the file was: the room within braces, and no line folded. */
function textOf(before: string, documents: readonly Document.Parsed[]): string {
  const padded = /[{[] /.test(before) || !/[{[]\S/.test(before);
  return documents
    .map((document) => document.toString({ lineWidth: 0, flowCollectionPadding: padded }))
    .map((text, index) => (index === 0 || text.startsWith('---') ? text : `---\n${text}`))
    .join('');
}

/** In the folder where most RouterConfigs are. */
function newFile(files: Readonly<Record<string, string>>, name: string): string {
  const folders = Object.entries(files)
    .filter(([, text]) => /^kind: RouterConfig$/m.test(text))
    .map(([file]) => file.slice(0, file.lastIndexOf('/') + 1));
  const counts = Map.groupBy(folders, (folder) => folder);
  const [folder] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [''];
  return `${folder}${name}.yaml`;
}
