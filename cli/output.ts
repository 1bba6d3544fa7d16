import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { NO_PROGRESS, type Progress, progressBar } from './progress.ts';

/** How results are printed: tables for people, JSON or YAML for machines. */
export type OutputFormat = 'table' | 'json' | 'yaml';

/** Colours and weights with a meaning; plain text where the terminal shows none. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Where a command's words go: results to standard output, everything said about them to standard error. */
export interface Output {
  readonly format: OutputFormat;
  readonly style: Style;
  /** Whether results go to a terminal. */
  readonly interactive: boolean;
  /** Prints a result: `text` for people, `data` for machines when they asked for it. */
  result(data: unknown, text: () => string): Promise<void>;
  /** Prints text as it is, whatever the format. */
  raw(text: string): void;
  /** Says something about the work to people. */
  note(text: string): void;
  /** A bar on the terminal for work with a known number of steps. */
  progress(label: string, total: number): Progress;
}

/** Standard output and standard error, as handed in. */
export interface OutputStreams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Colours appear only on a terminal and not when NO_COLOR is set (no-color.org). */
export function createOutput(
  format: OutputFormat,
  { stdout, stderr }: OutputStreams,
  env: Readonly<Record<string, string | undefined>>,
): Output {
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const line = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
  return {
    format,
    interactive: stdout.isTTY === true,
    style: styleFor(wanted && stdout.isTTY === true && format === 'table'),
    async result(data, text) {
      stdout.write(line(format === 'table' ? text() : await serialised(data, format)));
    },
    raw: (text) => void stdout.write(line(text)),
    note: (text) => void stderr.write(line(text)),
    progress: (label, total) => (stderr.isTTY === true ? progressBar(stderr, label, total) : NO_PROGRESS),
  };
}

async function serialised(data: unknown, format: 'json' | 'yaml'): Promise<string> {
  const json = JSON.stringify(data, null, 2);
  if (format === 'json') return json;
  const { stringify } = await import('yaml');
  // Through JSON, so that both formats show the same data; quoted wherever YAML 1.1 would read another value.
  return stringify(JSON.parse(json), { version: '1.1', aliasDuplicateObjects: false });
}

function styleFor(colour: boolean): Style {
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint('green'),
    bad: paint('red'),
    warn: paint('yellow'),
    dim: paint('dim'),
    strong: paint('bold'),
  };
}
