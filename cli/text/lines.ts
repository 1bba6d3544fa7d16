import type { Style } from '../output.ts';

/** `1 device`, `2 devices` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Every line moved to the right. */
export function indented(text: string, by = '  '): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, by);
}

/** A rendered plan, or drift, with its lines in colours, as far as the terminal shows any. */
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
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (paints[line.split(' ', 1)[0] ?? ''] ?? ((same: string) => same))(line))
    .join('\n');
}
