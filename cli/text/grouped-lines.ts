/** So many lines that differ in one value alone are told as one. */
const LEAST = 4;
/** Where the list of their values is continued on a line of its own. */
const WIDTH = 76;
const INDENT = '    ';

/** What renders plans and drift begins the line of a row with. */
const ROW = /^(?:[-+~>]|Missing|Changed|Extra|Reordered) \//;
/** Words, a blank apart; what is in quotes is part of one. */
const WORDS = /((?:[^ "]|"(?:[^"\\]|\\.)*")*)(?: |$)/g;
/** As values stand without quotes: neither a blank nor a brace is among them. */
const VALUE = /^[A-Za-z0-9._:/@,*+=!()-]+$/;

/**
 * A rendered plan, or drift, in which neighbours that differ in the value of one field alone are one line:
 * `+ /ip/firewall/address-list list=blocklist address={192.0.2.1 192.0.2.2} (2 rows)`. All values are there, in their
 * order: two texts never come out alike.
 */
export function groupedLines(text: string): string {
  const lines = text.split('\n');
  const grouped: string[] = [];
  for (let at = 0; at < lines.length;) {
    const run = runFrom(lines, at);
    grouped.push(...(run === null ? [lines[at] ?? ''] : toldAsOne(run)));
    at += run?.values.length ?? 1;
  }
  return grouped.join('\n');
}

/** Lines that are alike but for one value. */
interface Run {
  readonly words: readonly string[];
  /** Which of the words differs, and its values. */
  readonly place: number;
  readonly values: readonly string[];
}

function runFrom(lines: readonly string[], at: number): Run | null {
  const words = wordsOf(lines[at]);
  const next = wordsOf(lines[at + 1]);
  const place = words?.findIndex((word, index) => word !== next?.[index]) ?? -1;
  if (words === null || place < 0) return null;
  const values: string[] = [];
  for (let each = at; each < lines.length; each += 1) {
    const other = wordsOf(lines[each]);
    const value = other === null || !alikeBut(words, other, place) ? null : valueIn(other[place], words[place]);
    if (value === null) break;
    values.push(value);
  }
  return values.length < LEAST ? null : { words, place, values };
}

function wordsOf(line: string | undefined): readonly string[] | null {
  if (line === undefined || !ROW.test(line)) return null;
  // The last match is the nothing after the line's end.
  const words = [...line.matchAll(WORDS)].map(([, word = '']) => word).slice(0, -1);
  return words.join(' ') === line ? words : null;
}

function alikeBut(words: readonly string[], other: readonly string[], place: number): boolean {
  return words.length === other.length && words.every((word, index) => index === place || word === other[index]);
}

/** The value in `address=192.0.2.1`, if its field is that of the model. */
function valueIn(word = '', model = ''): string | null {
  const name = model.slice(0, model.indexOf('=') + 1);
  const value = word.slice(name.length);
  return name !== '' && word.startsWith(name) && VALUE.test(value) ? value : null;
}

function toldAsOne({ words, place, values }: Run): readonly string[] {
  const name = (words[place] ?? '').split('=', 1)[0] ?? '';
  const parts = [
    ...words.slice(0, place),
    `${name}={${values[0] ?? ''}`,
    ...values.slice(1, -1),
    `${values.at(-1) ?? ''}}`,
    ...words.slice(place + 1),
    `(${String(values.length)} rows)`,
  ];
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last} ${part}`;
    if (last === undefined || (longer.length > WIDTH && last !== INDENT))
      lines.push(last === undefined ? part : INDENT + part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
