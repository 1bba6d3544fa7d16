import { visibleLines } from '#visible';
import { Failure } from '#failure';
import { CommandError } from './command-error.ts';
import { formatIn, parseCommandLine } from './command-line/arguments.ts';
import { COMMANDS, loadCommand } from './command-line/command-table.ts';
import { commandHelp, overview } from './command-line/help.ts';
import { leadingOptionsOf } from './command-line/leading-options.ts';
import { STATE } from './command-line/options.ts';
import { type Whole, wholeCommands } from './command-line/whole-commands.ts';
import type { CommandRow, InputStream } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { ERROR_KINDS } from './json/error-kinds.ts';
import { createOutput, type OutputStreams, spokenLine, type WantedFormat } from './output.ts';
import type { FailureText } from './text/failure-text.ts';
import { osErrorText } from './text/os-error-text.ts';

/** What the process gives to rosctl; tests give their own. */
export interface Surroundings extends OutputStreams {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Whether standard output is that of this process, so that a pager can write there. */
  readonly own?: true;
  /** The process's own unless given. */
  readonly stdin?: () => InputStream;
}

/**
 * Runs one command line, without `node` and the program's name. @returns the exit code of docs/reference/exit-codes.md.
 */
export async function main(argv: readonly string[], given?: Surroundings): Promise<number> {
  const whole = (text: string): string => wholeCommands(text, argv);
  let surroundings = given;
  try {
    surroundings ??= surroundingsOfProcess();
    return await dispatch(argv, surroundings, whole);
  } catch (error) {
    return await explainFailure(error, { whole, argv, ...(surroundings ?? { stderr: process.stderr }) });
  }
}

/** To whom a failure is told, and as whose. */
type Told = Pick<Surroundings, 'stderr'> &
  Partial<Pick<Surroundings, 'signal'>> & {
    readonly name?: string;
    readonly whole?: Whole;
    readonly argv?: readonly string[];
  };

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
  const streams = options['no-pager'] === true ? surroundings : await withPager(surroundings);
  const output = createOutput(options['output'] as WantedFormat, streams, env, whole);
  const command = await loadCommand(row.name);
  const context = { command: row, positionals, options, output, stdin, env, cwd, signal };
  if (!looksFirst(row, positionals)) return await command.run(context);
  const { lookingFirst } = await import('./control/look-first.ts');
  return await lookingFirst(context, () => command.run(context));
}

function looksFirst({ looksFirst: looks = [] }: CommandRow, [action = '']: readonly string[]): boolean {
  return looks === true || looks.includes(action);
}

/** With the pager that long results go through, where standard output is a terminal of this process. */
async function withPager(surroundings: Surroundings): Promise<OutputStreams> {
  const { own, stdout, env } = surroundings;
  if (own !== true || stdout.isTTY !== true) return surroundings;
  const { page, pagerIn } = await import('./pager.ts');
  const pager = pagerIn(env);
  return pager === null ? surroundings : { ...surroundings, page: (text) => page(text, pager, env) };
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

/**
 * The one place where what ends a command is told: in words, or as the object that docs/reference/output.md has. Only
 * what is neither a CommandError, nor a Failure, nor refused by the operating system, is a defect.
 */
export async function explainFailure(
  error: unknown,
  { stderr, signal, name = 'rosctl', whole = (text) => text, argv = [] }: Told,
): Promise<number> {
  const { code, message, hint: advice, exit, exitCode } = await failureOf(error, signal);
  const hint = advice === undefined ? undefined : whole(advice);
  if (formatIn(argv) === 'table') {
    stderr.write(visibleLines(`${name}: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`));
    return exitCode;
  }
  const command = COMMANDS.find((row) => argv.includes(row.name))?.name ?? '';
  stderr.write(spokenLine({ code, message, next: hint ?? ERROR_KINDS[exit].next(command), exitCode }));
  return exitCode;
}

async function failureOf(error: unknown, signal: AbortSignal | undefined): Promise<FailureText> {
  if (signal?.aborted === true) return new CommandError('interrupted', 'stopped');
  if (error instanceof CommandError) return error;
  if (error instanceof Failure) {
    // With what it needs it is large.
    const { failureText } = await import('./text/failure-text.ts');
    return failureText(error);
  }
  const refused = osErrorText(error);
  if (refused !== undefined) return new CommandError(refused.exit, refused.message, refused.hint);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CommandError('internal', 'this is a defect in rosctl; please report it with the lines below', detail);
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
  const end = (error: unknown): void => {
    void explainFailure(error, { stderr, signal: stop.signal }).then((code) => process.exit(code));
  };
  // A reader that has seen enough (`rosctl ... | head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(EXIT.ok) : end(error)));
  // There is nobody left to be told.
  stderr.on('error', () => {});
  // Whatever is thrown where no command waits for it ends here too.
  process.on('uncaughtException', end);
  return { stdout, stderr, env, cwd: process.cwd(), signal: stop.signal, own: true };
}
