/** A stretch of a text that another takes the place of; both may be empty. Offsets are in UTF-16 units. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * In the order of the text; what is put in at one place comes before what is taken out there. @throws {RangeError} when
 * two overlap.
 */
export function inOrder(splices: readonly Splice[]): readonly Splice[] {
  const sorted = splices.toSorted((a, b) => a.from - b.from || a.to - b.to);
  for (const [at, { from }] of sorted.entries())
    if (from < (sorted[at - 1]?.to ?? 0)) throw new RangeError('two edits of one place');
  return sorted;
}

/** The text with the splices made; every other character stays. @throws {RangeError} when two overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const splice of inOrder(splices)) {
    result += text.slice(at, splice.from) + splice.text;
    at = splice.to;
  }
  return result + text.slice(at);
}

/** What makes the text of before out of the one that was spliced. */
export function takenBack(text: string, splices: readonly Splice[]): readonly Splice[] {
  let moved = 0;
  return inOrder(splices).map(({ from, to, text: put }) => {
    const start = from + moved;
    moved += put.length - (to - from);
    return { from: start, to: start + put.length, text: text.slice(from, to) };
  });
}
