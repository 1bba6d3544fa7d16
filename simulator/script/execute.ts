import { setImmediate as nextTurn } from 'node:timers/promises';
import { CONTROL } from './builtins-control.ts';
import { FUNCTIONS } from './builtins-values.ts';
import { evaluate } from './evaluate.ts';
import { runMenuCommand } from './menu-commands.ts';
import { type Outcome, type Run, type ScriptPace, ScriptError, type Step, wait } from './run.ts';
import { declareLocal, freshScope, type Scope, scopeInside } from './scope.ts';
import type { Argument, Block, BuiltinStatement, Statement } from './syntax.ts';
import { NOTHING, textValue, type Value } from './values.ts';

/** After so many statements the event loop gets a turn: two scripts, or a script and a request, interleave. */
const STATEMENTS_PER_TURN = 16;
const DEEPEST_CALL = 60;
/** Time that a script takes passes in pieces of so much: a router's clock is asked to wait often enough as it is. */
const LEAST_PAUSE_MS = 100;

/** What a run is given; the rest of {@link Run} is made here. */
export type RunSettings = Pick<Run, 'console' | 'clock' | 'caller' | 'globals' | 'signal' | 'put' | 'startScript'> & {
  readonly pace: ScriptPace;
};

/** A run that executes nothing yet. */
export function makeRun(settings: RunSettings): Run {
  let statements = 0;
  let depth = 0;
  let owed = 0;
  const { pace, ...given } = settings;
  const run: Run = {
    ...given,
    work(kind, rows) {
      owed += rows * (kind === 'read' ? pace.perRowReadMs : pace.perRowWrittenMs);
    },
    evaluate: (scope, expression) => evaluate(run, scope, expression),
    block: (scope, body) => runBlock(run, scopeInside(scope), body),
    *breathe() {
      settings.signal.throwIfAborted();
      owed += pace.perStatementMs;
      if (owed >= LEAST_PAUSE_MS) {
        const pause = owed;
        owed = 0;
        yield* wait(settings.clock.sleep(pause, settings.signal));
      }
      if (++statements % STATEMENTS_PER_TURN !== 0) return;
      yield* wait(nextTurn());
      settings.signal.throwIfAborted();
    },
    *call(code, unnamed, named) {
      if (code.type !== 'code') throw new ScriptError('value is not a function');
      if (depth >= DEEPEST_CALL) throw new ScriptError('too many nested calls');
      const scope = freshScope(settings.globals);
      for (const [index, value] of unnamed.entries()) declareLocal(scope, String(index + 1), value);
      for (const [name, value] of named) declareLocal(scope, name, value);
      depth++;
      try {
        const outcome = yield* runBlock(run, scope, code.body);
        return { value: outcome.value, returned: false };
      } finally {
        depth--;
      }
    },
  };
  return run;
}

/** Runs a parsed script from its beginning. @throws {ScriptError} and the reason of the run's signal. */
export function runScript(run: Run, script: Block): Step<Outcome> {
  return runBlock(run, freshScope(run.globals), script);
}

function* runBlock(run: Run, scope: Scope, body: Block): Step<Outcome> {
  let value: Value = NOTHING;
  for (const statement of body.statements) {
    yield* run.breathe();
    const outcome = yield* runStatement(run, scope, statement);
    if (outcome.returned) return outcome;
    value = outcome.value;
  }
  return { value, returned: false };
}

function* runStatement(run: Run, scope: Scope, statement: Statement): Step<Outcome> {
  switch (statement.kind) {
    case 'fault':
      throw new ScriptError(statement.message);
    case 'block':
      return yield* run.block(scope, statement.body);
    case 'expression':
      return { value: yield* run.evaluate(scope, statement.value), returned: false };
    case 'call':
      return yield* runCall(run, scope, statement);
    case 'menu':
      return { value: yield* runMenuCommand(run, scope, statement), returned: false };
    case 'builtin':
      return yield* runBuiltin(run, scope, statement);
  }
}

function* runBuiltin(run: Run, scope: Scope, statement: BuiltinStatement): Step<Outcome> {
  const given = new Map(statement.arguments.map(({ name, value }) => [name ?? '', value]));
  const call = { run, scope, given };
  try {
    const control = CONTROL[statement.name];
    if (control !== undefined) return yield* control(call);
    const compute = FUNCTIONS[statement.name];
    if (compute === undefined) throw new ScriptError(`bad command name ${statement.name}`);
    return { value: yield* compute(call), returned: false };
  } catch (error) {
    if (!(error instanceof ScriptError) || error.command !== null) throw error;
    throw new ScriptError(error.message, `:${statement.name}`, statement.at.line);
  }
}

function* runCall(run: Run, scope: Scope, statement: Extract<Statement, { kind: 'call' }>): Step<Outcome> {
  const callee = yield* run.evaluate(scope, statement.callee);
  if (callee.type !== 'code') {
    if (statement.arguments.length > 0) throw new ScriptError('value is not a function', 'call', statement.at.line);
    return { value: callee, returned: false };
  }
  const [unnamed, named] = yield* evaluateArguments(run, scope, statement.arguments);
  return yield* run.call(callee, unnamed, named);
}

function* evaluateArguments(
  run: Run,
  scope: Scope,
  given: readonly Argument[],
): Step<readonly [readonly Value[], ReadonlyMap<string, Value>]> {
  const unnamed: Value[] = [];
  const named = new Map<string, Value>();
  for (const { name, value } of given) {
    const evaluated = value.kind === 'word' && value.text === '' ? textValue('') : yield* run.evaluate(scope, value);
    if (name === null) unnamed.push(evaluated);
    else named.set(name, evaluated);
  }
  return [unnamed, named];
}
