import { randomInt } from 'node:crypto';
import type { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { visibleJson, visibleLines } from '#visible';
import type { ErrorOutput, NoteOutput, OutputName, Outputs } from './json/outputs.ts';
import { displayWidth } from './text/table.ts';
import { NO_PROGRESS, type Progress, progressBar } from './text/progress.ts';

/** How results are printed: tables for people, JSON or YAML for machines. */
export type OutputFormat = 'table' | 'json' | 'yaml';

/** As asked for: `wide` is a table that is never cut. */
export type WantedFormat = OutputFormat | 'wide';

/** Colours and weights with a meaning; plain text where the terminal shows none. */
export interface Style {
  /** How many cells of the terminal a line of a table may fill; without end where it goes elsewhere. */
  readonly width: number;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

/**
 * Where a command's words go: results to standard output, everything said about them to standard error. It is the one
 * door to the terminal: but for line breaks, tabs and the colours of `style`, nothing that a terminal acts on or a
 * reader does not see passes it, whoever wrote it.
 */
export interface Output {
  readonly format: OutputFormat;
  readonly style: Style;
  /** Whether results go to a terminal. */
  readonly interactive: boolean;
  /** Prints a result: `text` for people, `data` for machines when they asked for it, in the shape of that name. */
  result<Name extends OutputName>(name: Name, data: Outputs[Name], text: () => string): Promise<void>;
  /** Prints text, whatever the format. */
  raw(text: string): void;
  /** How much the terminal shows now. */
  size(): Size;
  /** Draws the whole terminal anew with this text, which is one of `size`. */
  screen(text: string): void;
  /** Says something about the work beside its result. */
  note(text: string): void;
  /** A bar on the terminal for work with a known number of steps. */
  progress(label: string, total: number): Progress;
}

/** Lines and cells of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Where a terminal does not say. */
const USUAL: Size = { columns: 80, rows: 24 };

/** Standard output and standard error, as handed in. */
export interface OutputStreams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Shows a long text on the terminal; it is written there when this answers false. Absent: nothing is shown so. */
  readonly page?: (text: string) => Promise<boolean>;
}

/**
 * Colours appear only on a terminal and not when NO_COLOR is set (no-color.org). `whole` makes the commands after
 * `next:` such that they work where they are printed.
 */
export function createOutput(
  wantedFormat: WantedFormat,
  { stdout, stderr, page }: OutputStreams,
  env: Readonly<Record<string, string | undefined>>,
  whole: (hint: string) => string = (hint) => hint,
): Output {
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const format = wantedFormat === 'wide' ? 'table' : wantedFormat;
  const size = (): Size => ({ columns: stdout.columns || USUAL.columns, rows: stdout.rows || USUAL.rows });
  const fitted = stdout.isTTY === true && wantedFormat === 'table';
  const { style, painted } = styleFor(
    wanted && stdout.isTTY === true && format === 'table',
    fitted ? size().columns : Number.POSITIVE_INFINITY,
  );
  const line = (text: string): string => painted(text.endsWith('\n') ? text : `${text}\n`);
  const wholeNext = (text: string): string => text.replaceAll(/(?<=\bnext: ).*$/gm, whole);
  const told = (text: string): string => line(wholeNext(text));
  let drawn = false;
  return {
    format,
    interactive: stdout.isTTY === true,
    style,
    async result(name, data, text) {
      if (format === 'table') {
        const shown = told(text());
        const paged = page !== undefined && stdout.isTTY === true && !GOES_ON.includes(name) && isLonger(shown, size());
        if (!paged || !(await page(shown))) stdout.write(shown);
        return;
      }
      const { toldData } = await import('./json/told.ts');
      stdout.write(line(await serialised(toldData(name, data), format)));
    },
    raw: (text) => void stdout.write(line(text)),
    size,
    screen(text) {
      // Line by line over what stood there, so that nothing flickers, and without a line break that would scroll.
      const lines = painted(text)
        .split('\n')
        .map((each) => `${each}${TO_END_OF_LINE}`);
      stdout.write(`${drawn ? HOME : HOME_AND_CLEAR}${lines.join('\n')}${TO_END_OF_SCREEN}`);
      drawn = true;
    },
    note: (text) => void stderr.write(format === 'table' ? told(text) : spokenLine({ note: wholeNext(text.trim()) })),
    progress: (label, total) => (stderr.isTTY === true ? progressBar(stderr, label, total) : NO_PROGRESS),
  };
}

/** Whoever waits for what comes next is kept in no pager. */
const GOES_ON: readonly OutputName[] = ['simulator', 'rollouts watch', 'diagnose'];

/** Whether the beginning of a text is gone when a prompt stands below its end. */
function isLonger(text: string, { columns, rows }: Size): boolean {
  const lines = text.trimEnd().split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 1) > rows;
}

/** An object on a line of its own, which is JSON and YAML. */
export function spokenLine(data: ErrorOutput | NoteOutput): string {
  return `${visibleJson(JSON.stringify(data))}\n`;
}

async function serialised(data: unknown, format: 'json' | 'yaml'): Promise<string> {
  if (format === 'json') return visibleJson(JSON.stringify(data, null, 2));
  const { yamlText } = await import('./text/yaml-text.ts');
  return yamlText(data);
}

const HOME = '\u001B[H';
const HOME_AND_CLEAR = `${HOME}\u001B[2J`;
const TO_END_OF_LINE = '\u001B[K';
const TO_END_OF_SCREEN = '\u001B[J';

/**
 * `painted` turns the colours of `style` into those of the terminal, and spells out everything else that one could act
 * on.
 */
interface Colours {
  readonly style: Style;
  readonly painted: (text: string) => string;
}

/** Colours of ours carry a number that nobody can know, so that no text of others passes for one until the door. */
function styleFor(colour: boolean, width: number): Colours {
  const ours = String(randomInt(2 ** 47));
  const mark = (code: number): string => `\u001B[${String(code)};${ours}m`;
  const marks = new RegExp(String.raw`\u001B\[(\d+);${ours}m`);
  const paint =
    (name: string) =>
    (text: string): string => {
      const [begin, end] = inspect.colors[name] ?? [0, 0];
      return colour ? `${mark(begin)}${text}${mark(end)}` : text;
    };
  return {
    style: {
      width,
      good: paint('green'),
      bad: paint('red'),
      warn: paint('yellow'),
      dim: paint('dim'),
      strong: paint('bold'),
    },
    painted: (text) =>
      text
        .split(marks)
        .map((part, index) => (index % 2 === 0 ? visibleLines(part) : `\u001B[${part}m`))
        .join(''),
  };
}
