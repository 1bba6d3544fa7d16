import { textOfBytes } from '#bytes';

/** A place in the export, from 1. */
export interface ExportPlace {
  readonly line: number;
  readonly column: number;
}

/** Something that no export holds at this place. */
export class ExportSyntaxError extends Error {
  override readonly name = 'ExportSyntaxError';
  readonly place: ExportPlace;

  constructor(message: string, place: ExportPlace) {
    super(message);
    this.place = place;
  }
}

/** A text that is read from front to back, and where in it we are. */
export interface Scanner {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
}

/** What stands for one character in quotes (vendor's Scripting page); `\?` and `\_` too. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  $: '$',
  '?': '?',
  _: ' ',
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

const CONTINUED = /\\\r?\n[ \t]*/y;
const HEX = /\\([0-9A-F]{2})/y;
const OF_STRING = /[^"\\\n]+/y;
const OF_WORD = /[^\s;"\\]+/y;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/** Where the scanner stands. */
export function placeOf({ at, line, lineStart }: Scanner): ExportPlace {
  return { line, column: at - lineStart + 1 };
}

/** @throws {ExportSyntaxError} */
export function fail(scanner: Scanner, message: string, place = placeOf(scanner)): never {
  throw new ExportSyntaxError(message, place);
}

/** What matches here, and the scanner behind it; null when nothing does. `pattern` is sticky and has no line break. */
export function take(scanner: Scanner, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scanner.at;
  const found = pattern.exec(scanner.text);
  if (found !== null) scanner.at += found[0].length;
  return found;
}

/** Steps over a line that goes on in the next one: a backslash at its end, then the indentation. */
export function takeContinuation(scanner: Scanner): boolean {
  const found = take(scanner, CONTINUED);
  if (found === null) return false;
  nextLine(scanner, scanner.at - found[0].length + found[0].indexOf('\n') + 1);
  return true;
}

/** Steps over one character, whatever it is. */
export function step(scanner: Scanner): void {
  const isBreak = scanner.text[scanner.at] === '\n';
  scanner.at += 1;
  if (isBreak) nextLine(scanner, scanner.at);
}

function nextLine(scanner: Scanner, start: number): void {
  scanner.line += 1;
  scanner.lineStart = start;
}

/** Blanks and continued lines, but not the end of a statement. */
export function skipBlanks(scanner: Scanner): void {
  while (take(scanner, /[ \t\r]+/y) !== null || takeContinuation(scanner));
}

/** Whether a statement ends here. */
export function atEnd({ text, at }: Scanner): boolean {
  return at >= text.length || text[at] === '\n' || text[at] === ';';
}

/**
 * A text in quotes. Exports spell every byte beyond printable ASCII as `\HH`: what is UTF-8 together becomes text.
 * @throws {ExportSyntaxError}
 */
export function readString(scanner: Scanner): string {
  const start = placeOf(scanner);
  step(scanner);
  const parts: (string | number)[] = [];
  while (scanner.text[scanner.at] !== '"') {
    if (scanner.at >= scanner.text.length) fail(scanner, 'a text begins here and no " ends it', start);
    const plain = take(scanner, OF_STRING);
    if (plain !== null) parts.push(plain[0]);
    else if (scanner.text[scanner.at] === '\n') {
      parts.push('\n');
      step(scanner);
    } else if (!takeContinuation(scanner)) parts.push(readEscape(scanner));
  }
  step(scanner);
  return textOfParts(parts);
}

/** A byte for `\HH`, a text for the others. */
function readEscape(scanner: Scanner): string | number {
  const hex = take(scanner, HEX);
  if (hex !== null) return Number.parseInt(hex[1] as string, 16);
  const letter = scanner.text[scanner.at + 1] ?? '';
  const meant = ESCAPES[letter];
  if (meant === undefined) fail(scanner, `\\${letter} stands for nothing in a text in quotes`);
  scanner.at += 2;
  return meant;
}

function textOfParts(parts: readonly (string | number)[]): string {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => (typeof part === 'number' ? [part] : [...encoder.encode(part)]));
  return textOfBytes(Uint8Array.from(bytes));
}

/** A word without quotes, up to the next blank or end; a continued line is part of it. @throws {ExportSyntaxError} */
export function readBare(scanner: Scanner): string {
  let word = '';
  for (;;) {
    const found = take(scanner, OF_WORD);
    if (found !== null) word += found[0];
    else if (!takeContinuation(scanner)) break;
    else if (word !== '' && /[ \t]/.test(scanner.text[scanner.at] ?? '')) break;
  }
  const next = scanner.text[scanner.at];
  if (next === '\\' || next === '"') fail(scanner, `${next} stands inside a word without quotes`);
  return word;
}

/**
 * `{a;b}` as RouterOS joins lists everywhere else: `a,b`. @throws {ExportSyntaxError} for code, keys and lists in lists.
 */
export function readArray(scanner: Scanner): string {
  const start = placeOf(scanner);
  step(scanner);
  const items: string[] = [];
  for (;;) {
    skipBlanks(scanner);
    const next = scanner.text[scanner.at];
    if (next === '}') break;
    if (next === undefined || next === '\n') fail(scanner, 'a list begins here and no } ends it', start);
    const item = next === '"' ? readString(scanner) : (take(scanner, /[^\s;{}[\]()"$\\=]+/y)?.[0] ?? '');
    if (item === '' || item.includes(',')) fail(scanner, 'a list holds plain texts here, without a comma');
    items.push(item);
    skipBlanks(scanner);
    if (scanner.text[scanner.at] === ';') step(scanner);
    else if (scanner.text[scanner.at] !== '}') fail(scanner, 'a list begins here and no } ends it', start);
  }
  step(scanner);
  return items.join(',');
}

/** Steps over what stands in brackets, texts and brackets inside included. @throws {ExportSyntaxError} */
export function skipBrackets(scanner: Scanner): void {
  const start = placeOf(scanner);
  const open: string[] = [];
  do {
    const next = scanner.text[scanner.at];
    if (next === undefined) fail(scanner, 'a bracket opens here and none closes it', start);
    if (next === '"') {
      readString(scanner);
      continue;
    }
    if (CLOSING[next] !== undefined) open.push(CLOSING[next]);
    else if (next === open.at(-1)) open.pop();
    step(scanner);
  } while (open.length > 0);
}

/** Steps over the rest of a statement that nobody reads. @throws {ExportSyntaxError} for one that never ends. */
export function skipStatement(scanner: Scanner): void {
  let before = ' ';
  while (!atEnd(scanner)) {
    const next = scanner.text[scanner.at] as string;
    if (takeContinuation(scanner)) continue;
    if (next === '"') readString(scanner);
    else if (CLOSING[next] !== undefined && /[\s=]/.test(before)) skipBrackets(scanner);
    else step(scanner);
    before = next;
  }
}
