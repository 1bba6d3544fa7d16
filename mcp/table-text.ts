import type { Cell } from './cell.ts';

/**
 * A row of a table as one line. Every line of rows begins with a bar, and no other line does; in values bars have a
 * backslash before them, and backslashes before those are doubled. So no value is taken for another one, nor for a line of ours.
 */
export function rowLine(cells: readonly Cell[]): string {
  return `| ${cells.map(cellText).join(' | ')}`;
}

/** A fact as one line. */
export function factLine(name: string, value: Cell | readonly Cell[]): string {
  return `${name}: ${isList(value) ? value.map(itemText).join(', ') : cellText(value)}`;
}

function isList(value: Cell | readonly Cell[]): value is readonly Cell[] {
  return Array.isArray(value);
}

function itemText(value: Cell): string {
  return typeof value === 'string' && value.includes(',') ? JSON.stringify(value) : cellText(value);
}

function cellText(value: Cell): string {
  if (value === null) return '';
  return String(value).replaceAll(/(\\*)\|/g, String.raw`$1$1\|`);
}
