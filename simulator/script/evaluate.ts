import { compareProperty, isPresent, propertyNamed, propertyValue } from './conditions.ts';
import { dumpBlock } from './dump.ts';
import { applyBinary, applyUnary, elementOf, isTrue } from './operators.ts';
import type { Run, Step } from './run.ts';
import { readName, rowOf, type Scope, scopeInside } from './scope.ts';
import type { BinaryOperator, Expression } from './syntax.ts';
import { type ArrayItem, arrayValue, booleanValue, textOf, textValue, type Value, valueOfWord } from './values.ts';

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['=', '!=', '<', '>', '<=', '>=', '~', 'in']);

/** The value of an expression. @throws {ScriptError} */
export function* evaluate(run: Run, scope: Scope, expression: Expression): Step<Value> {
  switch (expression.kind) {
    case 'word':
      return valueOfWord(expression.text);
    case 'string':
      return textValue(yield* expand(run, scope, expression.parts));
    case 'variable':
      return readName(scope, expression.name);
    case 'property':
      return propertyValue(scope, expression.name);
    case 'array':
      return yield* evaluateArray(run, scope, expression.entries);
    case 'unary':
      return expression.operator === '!'
        ? booleanValue(!(yield* holds(run, scope, expression.operand)))
        : applyUnary(expression.operator, yield* evaluate(run, scope, expression.operand));
    case 'binary':
      return yield* evaluateBinary(run, scope, expression);
    case 'substitution':
      return (yield* run.block({ ...scopeInside(scope), captured: true }, expression.body)).value;
    case 'code':
      return { type: 'code', body: expression.body, dump: dumpBlock(expression.body) };
  }
}

/** A condition; a property alone asks whether the row has it. */
export function* holds(run: Run, scope: Scope, condition: Expression): Step<boolean> {
  if (condition.kind === 'property') return isPresent(scope, condition.name);
  return isTrue(yield* evaluate(run, scope, condition));
}

function* expand(run: Run, scope: Scope, parts: readonly (string | Expression)[]): Step<string> {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : textOf(yield* evaluate(run, scope, part));
  return text;
}

function* evaluateArray(
  run: Run,
  scope: Scope,
  entries: readonly { readonly key: Expression | null; readonly value: Expression }[],
): Step<Value> {
  const items: ArrayItem[] = [];
  for (const entry of entries) {
    const key = entry.key === null ? null : yield* textOfKey(run, scope, entry.key);
    items.push({ key, value: yield* evaluate(run, scope, entry.value) });
  }
  return arrayValue(items);
}

function* textOfKey(run: Run, scope: Scope, key: Expression): Step<string> {
  return key.kind === 'word' ? key.text : textOf(yield* evaluate(run, scope, key));
}

function* evaluateBinary(run: Run, scope: Scope, expression: Extract<Expression, { kind: 'binary' }>): Step<Value> {
  const { operator, left, right } = expression;
  if (operator === 'and') {
    return booleanValue((yield* holds(run, scope, left)) && (yield* holds(run, scope, right)));
  }
  if (operator === 'or') {
    return booleanValue((yield* holds(run, scope, left)) || (yield* holds(run, scope, right)));
  }
  if (operator === '->') {
    const array = yield* evaluate(run, scope, left);
    const key = right.kind === 'word' && !/^\d+$/.test(right.text) ? textValue(right.text) : undefined;
    return elementOf(array, key ?? (yield* evaluate(run, scope, right)));
  }
  const property = COMPARISONS.has(operator) ? propertyNamed(scope, left) : undefined;
  if (property !== undefined) {
    const other = yield* evaluate(run, scope, right);
    const itself = propertyNamed(scope, right) === property && rowOf(scope, property) !== undefined;
    if (itself && (operator === '=' || operator === '!=')) return booleanValue(operator === '=');
    return booleanValue(compareProperty(scope, property, operator, other));
  }
  const first = yield* evaluate(run, scope, left);
  const second = yield* evaluate(run, scope, right);
  return applyBinary(operator, first, second);
}
