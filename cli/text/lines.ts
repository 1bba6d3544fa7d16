import type { Style } from '../output.ts';
import { groupedLines } from './grouped-lines.ts';

/** `1 device`, `2 devices` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Every line moved to the right. */
export function indented(text: string, by = '  '): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, by);
}

/** A rendered plan, or drift, its like lines told as one, in colours as far as the terminal shows any. */
export function paintedPlan(text: string, style: Style): string {
  const paints: Readonly<Record<string, (line: string) => string>> = {
    '+': style.good,
    '-': style.bad,
    '~': style.warn,
    '>': style.warn,
    Missing: style.bad,
    Changed: style.warn,
    Extra: style.good,
    Reordered: style.warn,
  };
  const plain = (same: string): string => same;
  let paint = plain;
  return groupedLines(text.trimEnd())
    .split('\n')
    .map((line) => {
      // A line that goes on has the colour of its beginning.
      if (!line.startsWith('    ')) paint = paints[line.split(' ', 1)[0] ?? ''] ?? plain;
      return paint(line);
    })
    .join('\n');
}
