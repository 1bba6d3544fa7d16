import { createHash } from 'node:crypto';

const MARK = '# Written by rosctl import, which leaves it alone once somebody has edited it. sha256:';

/** The text with the mark by which a later import knows that nobody has edited it. */
export function marked(text: string): string {
  return `${MARK}${digestOf(text)}\n${text}`;
}

/** Whether an import wrote this file and nobody has edited it since. */
export function isUnedited(file: string): boolean {
  const end = file.indexOf('\n');
  return end !== -1 && file.slice(0, end) === `${MARK}${digestOf(file.slice(end + 1))}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
