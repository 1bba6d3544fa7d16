import { builtinShape } from './builtins.ts';
import { readQuotedName, VARIABLE_NAME } from './literals.ts';
import {
  badCommandName,
  badParameter,
  codeReader,
  readArgument,
  readCodeArgument,
  type Reading,
  takeArgumentName,
} from './parse-arguments.ts';
import { readParenthesis } from './parse-expression.ts';
import type { Argument, Expression, Statement } from './syntax.ts';

const NAMES_A_VARIABLE: ReadonlySet<string> = new Set(['local', 'global', 'set', 'foreach', 'for', 'onerror']);

/** A command of the language, from behind its name on. */
export function readBuiltin(reading: Reading, name: string, menu: string): Statement {
  const { cursor, tree } = reading;
  const start = cursor.offset - name.length;
  const at = cursor.position(start);
  const shape = builtinShape(name, tree.version);
  if (shape === undefined) return badCommandName(reading, name, start);
  const given: Argument[] = [];
  let unnamed = 0;
  let fault: Statement | null = null;
  for (cursor.skipBlanks(); !cursor.atCommandEnd; cursor.skipBlanks()) {
    const word = takeArgumentName(cursor);
    if (word !== null && !shape.named.includes(word)) fault ??= badParameter(reading, word, at, `/${name}`);
    const argument = word ?? shape.unnamed[unnamed++] ?? cursor.fail('expected end of command');
    if (word === null && argument === shape.unnamed[0] && NAMES_A_VARIABLE.has(name)) {
      given.push({ name: argument, value: readTarget(reading, name, menu) });
      if (name === 'foreach') readSecondCounter(reading, given);
    } else if (shape.code.includes(argument)) {
      given.push({ name: argument, value: readCodeArgument(reading, menu, word) });
    } else {
      given.push({ name: argument, value: readArgument(reading, menu, word) });
    }
  }
  return fault ?? { kind: 'builtin', at, name, arguments: given };
}

/** What `:local`, `:set` and the loops name: `x`, `"my name"`, for `:set` also `($array->"key")`. */
function readTarget(reading: Reading, command: string, menu: string): Expression {
  const { cursor } = reading;
  if (cursor.peek() === '"') return { kind: 'word', text: readQuotedName(cursor) };
  if (command === 'set' && cursor.peek() === '(') return readParenthesis(cursor, codeReader(reading, menu), 'words');
  if (command === 'set' && cursor.peek() === '$') cursor.offset++;
  const text = cursor.take(VARIABLE_NAME);
  return text === '' ? cursor.fail('syntax error') : { kind: 'word', text };
}

/** `:foreach key,value in=…` */
function readSecondCounter(reading: Reading, given: Argument[]): void {
  const { cursor } = reading;
  if (cursor.take(/[ \t]*,[ \t]*/y) === '') return;
  const text = cursor.take(VARIABLE_NAME);
  if (text === '') cursor.fail('syntax error');
  given.push({ name: 'value-counter', value: { kind: 'word', text } });
}
