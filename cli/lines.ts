import type { Style } from './output.ts';
import { printable } from './table.ts';

/** `1 device`, `2 devices` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text of several lines, each safe for a terminal. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Every line moved to the right. */
export function indented(text: string, by = '  '): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, by);
}

/** A rendered plan with its signs in colours, as far as the terminal shows any. */
export function paintedPlan(text: string, style: Style): string {
  const paints: Readonly<Record<string, (line: string) => string>> = {
    '+ ': style.good,
    '- ': style.bad,
    '~ ': style.warn,
    '> ': style.warn,
  };
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (paints[line.slice(0, 2)] ?? ((same: string) => same))(line))
    .join('\n');
}
