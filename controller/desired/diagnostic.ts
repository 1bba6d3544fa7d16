import { oneLine } from '#visible';
import { READ_LIMITS } from './limits.ts';

/** A place in a file, from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where people declared something: in a file, or in an object that never was text, by kind and name. */
export type DeclaredAt = FilePlace | { readonly object: string };

/** A fault in what people declare: where it is, what is wrong, what is allowed. */
export type Diagnostic = DeclaredAt & Fault;

/** One in a file. */
export type FileDiagnostic = FilePlace & Fault;

interface Fault {
  /** `spec.dns.servers[1]`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
  /** What to do instead. */
  readonly hint?: string;
}

/** `edge.yaml:12:3`, or `RouterConfig edge`. */
export function placeText(at: DeclaredAt): string {
  return 'object' in at ? at.object : `${at.file}:${String(at.line)}:${String(at.column)}`;
}

/** `edge.yaml:12`, or `RouterConfig edge`: for messages that point at a second place. */
export function lineText(at: DeclaredAt): string {
  return 'object' in at ? at.object : `${at.file}:${String(at.line)}`;
}

/** A path inside a document: names of fields, indices of list entries. */
export type FieldPath = readonly (string | number)[];

/** `['spec', 'dns', 'servers', 1]` → `spec.dns.servers[1]`. Names that are no plain words are quoted. */
export function pathText(path: FieldPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${String(segment)}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/**
 * What people are told: by file, line and column, one fault said twice once, no more and nothing longer than anybody
 * reads.
 */
export function toldFaults(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = faults.toSorted((a, b) => comparePlaces(a, b) || compareText(a.message, b.message));
  const different = sorted.filter((fault, index) => {
    const before = sorted[index - 1];
    return before === undefined || !isSame(before, fault);
  });
  const told = different.slice(0, READ_LIMITS.faultsTold).map(readable);
  const [next, ...others] = different.slice(told.length);
  if (next === undefined) return told;
  const message = `here and after it are ${String(others.length + 1)} more faults`;
  return [...told, { ...readable(next), path: '', message, hint: 'correct the others first' }];
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return comparePlaces(a, b) === 0 && a.path === b.path && a.message === b.message && a.hint === b.hint;
}

/** Names and values of files may stand in it, however long, and cut in the middle of a character. */
function readable(fault: Diagnostic): Diagnostic {
  const { path, message, hint } = fault;
  return {
    ...fault,
    path: cut(path),
    message: cut(message),
    ...(hint === undefined ? {} : { hint: cut(hint) }),
  };
}

function cut(text: string): string {
  const most = READ_LIMITS.faultCharacters;
  return (text.length > most ? `${text.slice(0, most)}…` : text).toWellFormed();
}

/**
 * One line per fault, `file:line:column: path: message`, its hint indented below. Editors and terminals make the place
 * clickable; nothing else in it acts on them.
 */
export function renderDiagnostics(faults: readonly Diagnostic[]): string {
  return faults
    .map((fault) => {
      const path = fault.path === '' ? '' : `${fault.path}: `;
      const hint = fault.hint === undefined ? '' : `\n    ${oneLine(fault.hint)}`;
      return `${oneLine(`${placeText(fault)}: ${path}${fault.message}`)}${hint}`;
    })
    .join('\n');
}

function comparePlaces(a: DeclaredAt, b: DeclaredAt): number {
  if ('object' in a || 'object' in b) return compareText(placeText(a), placeText(b));
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** Order by the units of UTF-16: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
