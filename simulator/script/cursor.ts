import { type Position, ScriptSyntaxError } from './syntax.ts';

const BLANK = /[ \t]/;
const LINE_END = /[\r\n]/;

/** Reading position in a script: whitespace, comments, joined lines and the line and column of everything. */
export class Cursor {
  readonly text: string;
  offset = 0;
  #depth = 0;
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
    this.#lineStarts = starts;
  }

  position(offset: number = this.offset): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  fail(words: string, offset: number = this.offset): never {
    throw new ScriptSyntaxError(words, this.position(offset));
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.offset + ahead] ?? '';
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.offset);
  }

  /** Takes what the sticky pattern matches here; empty when it does not. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }

  look(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  expect(character: string, words: string): void {
    if (this.peek() !== character) this.fail(words);
    this.offset++;
  }

  /** Blanks and joined lines (`\` at the end of a line), staying on the logical line. */
  skipBlanks(): void {
    for (;;) {
      if (BLANK.test(this.peek())) this.offset++;
      else if (this.look(/\\(\r\n|\n|\r)/y) !== '') this.take(/\\(\r\n|\n|\r)/y);
      else return;
    }
  }

  /** Also line ends and comments: where a line may stop without ending what is being read. */
  skipSpace(): void {
    for (;;) {
      this.skipBlanks();
      if (LINE_END.test(this.peek())) this.offset++;
      else if (this.peek() === '#') this.take(/[^\r\n]*/y);
      else return;
    }
  }

  /** True where a command ends; the terminator is not taken. */
  get atCommandEnd(): boolean {
    return this.atEnd || /[\r\n;}\])#]/.test(this.peek());
  }

  /** Bounds how deep brackets may nest, so that no input can exhaust the stack. */
  nested<T>(read: () => T): T {
    if (this.#depth >= 120) this.fail('syntax error');
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }
}
