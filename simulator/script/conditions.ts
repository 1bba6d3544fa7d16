import { compare, isInside, matches } from './operators.ts';
import { readName, rowOf, type Scope } from './scope.ts';
import type { BinaryOperator, Expression } from './syntax.ts';
import { millisecondsOf, textOf, type Value, valueOfProperty, valueOfWord } from './values.ts';

/**
 * Properties the router keeps as prefixes. All others are text, addresses with a length included: against those an
 * unquoted `111.111.1.1/24`, which is a prefix, is never equal (armed-rollback.md §3).
 */
const PREFIX_PROPERTIES: ReadonlySet<string> = new Set([
  '/ip/route dst-address',
  '/ipv6/route dst-address',
  '/ip/dhcp-server/network address',
]);

/** The property an operand of a condition stands for: its bare name, or a variable of the same name. */
export function propertyNamed(scope: Scope, operand: Expression): string | undefined {
  if (operand.kind === 'property') return operand.name;
  return operand.kind === 'variable' && rowOf(scope, operand.name) !== undefined ? operand.name : undefined;
}

/** The value of a bare property name in a condition; a name that no row has is nothing. */
export function propertyValue(scope: Scope, name: string): Value {
  return rowOf(scope, name) === undefined ? { type: 'nil' } : readName(scope, name);
}

/** A property alone: a flag that is true, or any other property that is there. */
export function isPresent(scope: Scope, name: string): boolean {
  const text = rowOf(scope, name)?.row[name];
  return text !== undefined && text !== 'false' && text !== 'no';
}

/** `property operator value` for the row at hand. */
export function compareProperty(scope: Scope, name: string, operator: BinaryOperator, value: Value): boolean {
  const view = rowOf(scope, name);
  const text = view?.row[name];
  if (operator === '=' || operator === '!=') {
    return equalsProperty(`${view?.path ?? ''} ${name}`, text, value) === (operator === '=');
  }
  if (operator === '~') return matches(text ?? '', textOf(value));
  if (text === undefined) return false;
  if (operator === 'in') return isInside({ type: 'str', value: text }, value);
  return ordered(operator, sizeOfProperty(text, value), value);
}

function ordered(operator: BinaryOperator, left: Value, right: Value): boolean {
  const difference = compare(left, right);
  if (operator === '<') return difference < 0;
  if (operator === '>') return difference > 0;
  return operator === '<=' ? difference <= 0 : difference >= 0;
}

function sizeOfProperty(text: string, other: Value): Value {
  return other.type === 'time' || other.type === 'ip' ? valueOfWord(text) : valueOfProperty(text);
}

function equalsProperty(place: string, text: string | undefined, value: Value): boolean {
  if (text === undefined) return textOf(value) === '';
  if (value.type === 'ip-prefix' || value.type === 'ip6-prefix')
    return PREFIX_PROPERTIES.has(place) && text === value.value;
  if (value.type === 'bool') return (value.value ? ['true', 'yes'] : ['false', 'no']).includes(text);
  if (value.type === 'time') return millisecondsOf(text) === value.value;
  if (value.type === 'num' && /^(-?\d+|0x[0-9a-fA-F]+)$/.test(text)) return Number(text) === value.value;
  return text === textOf(value);
}
