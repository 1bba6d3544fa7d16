import { visible } from '#visible';

/** One value in a table. */
export type Cell = string | number | boolean | null;

/** Texts in which nothing is hidden, and nothing could be taken for one of our escapes. */
const PLAIN = /^[ -[\]-~]*$/;

/** A value of others for a table: on one line, with what is hidden in it spelt out, and cut where it is too long. */
export function cleaned(cell: Cell, most: number): Cell {
  if (typeof cell !== 'string' || (cell.length <= most && PLAIN.test(cell))) return cell;
  const shown = visible(headOf(cell, most + 1));
  return shown.length <= most ? shown : `${headOf(shown, most)}…`;
}

/** The first characters, and no half of one. */
function headOf(text: string, most: number): string {
  const head = text.slice(0, most);
  return /[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head;
}
