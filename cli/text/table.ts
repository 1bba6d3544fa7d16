import stringWidth from 'string-width';
import { oneLine, visible } from '#visible';

/** Text from a router or a file on one line, made safe for a terminal. */
export const printable = visible;

/** A sentence of ours on one line, whatever was put into it, made safe for a terminal. */
export const sentence = oneLine;

/** How wide a table may get, and which of its columns are left out first where there is no room, by their headings. */
interface Room {
  readonly width: number;
  readonly spare?: readonly string[];
}

/** Cells up to this width, times and ids among them, are cut only where nothing else makes room. */
const NEVER_CUT = 25;
const LEAST = 12;
const GAP = 2;

/**
 * A table for people: a heading line, then one line per row, columns aligned by what the terminal shows. On a narrow
 * terminal spare columns are left out, which a last line says, and long cells are cut.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { width, spare = [] }: Room = { width: Number.POSITIVE_INFINITY },
): string {
  const cells = [headings.map((heading) => heading.toUpperCase()), ...rows].map((row) => row.map(onOneLine));
  const natural = widthsOf(cells);
  const least = natural.map((each) => (each <= NEVER_CUT ? each : LEAST));
  let kept = headings.map((_, index) => index);
  const fits = (): boolean => totalOf(kept.map((index) => least[index] ?? 0)) <= width;
  const left = spare.filter((heading) => {
    if (fits()) return false;
    kept = kept.filter((index) => headings[index] !== heading);
    return true;
  });
  const widths = shrunk(
    kept.map((index) => natural[index] ?? 0),
    kept.map((index) => least[index] ?? 0),
    width,
  );
  const shown = cells.map((row) => kept.map((index, place) => cutTo(row[index] ?? '', widths[place] ?? 0)));
  const hint = left.length === 0 ? [] : [`(-o wide shows ${left.join(', ')} too)`];
  return [...columns(shown).split('\n'), ...hint].map((line) => cutTo(line, width)).join('\n');
}

/** The widest columns get narrower, one cell at a time, until all fit: first no further than their least. */
function shrunk(natural: readonly number[], least: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  for (const floor of [least, widths.map(() => 1)]) {
    while (totalOf(widths) > width) {
      const able = widths.map((each, index) => (each > (floor[index] ?? 0) ? each : 0));
      const widest = Math.max(...able);
      if (widest === 0) break;
      const at = able.lastIndexOf(widest);
      widths[at] = widest - 1;
    }
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, 0) + GAP * Math.max(0, widths.length - 1);
}

/** A line with no more cells of a terminal than these, its colours whole; what is cut off shows as `…`. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let room = width - 1;
  let cut = false;
  return text
    .split(COLOUR)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      let kept = '';
      for (const { segment } of GRAPHEMES.segment(cut ? '' : part)) {
        room -= displayWidth(segment);
        cut = room < 0;
        if (cut) return width < 1 ? kept : `${kept}…`;
        kept += segment;
      }
      return kept;
    })
    .join('');
}

// Split by it, every other part is a colour.
const COLOUR = new RegExp(String.raw`(\u001B\[[\d;]*m)`);
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

function onOneLine(cell: string): string {
  return cell.replaceAll(/[\n\t]/g, visible);
}

function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  return widths;
}

/** Rows of cells in aligned columns, two spaces apart. No cell breaks its line. */
export function columns(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(onOneLine));
  const widths = widthsOf(rows);
  return rows
    .map((row) => row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** How many cells of a terminal a text fills; colours fill none. */
export function displayWidth(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}
