import { isIPv4, isIPv6 } from 'node:net';
import { asLetters } from '../model/bytes.ts';
import type { Block } from './syntax.ts';

/** A value of the scripting language. Times are milliseconds. */
export type Value =
  | { readonly type: 'nothing' | 'nil' }
  | { readonly type: 'num' | 'time'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'str' | 'ip' | 'ip6' | 'ip-prefix' | 'ip6-prefix' | 'id'; readonly value: string }
  | { readonly type: 'array'; readonly entries: readonly ArrayItem[] }
  /** A function, or what `:parse` returned, with what `:put` shows of it. */
  | { readonly type: 'code'; readonly body: Block; readonly dump: string };

/** One element of an array; `key` is null for the unnamed ones. */
export interface ArrayItem {
  readonly key: string | null;
  readonly value: Value;
}

/** What a name that nobody declared, and a command without a value, stand for. */
export const NOTHING: Value = { type: 'nothing' };
/** A value that is known to be absent: a variable declared without one, a search or a conversion that failed. */
export const NIL: Value = { type: 'nil' };

/** A `str`, whatever the text looks like; two halves of a letter that were put together are the letter. */
export function textValue(value: string): Value {
  return { type: 'str', value: asLetters(value) };
}

/** A `num`; whole, since the language has no fractions. */
export function numberValue(value: number): Value {
  return { type: 'num', value };
}

/** A `bool`. */
export function booleanValue(value: boolean): Value {
  return { type: 'bool', value };
}

/** Unnamed elements keep their order and come first, named ones follow sorted by name (vendor's Scripting page). */
export function arrayValue(items: readonly ArrayItem[]): Value {
  const named = new Map<string, ArrayItem>();
  for (const item of items) if (item.key !== null) named.set(item.key, item);
  const sorted = [...named.values()].toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
  return { type: 'array', entries: [...items.filter((item) => item.key === null), ...sorted] };
}

/** Where the element of that name stands, or would stand: the named ones are sorted and come last. */
export function placeOfKey(entries: readonly ArrayItem[], name: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = entries[middle]?.key ?? null;
    if (key === null || key < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

const DURATION =
  /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?|(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?(?:(\d+)us)?)$/;

/** `1w2d3h`, `10m`, `1d00:00:00`, `00:10:00` in milliseconds; undefined when the text is no time. */
export function millisecondsOf(text: string): number | undefined {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return undefined;
  const [weeks, days, clockHours, clockMinutes, clockSeconds, fraction, hours, minutes, seconds, ms, us] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const fractionDigits = match[6];
  return (
    ((weeks ?? 0) * 7 + (days ?? 0)) * 86_400_000 +
    ((clockHours ?? 0) + (hours ?? 0)) * 3_600_000 +
    ((clockMinutes ?? 0) + (minutes ?? 0)) * 60_000 +
    ((clockSeconds ?? 0) + (seconds ?? 0)) * 1000 +
    (fractionDigits === undefined ? 0 : ((fraction ?? 0) / 10 ** fractionDigits.length) * 1000) +
    (ms ?? 0) +
    (us ?? 0) / 1000
  );
}

/** The type of an unquoted word follows from its spelling. */
export function valueOfWord(text: string): Value {
  if (text === 'true' || text === 'yes') return booleanValue(true);
  if (text === 'false' || text === 'no') return booleanValue(false);
  if (/^-?\d+$/.test(text)) return numberValue(Number(text));
  if (/^0x[0-9a-fA-F]+$/.test(text)) return numberValue(Number(text));
  if (/^\*[0-9a-fA-F]+$/.test(text)) return { type: 'id', value: `*${text.slice(1).toUpperCase()}` };
  if (isIPv4(text)) return { type: 'ip', value: text };
  const [address = '', length] = text.split('/', 2);
  if (length !== undefined && /^\d{1,3}$/.test(length)) {
    if (isIPv4(address) && Number(length) <= 32) return { type: 'ip-prefix', value: text };
    if (isIPv6(address) && Number(length) <= 128) return { type: 'ip6-prefix', value: text };
  }
  const time = millisecondsOf(text);
  if (time !== undefined) return { type: 'time', value: time };
  if (isIPv6(text)) return { type: 'ip6', value: text };
  return textValue(text);
}

/** Property values as scripts see them: typed only where the printed text stays the same. */
export function valueOfProperty(text: string | undefined): Value {
  if (text === undefined) return NIL;
  if (text === 'true' || text === 'false') return booleanValue(text === 'true');
  if (/^(0|[1-9]\d{0,14})$/.test(text)) return numberValue(Number(text));
  return textValue(text);
}

function clockText(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.abs(milliseconds);
  const days = Math.floor(total / 86_400_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const fraction = Math.round(total % 1000);
  const clock = `${two((total / 3_600_000) % 24)}:${two((total / 60_000) % 60)}:${two((total / 1000) % 60)}`;
  const week = days >= 7 ? `${Math.floor(days / 7)}w` : '';
  const day = days % 7 > 0 ? `${days % 7}d` : '';
  return `${sign}${week}${day}${clock}${fraction > 0 ? `.${String(fraction).padStart(3, '0')}` : ''}`;
}

/** As `:put` and `:tostr` write a value. */
export function textOf(value: Value): string {
  if (value.type === 'time') return clockText(value.value);
  if (value.type === 'code') return '(code)';
  if ('value' in value) return String(value.value);
  if (value.type !== 'array') return '';
  return value.entries
    .map(({ key, value: item }) => (key === null ? textOf(item) : `${key}=${textOf(item)}`))
    .join(';');
}

/** As the value of a menu's argument: lists are joined by commas. */
export function argumentTextOf(value: Value): string {
  if (value.type === 'array') return value.entries.map((entry) => textOf(entry.value)).join(',');
  return textOf(value);
}
