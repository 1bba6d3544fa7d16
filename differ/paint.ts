/** Wraps text in colours, or leaves it alone. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly bold: (text: string) => string;
}

const plain = (text: string): string => text;

const PLAIN: Paint = { red: plain, green: plain, yellow: plain, cyan: plain, bold: plain };

const ANSI: Paint = { red: ansi(31), green: ansi(32), yellow: ansi(33), cyan: ansi(36), bold: ansi(1) };

/** ANSI colours when asked for, else plain text. */
export function paintFor(options: { readonly colour: boolean }): Paint {
  return options.colour ? ANSI : PLAIN;
}

function ansi(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}
