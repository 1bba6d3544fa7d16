import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type ParsedNode, Scalar } from 'yaml';
import type { FieldPath } from './diagnostic.ts';
import { READ_LIMITS } from './limits.ts';

/** A breach of the YAML rules (approval.md §6), at an offset of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly path: FieldPath;
  readonly message: string;
  readonly hint?: string;
}

/** What is wrong with one document, and whether anything more of it can be looked at. */
export interface YamlVerdict {
  readonly faults: readonly YamlFault[];
  /**
   * False: its values are not to be made. An alias can unfold a small text into gigabytes, and what is beyond
   * READ_LIMITS was not looked through.
   */
  readonly readable: boolean;
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

/** Numbers and times are shorter. The patterns take the square of a text's length, so they get no more. */
const LONGEST_NUMBER = 100;
/** What begins like a number for so long may be one for some reader. */
const LONG_NUMBER = /^[-+.0-9_][-+.0-9_:a-fA-FxXoO]*$/;
const LONG_TIME = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[Tt \t]/;

/**
 * All characters but those that YAML calls printable (YAML 1.2, c-printable); half a pair of surrogates is none
 * either.
 */
const UNPRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Every breach in one document: anchors, aliases, tags, merge keys, keys given twice, scalars that others read
 * differently or not at all.
 */
export function yamlVerdict(contents: ParsedNode): YamlVerdict {
  const verdict = { faults: [], readable: true };
  walk(contents, [], verdict);
  return verdict;
}

interface Walking {
  readonly faults: YamlFault[];
  readable: boolean;
}

function walk(node: Node, path: FieldPath, walking: Walking): void {
  const offset = node.range?.[0] ?? 0;
  const report = (message: string, hint: string): number => walking.faults.push({ offset, path, message, hint });
  const giveUp = (message: string, hint: string): void => {
    report(message, hint);
    walking.readable = false;
  };
  if (path.length > READ_LIMITS.depth) return giveUp('nested too deeply', 'no field lies as deep as this');
  if (isAlias(node)) return giveUp(`the alias *${node.source} is not allowed`, 'write the value out');
  if (!isScalar(node) && !isCollection(node)) return;
  if (node.anchor !== undefined)
    report(`the anchor &${node.anchor} is not allowed`, 'remove it and write the value out');
  if (node.tag !== undefined) report(`the tag ${node.tag} is not allowed`, 'remove it; the schema knows the type');
  if (isSeq(node) && node.items.length > READ_LIMITS.entries)
    return giveUp(`a list of more than ${String(READ_LIMITS.entries)} entries`, 'no list is as long as this');
  if (isMap(node) && node.items.length > READ_LIMITS.fields)
    return giveUp(`a mapping of more than ${String(READ_LIMITS.fields)} fields`, 'no mapping has as many');
  if (isScalar(node)) {
    const { value } = node;
    if (typeof value === 'string' && value.length > READ_LIMITS.characters)
      return giveUp(`a text of more than ${String(READ_LIMITS.characters)} characters`, 'no text is as long as this');
    const odd = typeof value === 'string' ? UNPRINTABLE.exec(value)?.[0] : undefined;
    if (odd !== undefined)
      report(`it holds ${codeOf(odd)}, which is no printable character`, 'write the character itself, or leave it out');
    const text = readDifferently(node);
    if (text !== undefined) {
      const advice = /^[a-z]+$/i.test(text) ? 'put it in quotes, or write true or false' : 'put it in quotes';
      report(`other YAML readers take ${text} for another value`, advice);
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) walk(item as Node, [...path, index], walking);
  }
  if (isMap(node)) walkMap(node.items, path, walking);
}

function walkMap(items: readonly unknown[], path: FieldPath, walking: Walking): void {
  const { faults } = walking;
  const seen = new Set<string>();
  for (const item of items) {
    if (!isPair(item)) continue;
    const key = item.key as Node;
    const offset = key.range?.[0] ?? 0;
    if (!isScalar(key) || typeof key.value !== 'string') {
      faults.push({ offset, path, message: 'a key must be text', hint: 'put it in quotes' });
      // An alias as a key would be followed like any other.
      walking.readable &&= isScalar(key);
      continue;
    }
    const name = key.value;
    if (name.length > READ_LIMITS.keyCharacters) {
      const message = `a key of more than ${String(READ_LIMITS.keyCharacters)} characters`;
      faults.push({ offset, path, message, hint: 'no field has a name as long as this' });
      walking.readable = false;
      continue;
    }
    const below = [...path, name];
    walk(key, below, walking);
    if (name === '<<' && key.type === Scalar.PLAIN) {
      faults.push({
        offset,
        path: below,
        message: 'the merge key << is not allowed',
        hint: 'write the fields out',
      });
    }
    if (seen.has(name)) {
      const hint = 'keep one of them; for several documents in a file put --- between them';
      faults.push({
        offset,
        path: below,
        message: `the key ${JSON.stringify(name)} is given twice`,
        hint,
      });
    }
    seen.add(name);
    if (item.value !== null) walk(item.value as Node, below, walking);
  }
}

function readDifferently(node: Scalar): string | undefined {
  if (node.type !== Scalar.PLAIN) return undefined;
  const text = node.source ?? '';
  if (text.length <= LONGEST_NUMBER) return READ_DIFFERENTLY.some((pattern) => pattern.test(text)) ? text : undefined;
  const start = text.slice(0, LONGEST_NUMBER);
  return LONG_NUMBER.test(start) || LONG_TIME.test(start) ? `${start}…` : undefined;
}

/** On its own it may be invisible. */
function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
