import { builtinShape } from './builtins.ts';
import {
  badCommandName,
  badParameter,
  codeReader,
  readArgument,
  readBraces,
  readCodeArgument,
  type Reading,
  takeArgumentName,
} from './parse-arguments.ts';
import { readBuiltin } from './parse-builtin.ts';
import { readConditions } from './parse-expression.ts';
import type { Argument, Expression, Position, Statement } from './syntax.ts';

const WORD = /[A-Za-z0-9][A-Za-z0-9-]*/y;
/** A word that is not the beginning of something longer, such as `name=` or `10.0.0.1`. */
const BARE_WORD = /[A-Za-z0-9][A-Za-z0-9-]*(?![A-Za-z0-9_.=~<>!:$"([{%*@+,-])/y;
const LOG_COMMAND = /log[ \t/]+(?=(debug|info|warning|error)(?![A-Za-z0-9_-]))/y;
const WHERE = /where(?![A-Za-z0-9_=-])/y;
const UNSET = /![A-Za-z][A-Za-z0-9._-]*(?=[\s;})\]]|$)/y;

/** Arguments every command takes besides what the tree lists for it. */
const COMMON_NAMES: ReadonlySet<string> = new Set(['numbers', 'number', '.id', 'value-name']);
const PRINT_FLAGS: ReadonlySet<string> = new Set([
  'as-value',
  'brief',
  'count-only',
  'detail',
  'show-ids',
  'terse',
  'without-paging',
]);
/** Their first unnamed argument is always a row, even when it is spelt like an argument. */
const TAKES_ROWS: ReadonlySet<string> = new Set(['set', 'remove', 'enable', 'disable', 'move', 'unset', 'get', 'run']);

/** How many unnamed arguments a list menu's command takes; of what is not listed here nothing is known. */
const MOST_UNNAMED: Readonly<Record<string, number>> = {
  add: 0,
  print: 0,
  set: 1,
  remove: 1,
  enable: 1,
  disable: 1,
  run: 1,
  move: 2,
  unset: 2,
  get: 2,
};

/** Words of the tree that hold menus without being one. */
const DIRECTORIES: ReadonlySet<string> = new Set([
  '',
  '/ip',
  '/ip/firewall',
  '/ipv6',
  '/ipv6/firewall',
  '/routing',
  '/system',
  '/tool',
]);

/**
 * `/ip dns static add …`, `/ip/dns/static/add …`, `../x print`, relative to `menu`; where the path ends and the command
 * begins, the command tree tells.
 * @returns a path when the line only changes the menu for the lines after it.
 */
export function readMenuLine(reading: Reading, at: Position, menu: string): Statement | string {
  const { cursor, tree } = reading;
  const start = cursor.offset;
  if (cursor.take(LOG_COMMAND) !== '') return readBuiltin(reading, 'log', menu);
  let path = menu;
  while (cursor.take(/\.\.\/?/y) !== '') {
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    cursor.skipBlanks();
  }
  for (let first = true; ; first = false) {
    const wordStart = cursor.offset;
    const word = cursor.take(first ? WORD : BARE_WORD);
    if (word === '') break;
    if (tree.arguments(path === '' ? '/' : path, word) !== undefined) return readMenuCommand(reading, at, path, word);
    const next = `${path}/${word}`;
    const isMenu = tree.menu(next) !== undefined;
    if (first && path === menu && !isMenu && cursor.peek() !== '/' && builtinShape(word, tree.version) !== undefined) {
      return readBuiltin(reading, word, menu);
    }
    if (!isMenu && tree.menu(path) !== undefined) return badCommandName(reading, word, wordStart);
    path = next;
    if (cursor.take(/\//y) === '') cursor.skipBlanks();
  }
  if (!DIRECTORIES.has(path) && tree.menu(path) === undefined) {
    const word = cursor.text.slice(start).match(/^[A-Za-z0-9-]*/)?.[0] ?? '';
    return badCommandName(reading, word, start);
  }
  if (cursor.offset === start && path === menu && menu !== '') cursor.fail('syntax error');
  if (cursor.peek() === '{') return { kind: 'block', at, body: readBraces(reading, path).body };
  return cursor.atCommandEnd ? path : cursor.fail('expected end of command');
}

function readMenuCommand(reading: Reading, at: Position, path: string, command: string): Statement {
  const { cursor, tree } = reading;
  const known = tree.arguments(path === '' ? '/' : path, command) ?? COMMON_NAMES;
  const given: Argument[] = [];
  const flags = new Set<string>();
  let where: Expression | null = null;
  let fault: Statement | null = null;
  const isSettings = tree.menu(path)?.shape === 'settings';
  let unnamed = (MOST_UNNAMED[command] ?? Number.POSITIVE_INFINITY) - (isSettings ? 1 : 0);
  cursor.skipBlanks();
  if (command === 'find' && cursor.look(WHERE) === '') where = readConditions(cursor, codeReader(reading, path));
  for (; !cursor.atCommandEnd; cursor.skipBlanks()) {
    if (cursor.take(WHERE) !== '') {
      where = readConditions(cursor, codeReader(reading, path)) ?? cursor.fail('missing value for where');
      continue;
    }
    const unset = cursor.take(UNSET);
    if (unset !== '') {
      given.push({ name: unset, value: { kind: 'word', text: '' } });
      continue;
    }
    const name = takeArgumentName(cursor);
    if (name !== null && !known.has(name) && !COMMON_NAMES.has(name)) {
      fault ??= badParameter(reading, name, at, `${path}/${command}`);
    }
    if (name === null && (!TAKES_ROWS.has(command) || given.length > 0)) {
      const word = cursor.look(BARE_WORD);
      if (known.has(word) || (command === 'print' && PRINT_FLAGS.has(word))) {
        cursor.offset += word.length;
        flags.add(word);
        continue;
      }
    }
    if (name === null && --unnamed < 0) cursor.fail('expected end of command');
    const read = cursor.peek() === '{' ? readCodeArgument : readArgument;
    given.push({ name, value: read(reading, path, name) });
  }
  return fault ?? { kind: 'menu', at, path, command, arguments: given, flags, where };
}
