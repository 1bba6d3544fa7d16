import stringWidth from 'string-width';
import { oneLine, visible } from '#visible';

/** Text from a router or a file on one line, made safe for a terminal. */
export const printable = visible;

/** A sentence of ours on one line, whatever was put into it, made safe for a terminal. */
export const sentence = oneLine;

/** A table for people: a heading line, then one line per row, columns aligned by what the terminal shows. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return columns([headings.map((heading) => heading.toUpperCase()), ...rows]);
}

/** Rows of cells in aligned columns, two spaces apart. No cell breaks its line. */
export function columns(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map((cell) => cell.replaceAll(/[\n\t]/g, visible)));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return rows
    .map((row) => row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** How many cells of a terminal a text fills; colours fill none. */
export function displayWidth(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}
