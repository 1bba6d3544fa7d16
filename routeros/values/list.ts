import type { Codec } from '../catalogue/menu.ts';
import { canonical } from './canonical.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * Values in an order that means something, joined by commas without spaces; no values are `''` (routeros-rest.md §3
 * "lists").
 */
export function listOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    isList: true,
    expects: `a comma-separated list, each ${item.expects}`,
    parse: (text) => itemsOf(text).map((part) => item.parse(part)),
    format: (values) => values.map((value) => formatItem(item, value)).join(','),
  };
}

/** Values whose order means nothing: sorted by their text, each once. */
export function setOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    isList: true,
    expects: `a comma-separated set, each ${item.expects}`,
    parse: (text) => sorted(itemsOf(text).map((part) => canonical(item, part))).map((part) => item.parse(part)),
    format: (values) => sorted(values.map((value) => formatItem(item, value))).join(','),
  };
}

function itemsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** @throws {InvalidValue} for an item that would fall apart or vanish in the list. */
function formatItem<T>(item: Codec<T>, value: T): string {
  const text = item.format(value);
  if (text === '' || text.includes(',')) throw new InvalidValue(`a list item: ${item.expects} without comma`, text);
  return text;
}
