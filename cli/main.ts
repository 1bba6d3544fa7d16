import { visibleLines } from '#visible';
import { CommandError } from './command-error.ts';
import { parseCommandLine } from './command-line/arguments.ts';
import { COMMANDS, loadCommand } from './command-line/command-table.ts';
import { commandHelp, overview } from './command-line/help.ts';
import { leadingOptionsOf } from './command-line/leading-options.ts';
import { STATE } from './command-line/options.ts';
import { type Whole, wholeCommands } from './command-line/whole-commands.ts';
import type { CommandRow, InputStream } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { createOutput, type OutputFormat, type OutputStreams } from './output.ts';

/** What the process gives to rosctl; tests give their own. */
export interface Surroundings extends OutputStreams {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** The process's own unless given. */
  readonly stdin?: () => InputStream;
}

/**
 * Runs one command line, without `node` and the program's name. @returns the exit code of docs/reference/exit-codes.md.
 */
export async function main(argv: readonly string[], surroundings = surroundingsOfProcess()): Promise<number> {
  const whole = (text: string): string => wholeCommands(text, argv);
  try {
    return await dispatch(argv, surroundings, whole);
  } catch (error) {
    return await explainFailure(error, surroundings, whole);
  }
}

async function dispatch(argv: readonly string[], surroundings: Surroundings, whole: Whole): Promise<number> {
  const { options: leading, stateOptions, rest: typed } = leadingOptionsOf(argv);
  const [name, ...rest] = typed;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const row = rest[0] === undefined ? undefined : await findCommand(rest[0]);
    surroundings.stdout.write(row === undefined ? overview(COMMANDS) : commandHelp(row));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version') {
    const { version } = await import('./version.ts');
    surroundings.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  const row = await findCommand(name);
  const before = row.options?.some((option) => option.name === STATE.name) === true ? stateOptions : [];
  const { env, cwd, signal, stdin = () => process.stdin } = surroundings;
  const { positionals, options } = await parseCommandLine(row, [...leading, ...before, ...rest], env);
  if (options['help'] === true) {
    surroundings.stdout.write(commandHelp(row));
    return EXIT.ok;
  }
  const output = createOutput(options['output'] as OutputFormat, surroundings, env, whole);
  const command = await loadCommand(row.name);
  return command.run({ command: row, positionals, options, output, stdin, env, cwd, signal });
}

async function findCommand(name: string): Promise<CommandRow> {
  const row = COMMANDS.find((candidate) => candidate.name === name);
  if (row !== undefined) return row;
  // Loaded for this message only: its folder brings the schema validator along.
  const { nearestName } = await import('#schemas');
  const nearest = nearestName(
    name,
    COMMANDS.map((candidate) => candidate.name),
  );
  const what = name.startsWith('-') ? 'option' : 'command';
  const hint = nearest === undefined ? 'see: rosctl --help' : `did you mean: rosctl ${nearest}`;
  throw new CommandError('usage', `there is no ${what} ${JSON.stringify(name)}`, hint);
}

async function explainFailure(error: unknown, { stderr, signal }: Surroundings, whole: Whole): Promise<number> {
  const say = (message: string, hint?: string): void => {
    stderr.write(visibleLines(`rosctl: ${message}\n${hint === undefined ? '' : `  ${whole(hint)}\n`}`));
  };
  if (signal.aborted) {
    say('stopped');
    return EXIT.interrupted;
  }
  if (error instanceof CommandError) {
    say(error.message, error.hint);
    return error.exitCode;
  }
  const { failureText } = await import('./text/failure-text.ts');
  const known = failureText(error);
  if (known !== undefined) {
    say(known.message, known.hint);
    return known.exitCode;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say('this is a defect in rosctl; please report it with the lines below', detail);
  return EXIT.internal;
}

/** The real ones: SIGINT and SIGTERM abort the signal. */
export function surroundingsOfProcess(): Surroundings {
  const { stdout, stderr, env } = process;
  const stop = new AbortController();
  const halt = (name: string): void => {
    // The next signal of either kind finds no handler and ends the process at once.
    process.off('SIGINT', halt).off('SIGTERM', halt);
    stop.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGINT', halt).on('SIGTERM', halt);
  // A reader that has seen enough (`rosctl ... | head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  return { stdout, stderr, env, cwd: process.cwd(), signal: stop.signal };
}
