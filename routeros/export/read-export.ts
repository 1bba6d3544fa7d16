import type { MenuPath, Row } from '../catalogue/menu.ts';
import {
  atEnd,
  type ExportPlace,
  ExportSyntaxError,
  fail,
  placeOf,
  readArray,
  readBare,
  readString,
  type Scanner,
  skipBlanks,
  skipBrackets,
  skipStatement,
  step,
  take,
} from './scanner.ts';

/** One `add` or `set` of an export. */
export interface ExportedRow extends ExportPlace {
  readonly command: 'add' | 'set';
  /**
   * The row that `set` is about: what `[ find … ]` asks for, or its number or name under the key `numbers`. Empty for
   * `add` and for settings.
   */
  readonly of: Row;
  /** Properties as REST spells them, with the texts that the router holds; `''` for what `!property` unsets. */
  readonly values: Row;
}

/** What could not be read, and where. */
export interface ExportFault extends ExportPlace {
  readonly file: string;
  readonly message: string;
}

/** What an export says. With faults it does not say all that is on the router. */
export interface RouterExport {
  /** `7.20.8`, from the header. */
  readonly version: string | undefined;
  /** Serial number of the board, from the header; a CHR has none. */
  readonly serial: string | undefined;
  /** The rows of the menus that were asked for, in the order of the export. */
  readonly rows: ReadonlyMap<MenuPath, readonly ExportedRow[]>;
  /** How many commands other menus have. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly faults: readonly ExportFault[];
}

interface Reading extends Scanner {
  readonly file: string;
  readonly menus: ReadonlySet<string>;
  /** The menu that commands without a path are about. */
  menu: string;
  version: string | undefined;
  serial: string | undefined;
  readonly rows: Map<MenuPath, ExportedRow[]>;
  readonly skipped: Map<string, number>;
  readonly faults: ExportFault[];
}

/** What an export is made of; any other command is a script's. */
const COMMANDS: ReadonlySet<string> = new Set(['add', 'set']);
const EXPORT_TO_FILE = 'write the file with /export file=NAME on the router, and give all of it';
const KEY = /!?[A-Za-z0-9._-]+(?==)|![A-Za-z0-9._-]+/y;
const PATH_WORD = /[a-z0-9][a-z0-9-]*(?![a-z0-9=.!_-])/y;

/**
 * Reads the text of `/export` (compact, verbose or terse, of any version): the rows of these menus, texts unquoted and
 * lines joined. Commands of other menus are counted. Nothing is executed: an expression, a variable or a command other
 * than `add` and `set` is a fault, and the next line is read all the same.
 */
export function readExport(text: string, file: string, menus: ReadonlySet<MenuPath>): RouterExport {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const reading: Reading = {
    text,
    at: start,
    line: 1,
    lineStart: start,
    file,
    menus,
    menu: '/',
    version: undefined,
    serial: undefined,
    rows: new Map(),
    skipped: new Map(),
    faults: [],
  };
  while (reading.at < text.length) {
    if (take(reading, /[ \t\r;]+/y) !== null) continue;
    if (text[reading.at] === '\n') step(reading);
    else readOrReport(reading);
  }
  const { version, serial, rows, skipped, faults } = reading;
  if (version === undefined && rows.size + skipped.size + faults.length === 0)
    faults.push({ file, line: 1, column: 1, message: 'it holds nothing that /export prints' });
  return { version, serial, rows, skipped, faults };
}

/** A statement, or a fault and the next line. */
function readOrReport(reading: Reading): void {
  try {
    readStatement(reading);
  } catch (error) {
    if (!(error instanceof ExportSyntaxError)) throw error;
    reading.faults.push({ file: reading.file, ...error.place, message: error.message });
    take(reading, /[^\n]+/y);
  }
}

function readStatement(reading: Reading): void {
  const place = placeOf(reading);
  if (reading.text[reading.at] === '[') fail(reading, `a line of the console is no export; ${EXPORT_TO_FILE}`);
  if (reading.text[reading.at] === '#') readComment(reading, (take(reading, /[^\n\r]*/y) as RegExpExecArray)[0], place);
  else if (reading.text[reading.at] === '/') readPath(reading, place);
  else readCommand(reading, reading.menu, place);
}

/** The header tells the version and the board; what could not be exported is told in a comment, too. */
function readComment(reading: Reading, comment: string, place: ExportPlace): void {
  reading.version ??= /^#.* by RouterOS (\d[^\s]*)/.exec(comment)?.[1];
  reading.serial ??= /^# serial number = ([A-Za-z0-9/+=-]{1,64})\s*$/.exec(comment)?.[1];
  const missing = /^#\s?(?:error exporting|interrupted)\s*"?(\/\S*?)?"?(?:\s|$)/i.exec(comment);
  if (missing === null) return;
  const menu = missing[1];
  if (menu === undefined || [...reading.menus].some((wanted) => `${wanted}/`.startsWith(`${menu}/`))) {
    fail(reading, `the export is not complete: ${comment.replace(/^#\s?/, '')}`, place);
  }
}

/** `/ip dns static` and `/ip/dns/static`, alone on a line or with a command behind it. */
function readPath(reading: Reading, place: ExportPlace): void {
  let path = '';
  for (;;) {
    take(reading, /[ \t]*\/?[ \t]*/y);
    if (atEnd(reading) || reading.text[reading.at] === '\r') {
      reading.menu = path === '' ? '/' : path;
      return;
    }
    const before = reading.at;
    const word = take(reading, PATH_WORD)?.[0];
    if (word === undefined || COMMANDS.has(word)) {
      reading.at = before;
      readCommand(reading, path === '' ? '/' : path, place);
      return;
    }
    path += `/${word}`;
  }
}

function readCommand(reading: Reading, menu: string, place: ExportPlace): void {
  if (menu === '/')
    fail(reading, `no menu stands before this, so nobody knows what it is about; ${EXPORT_TO_FILE}`, place);
  if (!reading.menus.has(menu)) {
    reading.skipped.set(menu, (reading.skipped.get(menu) ?? 0) + 1);
    skipStatement(reading);
    return;
  }
  const path = menu as MenuPath;
  const command = take(reading, /(add|set)(?![^\s;])/y)?.[0] as 'add' | 'set' | undefined;
  if (command === undefined) {
    const word = /\S*/.exec(reading.text.slice(reading.at, reading.at + 40))?.[0] ?? '';
    fail(reading, `${JSON.stringify(word)} is no command of an export, which holds add and set`);
  }
  const { of, values } = readArguments(reading);
  if (command === 'add' && Object.keys(of).length > 0) fail(reading, 'add is about no row that is there', place);
  const rows = reading.rows.get(path);
  const row = { command, of, values, ...place };
  if (rows === undefined) reading.rows.set(path, [row]);
  else rows.push(row);
}

function readArguments(reading: Reading): { readonly of: Row; readonly values: Row } {
  let of: Record<string, string> = {};
  const values: Record<string, string> = {};
  let stem = '';
  for (skipBlanks(reading); !atEnd(reading); skipBlanks(reading)) {
    if (reading.text[reading.at] === '[') {
      of = { ...of, ...readFind(reading) };
      continue;
    }
    const place = placeOf(reading);
    const key = take(reading, KEY)?.[0];
    if (key === undefined) {
      of['numbers'] = reading.text[reading.at] === '"' ? readString(reading) : readBare(reading);
      continue;
    }
    // `.ssid=x` behind `configuration.mode=ap` is short for `configuration.ssid=x`.
    const plain = key.replace(/^!/, '');
    const name = plain.startsWith('.') ? `${stem}${plain}` : plain;
    stem = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : stem;
    if (Object.hasOwn(values, name)) fail(reading, `${name} is there twice`, place);
    values[name] = key.startsWith('!') ? '' : readValue(reading);
  }
  return { of, values };
}

function readValue(reading: Reading): string {
  step(reading);
  skipContinued(reading);
  const next = reading.text[reading.at] ?? '';
  if (next === '[' || next === '(' || next === '$') {
    fail(reading, `${next} begins an expression; an export holds plain values`);
  }
  if (next === '{') return readArray(reading);
  if (next !== '"') return readBare(reading);
  const text = readString(reading);
  if (!/^[\s;\\\]]?$/.test(reading.text[reading.at] ?? ''))
    fail(reading, 'something stands right behind a text in quotes');
  return text;
}

/** Between `name=` and its value a line may end. */
function skipContinued(reading: Reading): void {
  if (reading.text[reading.at] === '\\') skipBlanks(reading);
}

/** `[ find default=yes ]`: what the row has to be. */
function readFind(reading: Reading): Row {
  const start = reading.at;
  const place = placeOf(reading);
  skipBrackets(reading);
  const inside = reading.text.slice(start + 1, reading.at - 1);
  const question = /^\s*find(?:\s+where)?(?:\s|$)/.exec(inside)?.[0];
  if (question === undefined) fail(reading, 'an export asks for rows with [ find … ] only', place);
  const inner: Reading = { ...reading, text: inside, at: question.length, rows: new Map() };
  const { of, values } = readArguments(inner);
  if (Object.keys(of).length > 0) fail(reading, 'this [ find … ] holds more than name=value', place);
  return values;
}
