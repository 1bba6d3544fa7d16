import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandError } from './command-error.ts';
import type { Output } from './output.ts';

/** One positional argument of a command. */
export interface CommandArgument {
  /** As help shows it: `DEVICE`. */
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  /** The only words that are allowed. */
  readonly choices?: readonly string[];
  /** The one of them that counts where none is given. */
  readonly default?: string;
  /** The last argument may be given several times. */
  readonly repeats?: true;
  /** What completion offers for it. */
  readonly names?: NameKind;
  /** The first words of the command that it goes with; absent: all. */
  readonly actions?: readonly string[];
}

/** Names that completion asks the controller for. */
export type NameKind = 'device' | 'plan' | 'approvable' | 'rollout' | 'credential';

/** Where a secret is read from: a terminal or a pipe. */
export type InputStream = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** One option of a command. */
export interface CommandOption {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** Name of the value in help (`FOLDER`). Absent: the option is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** What counts without the option. */
  readonly default?: string;
  /** The variable that counts where the option was not typed, before the default. */
  readonly environment?: string;
  /** What completion offers for its value. */
  readonly names?: NameKind;
  readonly summary: string;
}

/** One command as data: all that help, completion, parsing and the reference page need. */
export interface CommandRow {
  /** Also the name of its file in cli/commands/. */
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  readonly examples: readonly string[];
  /** What else a user must know: exit codes of its own, files it reads. One paragraph each. */
  readonly notes?: readonly string[];
  /**
   * It answers from what the controller has read of the source, which looks first where the checkout is newer; all of
   * it, or these actions.
   */
  readonly looksFirst?: true | readonly string[];
}

/** What a command gets to work with. It touches no other globals. */
export interface CommandContext {
  readonly command: CommandRow;
  /** The arguments in order. */
  readonly positionals: readonly string[];
  /** Values of the options that were given or have a default; `true` for switches. */
  readonly options: Readonly<Record<string, string | true | undefined>>;
  readonly output: Output;
  /** Standard input, opened when asked for. */
  readonly stdin: () => InputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Aborts on Ctrl-C or a termination signal. */
  readonly signal: AbortSignal;
}

/** What a file in cli/commands/ exports. */
export interface CommandModule {
  readonly row: CommandRow;
  /** @returns the exit code. @throws {CommandError} or {Failure} for expected bad ends. */
  run(context: CommandContext): Promise<number>;
}

/** The text of an option that has a value; undefined when it was not given and has no default. */
export function optionText(context: CommandContext, name: string): string | undefined {
  const value = context.options[name];
  return value === true ? undefined : value;
}

/** A whole number from an option. @throws {CommandError} `usage` for anything else. */
export function optionNumber(context: CommandContext, name: string, least: number, most: number): number {
  const text = optionText(context, name) ?? '';
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const allowed = `a whole number from ${String(least)} to ${String(most)}`;
  throw new CommandError('usage', `--${name} takes ${allowed}, not ${JSON.stringify(text)}`);
}

/**
 * The device that a command is about: the argument at this place, or as `--device`. @throws {CommandError} `usage` for
 * two.
 */
export function deviceIn(context: CommandContext, place: number): string | undefined {
  const [argument, option] = [context.positionals[place], optionText(context, 'device')];
  if (argument !== undefined && option !== undefined && argument !== option) {
    throw new CommandError('usage', `two devices are named: ${JSON.stringify(argument)} and ${JSON.stringify(option)}`);
  }
  return argument ?? option;
}

/** The path in an option, from the folder the command was started in; undefined when it was not given. */
export function optionPath(context: CommandContext, name: string): string | undefined {
  const path = optionText(context, name);
  return path === undefined ? undefined : resolve(context.cwd, path);
}
