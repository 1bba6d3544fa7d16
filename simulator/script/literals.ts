import { asLetters, rawByte } from '../model/bytes.ts';
import type { Cursor } from './cursor.ts';
import type { Expression, StringPart } from './syntax.ts';

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

const JOINED_LINE = /\\(\r\n|\n|\r)[ \t]*/y;
const HEX_ESCAPE = /\\[0-9A-F]{2}/y;
/** Names with other characters stand in quotes: `$my_name` is `$my` and `_name` (vendor's Scripting page). */
export const VARIABLE_NAME = /[A-Za-z0-9]+/y;

interface Readers {
  readonly expression: (cursor: Cursor) => Expression;
  readonly substitution: (cursor: Cursor) => Expression;
}

/**
 * A quoted string from its opening quote on. `$name`, `$(…)` and `$[…]` inside it are expanded when it is evaluated;
 * an undeclared variable then is empty (routeros-rest.md §4).
 */
export function readString(cursor: Cursor, readers: Readers): Expression {
  const start = cursor.offset;
  cursor.expect('"', 'syntax error');
  const parts: StringPart[] = [];
  let text = '';
  while (cursor.peek() !== '"') {
    if (cursor.atEnd) cursor.fail('missing closing quote', start);
    if (cursor.peek() === '\\') text += readEscape(cursor);
    else if (cursor.peek() === '$') {
      if (text !== '') parts.push(asLetters(text));
      text = '';
      parts.push(readExpansion(cursor, readers));
    } else text += cursor.take(/[^"\\$]+/y);
  }
  cursor.offset++;
  if (text !== '') parts.push(asLetters(text));
  return { kind: 'string', parts };
}

function readEscape(cursor: Cursor): string {
  if (cursor.take(JOINED_LINE) !== '') return '';
  const hex = cursor.take(HEX_ESCAPE);
  // A byte, of a letter in UTF-8 for instance (exports have it so: `\D0\A0`).
  if (hex !== '') return rawByte(Number.parseInt(hex.slice(1), 16));
  const escaped = ESCAPES[cursor.peek(1)];
  if (escaped === undefined) cursor.fail('syntax error', cursor.offset + 1);
  cursor.offset += 2;
  return escaped;
}

function readExpansion(cursor: Cursor, readers: Readers): Expression {
  if (cursor.peek(1) === '(') {
    cursor.offset++;
    return readers.expression(cursor);
  }
  if (cursor.peek(1) === '[') {
    cursor.offset++;
    return readers.substitution(cursor);
  }
  return readVariable(cursor);
}

/** `$name` or `$"any name"`. */
export function readVariable(cursor: Cursor): Expression {
  cursor.expect('$', 'syntax error');
  if (cursor.peek() === '"') return { kind: 'variable', name: readQuotedName(cursor) };
  const name = cursor.take(VARIABLE_NAME);
  if (name === '') cursor.fail('syntax error');
  return { kind: 'variable', name };
}

/** The name in `:local "my name"` and `$"my name"`. */
export function readQuotedName(cursor: Cursor): string {
  cursor.expect('"', 'syntax error');
  const name = cursor.take(/[^"\\$\r\n]*/y);
  cursor.expect('"', 'syntax error');
  return name;
}
