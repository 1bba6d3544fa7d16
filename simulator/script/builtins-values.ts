import { ConsoleFailure, type Properties } from '../model/console.ts';
import { bytesOfText, textOfBytes } from '../model/bytes.ts';
import { type BuiltinCall, valueOf } from './builtins-control.ts';
import { dumpBlock } from './dump.ts';
import { equal } from './operators.ts';
import { parseScript } from './parse.ts';
import { ScriptError, type Step, wait } from './run.ts';
import { ScriptSyntaxError } from './syntax.ts';
import { arrayValue, NIL, NOTHING, numberValue, textOf, textValue, type Value, valueOfWord } from './values.ts';

/** What `:put` prints; code shows what the router made of it. */
export function printedTextOf(value: Value): string {
  return value.type === 'code' ? value.dump : textOf(value);
}

function* put(call: BuiltinCall): Step<Value> {
  call.run.put(printedTextOf(yield* valueOf(call, 'message')));
  return NOTHING;
}

function* log(call: BuiltinCall): Step<Value> {
  const topic = textOf(yield* valueOf(call, 'topic'));
  if (!['debug', 'info', 'warning', 'error'].includes(topic)) throw new ScriptError(`bad command name ${topic}`);
  call.run.console.log(`script,${topic}`, textOf(yield* valueOf(call, 'message')));
  return NOTHING;
}

/** Bytes, not letters: a string is bytes (routeros-rest.md §1.2). */
function* len(call: BuiltinCall): Step<Value> {
  const value = yield* valueOf(call, 'value');
  return numberValue(value.type === 'array' ? value.entries.length : bytesOfText(textOf(value)).length);
}

function* pick(call: BuiltinCall): Step<Value> {
  const from = yield* valueOf(call, 'counter');
  const begin = Number(textOf(yield* valueOf(call, 'begin')));
  const hasEnd = call.given.has('end');
  const end = hasEnd ? Number(textOf(yield* valueOf(call, 'end'))) : begin + 1;
  if (from.type !== 'array')
    return textValue(textOfBytes(bytesOfText(textOf(from)).subarray(begin, Math.max(begin, end))));
  const entries = from.entries.slice(begin, Math.max(begin, end));
  return hasEnd ? arrayValue(entries) : (entries[0]?.value ?? NOTHING);
}

/** The first position after `from`; nil when there is none. */
function* find(call: BuiltinCall): Step<Value> {
  const within = yield* valueOf(call, 'in');
  const key = yield* valueOf(call, 'key');
  const after = call.given.has('from') ? Number(textOf(yield* valueOf(call, 'from'))) : -1;
  if (within.type !== 'array') {
    const position = bytesOfText(textOf(within)).indexOf(bytesOfText(textOf(key)), after + 1);
    return position < 0 ? NIL : numberValue(position);
  }
  const position = within.entries.findIndex((entry, index) => index > after && equal(entry.value, key));
  const name = within.entries[position]?.key;
  if (position < 0) return NIL;
  return name === null || name === undefined ? numberValue(position) : textValue(name);
}

function* tonum(call: BuiltinCall): Step<Value> {
  const value = yield* valueOf(call, 'value');
  if (value.type === 'num') return value;
  if (value.type === 'time') return numberValue(Math.trunc(value.value / 1000));
  const read = valueOfWord(textOf(value));
  return read.type === 'num' ? read : NIL;
}

function* toarray(call: BuiltinCall): Step<Value> {
  const value = yield* valueOf(call, 'value');
  if (value.type === 'array') return value;
  const text = textOf(value);
  if (value.type !== 'str') return arrayValue(text === '' ? [] : [{ key: null, value }]);
  return arrayValue(text === '' ? [] : text.split(',').map((part) => ({ key: null, value: valueOfWord(part) })));
}

function* resolve(call: BuiltinCall): Step<Value> {
  const query: Properties = {};
  for (const name of call.given.keys()) query[name] = textOf(yield* valueOf(call, name));
  try {
    const answer = yield* wait(call.run.console.command('/resolve', query, call.run.caller));
    return valueOfWord(typeof answer === 'string' ? answer : (Object.values(answer[0] ?? {})[0] ?? ''));
  } catch (error) {
    throw error instanceof ConsoleFailure ? new ScriptError(error.message) : error;
  }
}

/** Never fails: what is wrong with the text is text (armed-rollback.md §3). */
function* parse(call: BuiltinCall): Step<Value> {
  const source = textOf(yield* valueOf(call, 'value'));
  try {
    const body = parseScript(source, call.run.console);
    return { type: 'code', body, dump: dumpBlock(body) };
  } catch (error) {
    if (error instanceof ScriptSyntaxError) return textValue(error.message);
    throw error;
  }
}

function* time(call: BuiltinCall): Step<Value> {
  const started = call.run.clock.now();
  const body = call.given.get('command');
  if (body?.kind === 'code') yield* call.run.block(call.scope, body.body);
  return { type: 'time', value: call.run.clock.now() - started };
}

/** The commands that print or compute. */
export const FUNCTIONS: Readonly<Record<string, (call: BuiltinCall) => Step<Value>>> = {
  put,
  log,
  len,
  pick,
  find,
  *tostr(call) {
    return textValue(textOf(yield* valueOf(call, 'value')));
  },
  tonum,
  toarray,
  *typeof(call) {
    return textValue((yield* valueOf(call, 'value')).type);
  },
  // oxlint-disable-next-line require-yield
  *nothing() {
    return NOTHING;
  },
  resolve,
  parse,
  time,
};
