import type { Cursor } from './cursor.ts';
import { readString, readVariable } from './literals.ts';
import type { ArrayEntry, BinaryOperator, Block, Expression } from './syntax.ts';

/** How `[…]` and `{…}` code is read; the statement parser gives it, because menus decide how a command reads. */
export interface CodeReader {
  /** From behind the opening bracket up to and without `closing`. */
  readonly block: (cursor: Cursor, closing: ']' | '}') => Block;
}

/** How a bare word at the left of a condition reads: inside `where` it names a property of the row. */
export type Wording = 'words' | 'properties';

const COMPARISONS: readonly BinaryOperator[] = ['!=', '<=', '>=', '=', '<', '>', '~', 'in'];

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  [','],
  ['or'],
  ['and'],
  COMPARISONS,
  ['.'],
  ['+', '-'],
  ['*', '/', '%'],
  ['->'],
];

const OPERATOR_SPELLINGS: readonly (readonly [string, BinaryOperator])[] = [
  ['->', '->'],
  ['||', 'or'],
  ['&&', 'and'],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  [',', ','],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
  ['~', '~'],
  ['.', '.'],
  ['+', '+'],
  ['-', '-'],
  ['*', '*'],
  ['/', '/'],
  ['%', '%'],
];

const WORD_OPERATOR = /(or|and|in)(?![A-Za-z0-9_-])/y;

/** Operands that hold operator characters: prefixes, addresses, times, ids, numbers, names. */
const OPERAND_WORDS: readonly RegExp[] = [
  /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(\/\d{1,2})?/y,
  /(\d+w)?(\d+d)?\d+:\d+(:\d+(\.\d+)?)?(?![0-9A-Fa-f:])/y,
  /(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:.]+(\/\d{1,3})?/y,
  /\*[0-9A-Fa-f]+/y,
  /\d[A-Za-z0-9]*/y,
  /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*/y,
];

/** Everything up to the next character that ends a value outside brackets. */
const VALUE_WORD = /[^\s;()[\]{}"$]+/y;
/** Inside `{1;a=2}` and conditions `=` ends a word as well. */
const ELEMENT_WORD = /[^\s;()[\]{}"$=]+/y;
const CONDITION_WORD = /[^\s;()[\]{}"$=<>~&|!]+/y;

/** `( … )`, from the opening parenthesis on. */
export function readParenthesis(cursor: Cursor, code: CodeReader, wording: Wording): Expression {
  return cursor.nested(() => {
    cursor.expect('(', 'syntax error');
    cursor.skipSpace();
    const value = readLevel(cursor, code, wording, 0);
    cursor.skipSpace();
    cursor.expect(')', 'missing closing parenthesis');
    return value;
  });
}

function readLevel(cursor: Cursor, code: CodeReader, wording: Wording, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return readOperand(cursor, code, wording);
  let left = readLevel(cursor, code, wording, level + 1);
  for (;;) {
    cursor.skipSpace();
    const operator = takeOperator(cursor, operators);
    if (operator === undefined) return left;
    cursor.skipSpace();
    const rightWording = COMPARISONS.includes(operator) ? 'words' : wording;
    left = { kind: 'binary', operator, left, right: readLevel(cursor, code, rightWording, level + 1) };
  }
}

function takeOperator(cursor: Cursor, wanted: readonly BinaryOperator[]): BinaryOperator | undefined {
  const word = cursor.look(WORD_OPERATOR);
  const [spelling, operator] =
    word === ''
      ? (OPERATOR_SPELLINGS.find(([text]) => cursor.startsWith(text)) ?? ['', undefined])
      : ([word, word as BinaryOperator] as const);
  if (operator === undefined || !wanted.includes(operator)) return undefined;
  cursor.offset += spelling.length;
  return operator;
}

function readOperand(cursor: Cursor, code: CodeReader, wording: Wording): Expression {
  const negation = cursor.take(/!(?!=)|not(?![A-Za-z0-9_-])|-/y);
  if (negation !== '') {
    cursor.skipSpace();
    const operator = negation === '-' ? '-' : '!';
    return cursor.nested(() => ({ kind: 'unary', operator, operand: readOperand(cursor, code, wording) }));
  }
  const enclosed = readEnclosed(cursor, code, wording);
  if (enclosed !== undefined) return enclosed;
  for (const pattern of OPERAND_WORDS) {
    const text = cursor.take(pattern);
    if (text === '') continue;
    return wording === 'properties' && /^[a-z.]/i.test(text)
      ? { kind: 'property', name: text }
      : { kind: 'word', text };
  }
  return cursor.fail('syntax error');
}

/** Operands that carry their own brackets or quotes. */
function readEnclosed(cursor: Cursor, code: CodeReader, wording: Wording): Expression | undefined {
  switch (cursor.peek()) {
    case '"':
      return readQuoted(cursor, code);
    case '$':
      return readVariable(cursor);
    case '(':
      return readParenthesis(cursor, code, wording);
    case '[':
      return readSubstitution(cursor, code);
    case '{':
      return readArray(cursor, code);
    default:
      return undefined;
  }
}

function readQuoted(cursor: Cursor, code: CodeReader): Expression {
  return readString(cursor, {
    expression: (inner) => readParenthesis(inner, code, 'words'),
    substitution: (inner) => readSubstitution(inner, code),
  });
}

function readSubstitution(cursor: Cursor, code: CodeReader): Expression {
  return cursor.nested(() => {
    cursor.expect('[', 'syntax error');
    const body = code.block(cursor, ']');
    cursor.expect(']', 'missing closing bracket');
    return { kind: 'substitution', body };
  });
}

/** `{1;2;"a"=3}`; an empty one is no array but a syntax error. */
function readArray(cursor: Cursor, code: CodeReader): Expression {
  return cursor.nested(() => {
    cursor.expect('{', 'syntax error');
    const entries: ArrayEntry[] = [];
    for (;;) {
      cursor.skipSpace();
      if (cursor.peek() === '}' && entries.length > 0) break;
      const first = readPlainValue(cursor, code, ELEMENT_WORD);
      cursor.skipBlanks();
      if (cursor.peek() === '=') {
        cursor.offset++;
        cursor.skipBlanks();
        entries.push({ key: first, value: readPlainValue(cursor, code, ELEMENT_WORD) });
      } else entries.push({ key: null, value: first });
      cursor.skipSpace();
      if (cursor.peek() !== ';') break;
      cursor.offset++;
    }
    cursor.expect('}', 'missing closing brace');
    return { kind: 'array', entries };
  });
}

function readPlainValue(cursor: Cursor, code: CodeReader, word: RegExp): Expression {
  const enclosed = readEnclosed(cursor, code, 'words');
  if (enclosed !== undefined) return enclosed;
  const text = cursor.take(word);
  return text === '' ? cursor.fail('syntax error') : { kind: 'word', text };
}

/** The value of an argument, outside parentheses. `{…}` is an array here. */
export function readValue(cursor: Cursor, code: CodeReader): Expression {
  return readPlainValue(cursor, code, VALUE_WORD);
}

/**
 * The conditions behind `where` or `find`, up to the end of the command: conditions side by side all have to hold.
 */
export function readConditions(cursor: Cursor, code: CodeReader): Expression | null {
  cursor.skipBlanks();
  if (cursor.atCommandEnd) return null;
  return readAlternatives(cursor, code);
}

function readAlternatives(cursor: Cursor, code: CodeReader): Expression {
  let left = readConjunction(cursor, code);
  while (takeCondition(cursor, 'or'))
    left = { kind: 'binary', operator: 'or', left, right: readConjunction(cursor, code) };
  return left;
}

function readConjunction(cursor: Cursor, code: CodeReader): Expression {
  let left = readCondition(cursor, code);
  for (;;) {
    if (!takeCondition(cursor, 'and') && (cursor.atCommandEnd || cursor.look(/or(?![A-Za-z0-9_-])|\|\|/y) !== ''))
      return left;
    left = { kind: 'binary', operator: 'and', left, right: readCondition(cursor, code) };
  }
}

function takeCondition(cursor: Cursor, operator: 'and' | 'or'): boolean {
  cursor.skipBlanks();
  if (cursor.take(operator === 'and' ? /and(?![A-Za-z0-9_-])|&&/y : /or(?![A-Za-z0-9_-])|\|\|/y) === '') return false;
  cursor.skipBlanks();
  return true;
}

function readCondition(cursor: Cursor, code: CodeReader): Expression {
  if (cursor.take(/!(?!=)|not(?![A-Za-z0-9_-])/y) !== '') {
    cursor.skipBlanks();
    return cursor.nested(() => ({ kind: 'unary', operator: '!', operand: readCondition(cursor, code) }));
  }
  const enclosed = readEnclosed(cursor, code, 'properties');
  const left = enclosed ?? readPropertyName(cursor);
  cursor.skipBlanks();
  const operator = takeOperator(cursor, COMPARISONS);
  if (operator === undefined) return left;
  cursor.skipBlanks();
  const right = readEnclosed(cursor, code, 'properties') ?? { kind: 'word', text: cursor.take(VALUE_WORD) };
  return { kind: 'binary', operator, left, right };
}

function readPropertyName(cursor: Cursor): Expression {
  const name = cursor.take(CONDITION_WORD);
  return name === '' ? cursor.fail('syntax error') : { kind: 'property', name };
}
