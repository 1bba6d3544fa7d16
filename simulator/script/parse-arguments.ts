import type { RouterConsole } from '../model/console.ts';
import type { Cursor } from './cursor.ts';
import { type CodeReader, readValue } from './parse-expression.ts';
import { type Block, type Expression, placeOf, type Position, type Statement } from './syntax.ts';

/** What of a router decides how a script reads: its command tree. */
export type CommandTree = Pick<RouterConsole, 'menu' | 'arguments' | 'version'>;

/** One script being read. */
export interface Reading {
  readonly cursor: Cursor;
  readonly tree: CommandTree;
  /** Statements up to and without the closing bracket; `menu` is the menu the first of them starts in. */
  readonly block: (closing: ']' | '}', menu: string) => Block;
}

/** Some have a slash within: `basic-rates-a/g` (command trees). */
const ARGUMENT_NAME = /[A-Za-z.][A-Za-z0-9._/-]*(?==)/y;

/** Reads code inside an expression as part of the same script, starting in `menu`. */
export function codeReader(reading: Reading, menu: string): CodeReader {
  return { block: (_cursor, closing) => reading.block(closing, menu) };
}

/** `{ code }`, with its text. */
export function readBraces(reading: Reading, menu: string): { readonly body: Block; readonly source: string } {
  const { cursor } = reading;
  cursor.expect('{', 'syntax error');
  const start = cursor.offset;
  const body = reading.block('}', menu);
  const source = cursor.text.slice(start, cursor.offset);
  cursor.expect('}', 'expected closing brace');
  return { body, source };
}

/** A name directly followed by `=`, both taken; null when the argument is unnamed. */
export function takeArgumentName(cursor: Cursor): string | null {
  const name = cursor.take(ARGUMENT_NAME);
  if (name === '') return null;
  cursor.offset++;
  return name;
}

/** The value behind `name=`, or an unnamed one; nothing behind the `=` is the empty text. */
export function readArgument(reading: Reading, menu: string, name: string | null): Expression {
  const { cursor } = reading;
  if (name !== null && (cursor.atCommandEnd || /[\s\\]/.test(cursor.peek()))) return { kind: 'word', text: '' };
  return readValue(cursor, codeReader(reading, menu));
}

/** Where the command takes code: `{…}` is a block, which may stand on the next line behind `do=`. */
export function readCodeArgument(reading: Reading, menu: string, name: string | null): Expression {
  const { cursor } = reading;
  if (cursor.look(/\s*\{/y) !== '') cursor.skipSpace();
  return cursor.peek() === '{' ? { kind: 'code', ...readBraces(reading, menu) } : readArgument(reading, menu, name);
}

/**
 * A command this version does not have. Only running it fails: `:parse` shows it as `(<%% bad command name …)`
 * (armed-rollback.md §3), so its arguments are read over.
 */
export function badCommandName(reading: Reading, word: string, start: number): Statement {
  const { cursor } = reading;
  const at = cursor.position(start);
  if (word === '') cursor.fail('syntax error', start);
  for (cursor.skipBlanks(); !cursor.atCommandEnd; cursor.skipBlanks()) {
    readCodeArgument(reading, '', takeArgumentName(cursor));
  }
  return { kind: 'fault', at, message: `bad command name ${word} ${placeOf(at)}`, command: null };
}

/**
 * A parameter the command does not have: up to 7.22 the whole script is refused, from 7.23 on the command fails when
 * it runs (armed-rollback.md §3; 7.22 is unknown and taken as before). Call it right behind the `=`.
 */
export function badParameter(reading: Reading, name: string, at: Position, command: string): Statement {
  const { cursor, tree } = reading;
  const equals = cursor.offset - 1;
  const [major, minor] = tree.version;
  if (major < 7 || (major === 7 && minor < 23)) cursor.fail('syntax error', equals);
  return { kind: 'fault', at, message: `bad parameter ${name} ${placeOf(cursor.position(equals))}`, command };
}
