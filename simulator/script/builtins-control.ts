import { isTrue, withElement } from './operators.ts';
import { type Outcome, type Run, ScriptError, type Step, wait } from './run.ts';
import { assignName, declareGlobal, declareLocal, readName, type Scope, scopeInside } from './scope.ts';
import type { Expression } from './syntax.ts';
import { millisecondsOf, NIL, NOTHING, numberValue, textOf, textValue, type Value } from './values.ts';

/** One use of a command of the language. */
export interface BuiltinCall {
  readonly run: Run;
  readonly scope: Scope;
  readonly given: ReadonlyMap<string, Expression>;
}

/** The longest `:delay` (armed-rollback.md §7: 0s to 7w17h2m47s). */
const LONGEST_DELAY = millisecondsOf('7w17h2m47s') ?? 0;
const DONE: Outcome = { value: NOTHING, returned: false };

/** The value of an argument; nothing when it is not given. */
export function* valueOf(call: BuiltinCall, name: string): Step<Value> {
  const expression = call.given.get(name);
  return expression === undefined ? NOTHING : yield* call.run.evaluate(call.scope, expression);
}

function required(call: BuiltinCall, name: string): Expression {
  const expression = call.given.get(name);
  if (expression === undefined) throw new ScriptError(`missing value(s) of argument(s) ${name}`);
  return expression;
}

function nameOf(call: BuiltinCall, argument: string): string {
  const expression = required(call, argument);
  return expression.kind === 'word' ? expression.text : '';
}

/** A block given as code, or code a variable holds. */
function* runBody(call: BuiltinCall, name: string, scope: Scope = call.scope): Step<Outcome> {
  const expression = call.given.get(name);
  if (expression === undefined) return DONE;
  if (expression.kind === 'code') return yield* call.run.block(scope, expression.body);
  return yield* call.run.call(yield* call.run.evaluate(scope, expression), [], new Map());
}

function* declaredValue(call: BuiltinCall): Step<Value | undefined> {
  const expression = call.given.get('value') ?? call.given.get('do');
  return expression === undefined ? undefined : yield* call.run.evaluate(call.scope, expression);
}

function* runSet(call: BuiltinCall): Step<Outcome> {
  const target = required(call, 'name');
  const value = (yield* declaredValue(call)) ?? NOTHING;
  if (target.kind === 'word') {
    if (!assignName(call.scope, target.text, value)) throw new ScriptError(`unknown variable ${target.text}`);
    return DONE;
  }
  if (target.kind !== 'binary' || target.operator !== '->' || target.left.kind !== 'variable') {
    throw new ScriptError('cannot assign to this expression');
  }
  const array = readName(call.scope, target.left.name);
  const key =
    target.right.kind === 'word' ? target.right.text : textOf(yield* call.run.evaluate(call.scope, target.right));
  assignName(call.scope, target.left.name, withElement(array, key, value));
  return DONE;
}

function* runIf(call: BuiltinCall): Step<Outcome> {
  const condition = yield* call.run.evaluate(call.scope, required(call, 'condition'));
  return yield* runBody(call, isTrue(condition) ? 'do' : 'else');
}

function* runForeach(call: BuiltinCall): Step<Outcome> {
  const values = yield* valueOf(call, 'in');
  const entries = values.type === 'array' ? values.entries : [{ key: null, value: values }];
  const isEmpty = values.type === 'nothing' || values.type === 'nil';
  const counter = nameOf(call, 'counter');
  const second = call.given.has('value-counter') ? nameOf(call, 'value-counter') : undefined;
  for (const [index, { key, value }] of isEmpty ? [] : entries.entries()) {
    yield* call.run.breathe();
    const scope = scopeInside(call.scope);
    if (second === undefined) declareLocal(scope, counter, value);
    else {
      declareLocal(scope, counter, key === null ? numberValue(index) : textValue(key));
      declareLocal(scope, second, value);
    }
    const outcome = yield* runBody(call, 'do', scope);
    if (outcome.returned) return outcome;
  }
  return DONE;
}

function* runFor(call: BuiltinCall): Step<Outcome> {
  const from = yield* numberOf(call, 'from');
  const to = yield* numberOf(call, 'to');
  const step = call.given.has('step') ? yield* numberOf(call, 'step') : from <= to ? 1 : -1;
  if (step === 0) throw new ScriptError('step must not be zero');
  for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
    yield* call.run.breathe();
    const scope = scopeInside(call.scope);
    declareLocal(scope, nameOf(call, 'counter'), numberValue(at));
    const outcome = yield* runBody(call, 'do', scope);
    if (outcome.returned) return outcome;
  }
  return DONE;
}

function* numberOf(call: BuiltinCall, name: string): Step<number> {
  const value = yield* call.run.evaluate(call.scope, required(call, name));
  const number = value.type === 'num' ? value.value : Number(textOf(value) || Number.NaN);
  if (!Number.isInteger(number)) throw new ScriptError(`invalid value for argument ${name}`);
  return number;
}

function* runWhile(call: BuiltinCall): Step<Outcome> {
  while (isTrue(yield* call.run.evaluate(call.scope, required(call, 'condition')))) {
    yield* call.run.breathe();
    const outcome = yield* runBody(call, 'do');
    if (outcome.returned) return outcome;
  }
  return DONE;
}

function* runDo(call: BuiltinCall): Step<Outcome> {
  required(call, 'command');
  try {
    for (;;) {
      const outcome = yield* runBody(call, 'command');
      if (outcome.returned || !call.given.has('while')) return outcome;
      if (!isTrue(yield* valueOf(call, 'while'))) return DONE;
      yield* call.run.breathe();
    }
  } catch (error) {
    if (!(error instanceof ScriptError) || !call.given.has('on-error')) throw error;
    return yield* runBody(call, 'on-error');
  }
}

/** `:onerror e in={…} do={…}`: the value says whether there was an error. */
function* runOnerror(call: BuiltinCall): Step<Outcome> {
  try {
    const outcome = yield* runBody(call, 'in');
    return outcome.returned ? outcome : { value: { type: 'bool', value: false }, returned: false };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    const scope = scopeInside(call.scope);
    declareLocal(scope, nameOf(call, 'error'), textValue(error.text));
    const outcome = yield* runBody(call, 'do', scope);
    return outcome.returned ? outcome : { value: { type: 'bool', value: true }, returned: false };
  }
}

function* runDelay(call: BuiltinCall): Step<Outcome> {
  const value = call.given.has('delay-time') ? yield* valueOf(call, 'delay-time') : numberValue(1);
  const milliseconds =
    value.type === 'num' ? value.value * 1000 : value.type === 'time' ? value.value : delayText(value);
  if (milliseconds === undefined) throw new ScriptError('invalid time value for argument delay-time');
  if (milliseconds < 0 || milliseconds > LONGEST_DELAY) {
    throw new ScriptError('value of delay-time out of range (00:00:00..7w17:02:47)');
  }
  yield* wait(call.run.clock.sleep(milliseconds, call.run.signal));
  return DONE;
}

function delayText(value: Value): number | undefined {
  const text = textOf(value);
  return /^\d+$/.test(text) ? Number(text) * 1000 : millisecondsOf(text);
}

/** The commands that steer a script. */
export const CONTROL: Readonly<Record<string, (call: BuiltinCall) => Step<Outcome>>> = {
  *local(call) {
    declareLocal(call.scope, nameOf(call, 'name'), (yield* declaredValue(call)) ?? NIL);
    return DONE;
  },
  *global(call) {
    declareGlobal(call.scope, nameOf(call, 'name'), yield* declaredValue(call));
    return DONE;
  },
  set: runSet,
  if: runIf,
  foreach: runForeach,
  for: runFor,
  while: runWhile,
  do: runDo,
  onerror: runOnerror,
  delay: runDelay,
  *return(call) {
    return { value: yield* valueOf(call, 'value'), returned: true };
  },
  *error(call) {
    throw new ScriptError(textOf(yield* valueOf(call, 'message')));
  },
};
