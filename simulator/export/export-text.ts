/** How wide a line gets before the router goes on in the next one. */
const WIDTH = 78;
const INDENT = '    ';

/** `name` → `=value` as one piece that may be broken; `!name` where it is unset. */
export interface Argument {
  readonly name: string;
  /** null: the row has no such value. */
  readonly value: string | null;
}

/**
 * One command as `/export` prints it. Lines are broken behind an argument, else behind `name=`, else inside a text in
 * quotes, by a backslash and four blanks (exports in public of 7.12 to 7.24; vendor's Scripting page); `terse` breaks
 * nowhere.
 */
export function commandLines(command: string, args: readonly Argument[], width: 'wrapped' | 'terse'): string {
  const words = args.map(wordOf);
  if (width === 'terse') return [command, ...words.map(({ head, body }) => head + body.join(''))].join(' ');
  const lines: string[] = [];
  let line = command;
  const breakLine = (mark: string): void => {
    lines.push(`${line}${mark}`);
    line = INDENT;
  };
  for (const { head, body } of words) {
    const whole = head + body.join('');
    const gap = line === INDENT ? '' : ' ';
    if (line.length + gap.length + whole.length <= WIDTH) {
      line += gap + whole;
      continue;
    }
    if (line.length + gap.length + head.length <= WIDTH) {
      line += gap + head;
      if (head.endsWith('=') && INDENT.length + body.join('').length <= WIDTH) {
        breakLine('\\');
        line += body.join('');
        continue;
      }
    } else {
      breakLine(' \\');
      line += head;
    }
    for (const piece of body) {
      if (line.length + piece.length > WIDTH && isQuoted(body) && !piece.startsWith(' ')) breakLine('\\');
      line += piece;
    }
  }
  return [...lines, line].join('\n');
}

function isQuoted(body: readonly string[]): boolean {
  return body[0] === '"';
}

interface Word {
  readonly head: string;
  /** What may not be broken apart. */
  readonly body: readonly string[];
}

function wordOf({ name, value }: Argument): Word {
  if (value === null) return { head: `!${name}`, body: [] };
  return { head: `${name}=`, body: piecesOf(value) };
}

/** Characters that stand without quotes in exports. */
const PLAIN = /^[A-Za-z0-9!%*+,./:<>@^_|~-]+$/;

/** A value: bare, or in quotes with every byte beyond printable ASCII as `\HH`. */
function piecesOf(value: string): readonly string[] {
  if (PLAIN.test(value)) return [value];
  const bytes = [...new TextEncoder().encode(value)];
  return ['"', ...bytes.map(escaped), '"'];
}

const NAMED: Readonly<Record<number, string>> = {
  0x07: 'a',
  0x08: 'b',
  0x09: 't',
  0x0a: 'n',
  0x0b: 'v',
  0x0c: 'f',
  0x0d: 'r',
};

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (byte < 0x20 || byte > 0x7e) {
    const named = NAMED[byte];
    return named === undefined ? `\\${byte.toString(16).toUpperCase().padStart(2, '0')}` : `\\${named}`;
  }
  return '"\\$?'.includes(character) ? `\\${character}` : character;
}
