import { Cursor } from './cursor.ts';
import {
  codeReader,
  type CommandTree,
  readArgument,
  readBraces,
  type Reading,
  takeArgumentName,
} from './parse-arguments.ts';
import { readBuiltin } from './parse-builtin.ts';
import { readParenthesis, readValue } from './parse-expression.ts';
import { readMenuLine } from './parse-menu.ts';
import type { Argument, Block, Position, Statement } from './syntax.ts';

/**
 * Reads a whole script as the router would.
 * @throws {ScriptSyntaxError} and nothing else, whatever the text.
 */
export function parseScript(source: string, tree: CommandTree): Block {
  const reading: Reading = {
    cursor: new Cursor(source),
    tree,
    block: (closing, menu) => readBlock(reading, closing, menu),
  };
  return readBlock(reading, '', '');
}

function readBlock(reading: Reading, closing: '' | ']' | '}', menu: string): Block {
  const { cursor } = reading;
  return cursor.nested(() => {
    const statements: Statement[] = [];
    let current = menu;
    for (;;) {
      do cursor.skipSpace();
      while (cursor.take(/;/y) !== '');
      if (cursor.atEnd || cursor.peek() === closing) return { statements };
      const read = readStatement(reading, current);
      if (typeof read === 'string') current = read;
      else statements.push(read);
      cursor.skipBlanks();
      if (!cursor.atEnd && cursor.peek() !== closing && !/[;\r\n#]/.test(cursor.peek())) {
        cursor.fail('expected end of command');
      }
    }
  });
}

/** @returns a path when the line only changes the menu for the lines after it. */
function readStatement(reading: Reading, menu: string): Statement | string {
  const { cursor } = reading;
  const at = cursor.position();
  switch (cursor.peek()) {
    case ':':
      cursor.offset++;
      return readBuiltin(reading, cursor.take(/[A-Za-z][A-Za-z0-9-]*/y), menu);
    case '{':
      return { kind: 'block', at, body: readBraces(reading, menu).body };
    case '$':
    case '[':
      return readCall(reading, at, menu);
    case '(':
      return { kind: 'expression', at, value: readParenthesis(cursor, codeReader(reading, menu), 'words') };
    case '/':
      cursor.offset++;
      return readMenuLine(reading, at, '');
    default:
      return readMenuLine(reading, at, menu);
  }
}

function readCall(reading: Reading, at: Position, menu: string): Statement {
  const { cursor } = reading;
  const callee = readValue(cursor, codeReader(reading, menu));
  const given: Argument[] = [];
  for (cursor.skipBlanks(); !cursor.atCommandEnd; cursor.skipBlanks()) {
    const name = takeArgumentName(cursor);
    given.push({ name, value: readArgument(reading, menu, name) });
  }
  return { kind: 'call', at, callee, arguments: given };
}
