/** Where the line of a place begins. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the line break that ends the line of a place; where the text ends if nothing else does. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** How many characters stand before a place in its line. */
export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Whether nothing but blanks stands before a place in its line. */
export function beginsLine(text: string, at: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, at), at));
}

/** The line break of the line that ends before a place. */
export function lineBreakBefore(text: string, at: number): '\n' | '\r\n' {
  return text[at - 2] === '\r' ? '\r\n' : '\n';
}

/** Behind the blanks at a place. */
export function pastBlanks(text: string, at: number): number {
  let past = at;
  while (text[past] === ' ' || text[past] === '\t') past += 1;
  return past;
}

/** Where the line break begins that stands at a place; null: none does. */
export function breakAt(text: string, at: number): { readonly end: number } | null {
  if (text[at] === '\n') return { end: at + 1 };
  return text[at] === '\r' && text[at + 1] === '\n' ? { end: at + 2 } : null;
}
