import { ConsoleFailure, type Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import { holds } from './evaluate.ts';
import { type Run, ScriptError, type Step, wait } from './run.ts';
import { isCaptured, type Scope, scopeOnRow } from './scope.ts';
import type { Argument, Expression, MenuStatement } from './syntax.ts';
import {
  argumentTextOf,
  arrayValue,
  NOTHING,
  numberValue,
  textOf,
  textValue,
  type Value,
  valueOfProperty,
} from './values.ts';

/** One use of a menu's command. */
interface MenuCall {
  readonly run: Run;
  readonly scope: Scope;
  readonly statement: MenuStatement;
  readonly path: string;
}

/** The unnamed argument of commands that work on no row. */
const UNNAMED: Readonly<Record<string, string>> = {
  '/tool/ping': 'address',
  '/ping': 'address',
  '/tool/traceroute': 'address',
  '/resolve': 'domain-name',
  '/import': 'file-name',
  '/execute': 'script',
};

/** Runs one command of a menu; its value is what `[…]` around it gives. @throws {ScriptError} */
export function* runMenuCommand(run: Run, scope: Scope, statement: MenuStatement): Step<Value> {
  const call: MenuCall = { run, scope, statement, path: statement.path };
  try {
    return yield* dispatch(call);
  } catch (error) {
    const command = `${statement.path}/${statement.command}`;
    if (error instanceof ConsoleFailure) throw consoleError(error, command, statement.at.line);
    if (!(error instanceof ScriptError) || error.command !== null) throw error;
    throw new ScriptError(error.message, command, statement.at.line);
  }
}

/** `input does not match any value of interface (/ip/address/add (interface); line 1)` (routeros-rest.md §2.6). */
function consoleError(failure: ConsoleFailure, command: string, line: number): ScriptError {
  if (failure.status === 404) return new ScriptError('no such item', command, line);
  const missing = /^missing =(.+)=$/.exec(failure.message)?.[1];
  if (missing !== undefined) return new ScriptError(`missing value(s) of argument(s) ${missing}`, command, line);
  const argument = /\b(?:argument|value of|value for argument) ([a-z][a-z0-9.-]*)/.exec(failure.message)?.[1];
  return new ScriptError(failure.message, argument === undefined ? command : `${command} (${argument})`, line);
}

function* dispatch(call: MenuCall): Step<Value> {
  const { run, path, statement } = call;
  const menu = run.console.menu(path);
  const isSettings = menu?.shape === 'settings';
  const place = `${path}/${statement.command}`;
  if (place === '/system/script/run') {
    yield* wait(run.startScript(textOf(yield* rowArgument(call))));
    return NOTHING;
  }
  switch (menu === undefined ? '' : statement.command) {
    case 'find':
      return yield* findRows(call);
    case 'print':
      return yield* print(call);
    case 'get':
      return yield* get(call, isSettings);
    case 'add':
      run.work('written', 1);
      return textValue(run.console.add(path, yield* properties(call, []), run.caller));
    case 'set':
      return yield* setRows(call, isSettings, yield* properties(call, ['numbers', '.id']));
    case 'unset':
      return yield* unset(call);
    case 'enable':
      return yield* setRows(call, false, { disabled: 'no' });
    case 'disable':
      return yield* setRows(call, false, { disabled: 'yes' });
    case 'remove':
      for (const id of yield* rowIds(call)) {
        run.work('written', 1);
        run.console.remove(path, id, run.caller);
      }
      return NOTHING;
    case 'move':
      return yield* move(call);
    default:
      return yield* runOther(call, place);
  }
}

function* text(call: MenuCall, expression: Expression): Step<string> {
  if (expression.kind === 'word') return expression.text;
  if (expression.kind === 'code') return expression.source;
  return argumentTextOf(yield* call.run.evaluate(call.scope, expression));
}

/** Named arguments as the menu takes them; `!name` clears a property. */
function* properties(call: MenuCall, without: readonly string[]): Step<Properties> {
  const taken: Properties = {};
  for (const { name, value } of call.statement.arguments) {
    if (name !== null && !without.includes(name)) taken[name] = yield* text(call, value);
  }
  for (const flag of call.statement.flags) taken[flag] = 'yes';
  return taken;
}

function unnamed(call: MenuCall): readonly Argument[] {
  return call.statement.arguments.filter((argument) => argument.name === null);
}

function* rowArgument(call: MenuCall): Step<Value> {
  const named = call.statement.arguments.find(({ name }) => name === 'numbers' || name === 'number' || name === '.id');
  const given = named ?? unnamed(call)[0];
  if (given === undefined) throw new ScriptError('missing value(s) of argument(s) numbers');
  if (given.value.kind === 'word') return textValue(given.value.text);
  return yield* call.run.evaluate(call.scope, given.value);
}

/** Ids of the rows a command is given: ids, names, a comma list of them, or what `[find]` found (none is no error). */
function* rowIds(call: MenuCall): Step<readonly string[]> {
  const given = yield* rowArgument(call);
  if (given.type === 'array') return given.entries.flatMap((entry) => idsOf(call, textOf(entry.value)));
  const ids = idsOf(call, textOf(given));
  if (ids.length === 0) throw new ScriptError('missing value(s) of argument(s) numbers');
  return ids;
}

/** Ids stay as they are, for the menu to refuse; names are looked up. */
function idsOf(call: MenuCall, list: string): readonly string[] {
  const items = list.split(',').filter((item) => item !== '');
  const isId = (item: string): boolean => /^\*[0-9a-f]+$/i.test(item);
  if (items.every(isId)) return items.map((item) => item.toUpperCase());
  const rows = call.run.console.rows(call.path, call.run.caller);
  return items.map((item) => {
    if (isId(item)) return item.toUpperCase();
    const id = rows.find((row) => row['name'] === item)?.['.id'];
    if (id === undefined) throw new ScriptError('no such item');
    return id;
  });
}

function* matchingRows(call: MenuCall): Step<readonly Properties[]> {
  const { run, scope, path } = call;
  const rows = run.console.rows(path, run.caller);
  run.work('read', rows.length);
  const { where } = call.statement;
  if (where === null) return rows;
  const hasProperty = propertiesOf(run, path, rows);
  const matching: Properties[] = [];
  for (const row of rows) {
    if (yield* holds(run, scopeOnRow(scope, { path, hasProperty, row }), where)) matching.push(row);
  }
  return matching;
}

/** Tells properties of a menu from other names: what its commands take or any of its rows has. */
function propertiesOf(run: Run, path: string, rows: readonly Properties[]): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const isArgument = ['add', 'set'].some((command) => run.console.arguments(path, command)?.has(name) === true);
    const isProperty = isArgument || rows.some((row) => row[name] !== undefined);
    known.set(name, isProperty);
    return isProperty;
  };
}

function* findRows(call: MenuCall): Step<Value> {
  const rows = yield* matchingRows(call);
  return arrayValue(rows.map((row) => ({ key: null, value: { type: 'id', value: row['.id'] ?? '' } })));
}

function recordValue(row: Properties): Value {
  return arrayValue(Object.entries(row).map(([key, value]) => ({ key, value: valueOfProperty(value) })));
}

/** With `proplist` a row has its `.id` and what was named; public scripts read both (`->".id"` of such a print). */
function onlyNamed(row: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}

function* print(call: MenuCall): Step<Value> {
  const { run, statement } = call;
  const rows = yield* matchingRows(call);
  if (statement.flags.has('count-only')) {
    if (!isCaptured(call.scope)) run.put(String(rows.length));
    return numberValue(rows.length);
  }
  if (statement.flags.has('as-value')) {
    const given = statement.arguments.find(({ name }) => name === 'proplist');
    const named = given === undefined ? null : ['.id', ...(yield* text(call, given.value)).split(',')];
    const isProperty = propertiesOf(run, call.path, rows);
    if (named?.every((name) => name === '.id' || isProperty(name)) === false) throw refusal('noMatch', 'value-name');
    const records = rows.map((row) => ({
      key: null,
      value: recordValue(named === null ? row : onlyNamed(row, named)),
    }));
    return run.console.menu(call.path)?.shape === 'settings' ? recordValue(rows[0] ?? {}) : arrayValue(records);
  }
  for (const [index, row] of rows.entries()) {
    const shown = Object.entries(row).filter(([name]) => name !== '.id');
    run.put(`${String(index).padStart(2)} ${shown.map(([name, value]) => `${name}=${value}`).join(' ')}`);
  }
  return NOTHING;
}

function* get(call: MenuCall, isSettings: boolean): Step<Value> {
  const { run, path, statement } = call;
  const property = statement.arguments.find(({ name }) => name === 'value-name') ?? unnamed(call)[isSettings ? 0 : 1];
  const rows = run.console.rows(path, run.caller);
  run.work('read', 1);
  const [id] = isSettings ? [null] : yield* rowIds(call);
  if (id === undefined) throw new ScriptError('no such item');
  const row = id === null ? rows[0] : rows.find((candidate) => candidate['.id'] === id);
  if (row === undefined) throw new ScriptError('no such item');
  if (property === undefined) return recordValue(row);
  return valueOfProperty(row[yield* text(call, property.value)]);
}

function* setRows(call: MenuCall, isSettings: boolean, change: Properties): Step<Value> {
  const { run, path } = call;
  const ids: readonly (string | null)[] = isSettings ? [null] : yield* rowIds(call);
  run.work('written', ids.length);
  for (const id of ids) run.console.set(path, id, change, run.caller);
  return NOTHING;
}

function* unset(call: MenuCall): Step<Value> {
  const property = call.statement.arguments.find(({ name }) => name === 'value-name') ?? unnamed(call)[1];
  if (property === undefined) throw new ScriptError('missing value(s) of argument(s) value-name');
  return yield* setRows(call, false, { [`!${yield* text(call, property.value)}`]: '' });
}

function* move(call: MenuCall): Step<Value> {
  const { run, path, statement } = call;
  const target = statement.arguments.find(({ name }) => name === 'destination') ?? unnamed(call)[1];
  const before = target === undefined ? '' : yield* text(call, target.value);
  run.work('written', 1);
  run.console.move(path, yield* rowIds(call), before === '' ? null : (idsOf(call, before)[0] ?? null), run.caller);
  return NOTHING;
}

function* runOther(call: MenuCall, place: string): Step<Value> {
  const given = yield* properties(call, []);
  const [first] = unnamed(call);
  if (first !== undefined) given[UNNAMED[place] ?? 'numbers'] = yield* text(call, first.value);
  const answer = yield* wait(call.run.console.command(place, given, call.run.caller));
  if (typeof answer === 'string') return textValue(answer);
  const last = answer.at(-1);
  if (last?.['received'] !== undefined) return numberValue(Number(last['received']));
  return arrayValue(answer.map((record) => ({ key: null, value: recordValue(record) })));
}
