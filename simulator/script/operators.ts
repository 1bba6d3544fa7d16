import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ScriptError } from './run.ts';
import type { BinaryOperator } from './syntax.ts';
import {
  arrayValue,
  booleanValue,
  millisecondsOf,
  NOTHING,
  numberValue,
  placeOfKey,
  textOf,
  textValue,
  type Value,
  valueOfWord,
} from './values.ts';

const TYPE_NAMES: Readonly<Record<Value['type'], string>> = {
  nothing: 'nothing',
  nil: 'nil',
  num: 'integer number',
  time: 'time interval',
  bool: 'boolean',
  str: 'string',
  ip: 'ip address',
  ip6: 'ip6 address',
  'ip-prefix': 'ip prefix',
  'ip6-prefix': 'ip6 prefix',
  id: 'internal number',
  array: 'array',
  code: 'function',
};

/**
 * Whether a condition holds for this value: of numbers and times all but 0, of texts only `true` and `yes`; nothing,
 * nil and the rest are false.
 */
export function isTrue(value: Value): boolean {
  if (value.type === 'bool') return value.value;
  if (value.type === 'num' || value.type === 'time') return value.value !== 0;
  if (value.type === 'str') return value.value === 'true' || value.value === 'yes';
  return false;
}

/** `-x` and `!x`. */
export function applyUnary(operator: '-' | '!', operand: Value): Value {
  if (operator === '!') return booleanValue(!isTrue(operand));
  if (operand.type === 'num' || operand.type === 'time') return { type: operand.type, value: -operand.value };
  throw new ScriptError(`cannot negate ${TYPE_NAMES[operand.type]}`);
}

const OPERATIONS: Readonly<Partial<Record<BinaryOperator, (left: Value, right: Value) => Value>>> = {
  '=': (left, right) => booleanValue(equal(left, right)),
  '!=': (left, right) => booleanValue(!equal(left, right)),
  '<': (left, right) => booleanValue(compare(left, right) < 0),
  '>': (left, right) => booleanValue(compare(left, right) > 0),
  '<=': (left, right) => booleanValue(compare(left, right) <= 0),
  '>=': (left, right) => booleanValue(compare(left, right) >= 0),
  '~': (left, right) => booleanValue(matches(textOf(left), textOf(right))),
  in: (left, right) => booleanValue(isInside(left, right)),
  '.': concatenate,
  ',': (left, right) => arrayValue([...entriesOf(left), ...entriesOf(right)]),
};

/** Every operator but `and`, `or` and `->`, which decide for themselves what is evaluated. */
export function applyBinary(operator: BinaryOperator, left: Value, right: Value): Value {
  return OPERATIONS[operator]?.(left, right) ?? calculate(operator, left, right);
}

function entriesOf(value: Value): readonly { readonly key: string | null; readonly value: Value }[] {
  if (value.type === 'array') return value.entries;
  return value.type === 'nothing' ? [] : [{ key: null, value }];
}

/** Against an array the text goes to each of its elements (vendor's tips page). */
function concatenate(left: Value, right: Value): Value {
  if (left.type === 'array') {
    return arrayValue(left.entries.map(({ key, value }) => ({ key, value: concatenate(value, right) })));
  }
  if (right.type === 'array') {
    return arrayValue(right.entries.map(({ key, value }) => ({ key, value: concatenate(left, value) })));
  }
  return textValue(textOf(left) + textOf(right));
}

function isPrefix(value: Value): boolean {
  return value.type === 'ip-prefix' || value.type === 'ip6-prefix';
}

/** Types are converted where that is possible; a prefix never equals a string. */
export function equal(left: Value, right: Value): boolean {
  if (isPrefix(left) !== isPrefix(right)) return false;
  if (left.type === 'time' || right.type === 'time') return timeOf(left) === timeOf(right);
  if (left.type === 'bool' || right.type === 'bool') {
    return textOf(valueOfWord(textOf(left))) === textOf(valueOfWord(textOf(right)));
  }
  return textOf(left) === textOf(right);
}

function timeOf(value: Value): number | undefined {
  if (value.type === 'time') return value.value;
  if (value.type === 'num') return value.value * 1000;
  return value.type === 'str' ? millisecondsOf(value.value) : undefined;
}

/** Below, equal or above zero; numbers, times and addresses by size, everything else by text. */
export function compare(left: Value, right: Value): number {
  const first = sizeOf(left);
  const second = sizeOf(right);
  if (left.type === 'time' || right.type === 'time')
    return (timeOf(left) ?? Number.NaN) - (timeOf(right) ?? Number.NaN);
  if (first !== undefined && second !== undefined) return first - second;
  const a = textOf(left);
  const b = textOf(right);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sizeOf(value: Value): number | undefined {
  if (value.type === 'num') return value.value;
  if (value.type === 'ip') return addressNumber(value.value);
  if (value.type === 'str' && /^-?\d+$/.test(value.value)) return Number(value.value);
  return undefined;
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** @throws {ScriptError} when the pattern is no regular expression. */
export function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 's').test(text);
  } catch {
    throw new ScriptError('bad regular expression');
  }
}

/** `address in prefix`. */
export function isInside(left: Value, right: Value): boolean {
  const [network = '', length = ''] = textOf(right).split('/');
  const [address = '', inner] = textOf(left).split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  if (!isIPv4(address) && !isIPv6(address)) return false;
  if (!isIPv4(network) && !isIPv6(network)) return false;
  if (isIPv4(address) !== (family === 'ipv4')) return false;
  const bits = length === '' ? (family === 'ipv4' ? 32 : 128) : Number(length);
  if (inner !== undefined && Number(inner) < bits) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(address, family);
}

function calculate(operator: BinaryOperator, left: Value, right: Value): Value {
  if (left.type === 'ip' && (operator === '+' || operator === '-'))
    return calculateAddress(operator, left.value, right);
  const isTime = left.type === 'time' || right.type === 'time';
  const scale = isTime && (operator === '+' || operator === '-') ? 1000 : 1;
  const a = operandOf(left, scale);
  const b = operandOf(right, scale);
  if (a === undefined || b === undefined) {
    throw new ScriptError(`cannot apply ${operator} to ${TYPE_NAMES[left.type]} and ${TYPE_NAMES[right.type]}`);
  }
  if ((operator === '/' || operator === '%') && b === 0) throw new ScriptError('division by zero');
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[operator as '+'];
  return isTime ? { type: 'time', value: result } : numberValue(Math.trunc(result));
}

function operandOf(value: Value, scale: number): number | undefined {
  if (value.type === 'time') return value.value;
  if (value.type === 'num') return value.value * scale;
  if (value.type === 'nothing' || value.type === 'nil') return 0;
  return value.type === 'str' && /^-?\d+$/.test(value.value) ? Number(value.value) * scale : undefined;
}

function calculateAddress(operator: '+' | '-', address: string, right: Value): Value {
  const base = addressNumber(address);
  if (operator === '-' && right.type === 'ip') return numberValue(base - addressNumber(right.value));
  if (right.type !== 'num') throw new ScriptError(`cannot add ${TYPE_NAMES[right.type]} to ip address`);
  const sum = (operator === '+' ? base + right.value : base - right.value) >>> 0;
  return { type: 'ip', value: [sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255].join('.') };
}

/** `$array->key`: by name, or by position for a number. */
export function elementOf(array: Value, key: Value): Value {
  if (array.type !== 'array') return NOTHING;
  const { entries } = array;
  if (key.type === 'num') {
    const entry = entries[key.value];
    return entry?.key === null ? entry.value : NOTHING;
  }
  const name = textOf(key);
  const entry = entries[placeOfKey(entries, name)];
  return entry?.key === name ? entry.value : NOTHING;
}

/** The array with one element more, or another value in the place of one. */
export function withElement(array: Value, key: string, value: Value): Value {
  const entries = array.type === 'array' ? array.entries : [];
  const position = /^\d+$/.test(key) ? Number(key) : -1;
  if (entries[position]?.key === null) return { type: 'array', entries: entries.with(position, { key: null, value }) };
  const place = placeOfKey(entries, key);
  const item = { key, value };
  const taken = entries[place]?.key === key;
  return { type: 'array', entries: taken ? entries.with(place, item) : entries.toSpliced(place, 0, item) };
}
