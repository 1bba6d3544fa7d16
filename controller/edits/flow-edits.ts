import type { Collection, Entry } from './parsed.ts';
import type { Splice } from './splice.ts';
import { beginsLine, columnOf, lineBreakBefore, lineEnd, lineStart, pastBlanks } from './text-lines.ts';

/** Entries of a collection in brackets or braces that go, and texts of those that come behind the others. */
export function flowEdits(
  text: string,
  { node, entries }: Collection,
  gone: ReadonlySet<number>,
  added: readonly string[],
): readonly Splice[] {
  const open = (node.range?.[0] ?? 0) + 1;
  const last = entries.findLast((_, at) => !gone.has(at));
  if (last === undefined && added.length > 0) {
    const [first, end] = [entries[0]?.start ?? open, entries.at(-1)?.end ?? open];
    return [{ from: first, to: end, text: added.join(', ') }];
  }
  const splices = [...gone].flatMap((at) => withoutEntry(text, entries[at] as Entry));
  const isEnded = entries.length > 0 && commaBehind(text, (entries.at(-1) as Entry).end) !== null;
  if (gone.has(entries.length - 1) && !isEnded && last !== undefined)
    splices.push(withoutComma(text, last, entries[entries.indexOf(last) + 1] as Entry));
  if (last === undefined || added.length === 0) return splices;
  return [...splices, ...behind(text, { open, entries, last, isEnded }, added)];
}

/** With its comma; what has lines of its own goes with them. */
function withoutEntry(text: string, { start, end }: Entry): Splice[] {
  const comma = commaBehind(text, end);
  const to = comma === null ? end : comma + 1;
  if (hasOwnLine(text, start, to)) return [{ from: lineStart(text, start), to: lineEnd(text, to), text: '' }];
  return [{ from: start, to: comma === null ? end : pastBlanks(text, to), text: '' }];
}

/** What goes was the last, and no comma ends the list: the one before it goes too. */
function withoutComma(text: string, last: Entry, next: Entry): Splice {
  const comma = commaBehind(text, last.end) ?? last.end;
  const isBlank = /^,[ \t]*$/.test(text.slice(comma, next.start));
  return { from: comma, to: isBlank ? next.start : comma + 1, text: '' };
}

/** Nothing stands beside it but a comment. */
function hasOwnLine(text: string, start: number, end: number): boolean {
  return beginsLine(text, start) && /^[ \t]*(#.*)?$/.test(text.slice(end, lineEnd(text, end)).trimEnd());
}

interface Place {
  readonly open: number;
  readonly entries: readonly Entry[];
  /** Of those that stay. */
  readonly last: Entry;
  /** A comma stands behind the very last entry. */
  readonly isEnded: boolean;
}

/** On lines of their own where the last one has one, else beside it. */
function behind(text: string, { open, entries, last, isEnded }: Place, added: readonly string[]): readonly Splice[] {
  const comma = commaBehind(text, last.end);
  const end = comma === null ? last.end : comma + 1;
  if (hasOwnLine(text, last.start, end)) {
    const at = lineEnd(text, end);
    const lineBreak = lineBreakBefore(text, at);
    const indent = ' '.repeat(columnOf(text, last.start));
    const put = added.map((each) => `${indent}${each}`).join(`,${lineBreak}`);
    const lines = { from: at, to: at, text: `${put}${isEnded ? ',' : ''}${lineBreak}` };
    return isEnded ? [lines] : [{ from: last.end, to: last.end, text: ',' }, lines];
  }
  const before = entries[entries.indexOf(last) - 1];
  const from = before === undefined ? open : (commaBehind(text, before.end) ?? open - 1) + 1;
  const gap = text.slice(from, last.start);
  const room = before !== undefined && /^[ \t]*$/.test(gap) ? gap : ' ';
  return [{ from: last.end, to: last.end, text: added.map((each) => `,${room}${each}`).join('') }];
}

/** Between two entries there are blanks, comments and one comma. */
function commaBehind(text: string, end: number): number | null {
  for (let at = end; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === ',') return at;
    if (character === '#') at = lineEnd(text, at) - 1;
    else if (!/\s/.test(character)) return null;
  }
  return null;
}
