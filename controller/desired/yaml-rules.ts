import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type ParsedNode, Scalar } from 'yaml';
import type { FieldPath } from './fault.ts';

/** A breach of the YAML rules (approval.md §6), at an offset of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly path: FieldPath;
  readonly message: string;
  readonly hint?: string;
  /** Whether what stands at the path may be another value than the one that is read. */
  readonly doubtful: boolean;
}

// What a YAML 1.1 reader (most other tools) takes for something else than YAML 1.2's core schema does.
const READ_DIFFERENTLY: readonly RegExp[] = [
  /^(y|n|yes|no|on|off)$/i,
  /^[-+]?0[0-9_]+$/,
  /^[-+]?0o[0-7]+$/,
  /^[-+]?0b[01_]+$/,
  /^[-+]0x[0-9a-fA-F_]+$/,
  /^0x[0-9a-fA-F_]*_[0-9a-fA-F_]*$/,
  /^[-+]?[0-9.][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/,
  /^[-+]?[0-9._]*_[0-9._]*([eE][-+]?[0-9]*)?$/,
  /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+$/,
  /^[-+]?\.$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?$/,
  /^=$/,
];

// Twice as deep as any document of ours.
const MAX_DEPTH = 24;

/** Every breach in one document: anchors, aliases, tags, merge keys, keys given twice, scalars that YAML 1.1 reads differently. */
export function yamlFaults(contents: ParsedNode): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  walk(contents, [], faults);
  return faults;
}

function walk(node: Node, path: FieldPath, faults: YamlFault[]): void {
  const offset = node.range?.[0] ?? 0;
  const report = (message: string, hint: string): number =>
    faults.push({ offset, path, message, hint, doubtful: !isCollection(node) });
  if (path.length > MAX_DEPTH) {
    report('nested too deeply', 'no field lies as deep as this');
    return;
  }
  if (isAlias(node)) {
    report(`the alias *${node.source} is not allowed`, 'write the value out');
    return;
  }
  if (!isScalar(node) && !isCollection(node)) return;
  if (node.anchor !== undefined)
    report(`the anchor &${node.anchor} is not allowed`, 'remove it and write the value out');
  if (node.tag !== undefined) report(`the tag ${node.tag} is not allowed`, 'remove it; the schema knows the type');
  if (isScalar(node)) {
    const text = readDifferently(node);
    if (text !== undefined) {
      const advice = /^[a-z]+$/i.test(text) ? 'put it in quotes, or write true or false' : 'put it in quotes';
      report(`other YAML readers take ${text} for another value`, advice);
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) walk(item as Node, [...path, index], faults);
  }
  if (isMap(node)) walkMap(node.items, path, faults);
}

function walkMap(items: readonly unknown[], path: FieldPath, faults: YamlFault[]): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (!isPair(item)) continue;
    const key = item.key as Node;
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key) || typeof key.value !== 'string') {
      faults.push({ offset, path, message: 'a key must be text', hint: 'put it in quotes', doubtful: false });
      continue;
    }
    const name = key.value;
    const below = [...path, name];
    walk(key, below, faults);
    if (name === '<<' && key.type === Scalar.PLAIN) {
      faults.push({
        offset,
        path: below,
        message: 'the merge key << is not allowed',
        hint: 'write the fields out',
        doubtful: true,
      });
    }
    if (seen.has(name)) {
      const hint = 'keep one of them; for several documents in a file put --- between them';
      faults.push({
        offset,
        path: below,
        message: `the key ${JSON.stringify(name)} is given twice`,
        hint,
        doubtful: true,
      });
    }
    seen.add(name);
    if (item.value !== null) walk(item.value as Node, below, faults);
  }
}

function readDifferently(node: Scalar): string | undefined {
  if (node.type !== Scalar.PLAIN) return undefined;
  const text = node.source ?? '';
  return READ_DIFFERENTLY.some((pattern) => pattern.test(text)) ? text : undefined;
}
