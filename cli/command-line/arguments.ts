import { parseArgs } from 'node:util';
import { visible } from '#visible';
import { CommandError } from '../command-error.ts';
import type { CommandOption, CommandRow } from '../command.ts';
import { GLOBAL_OPTIONS } from './options.ts';

/** A command line taken apart: options by name, `true` for switches, defaults filled in. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | true | undefined>>;
  /** The options that stood on the command line. */
  readonly typed: ReadonlySet<string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads what follows the command's name. @throws {CommandError} `usage` with the next step. */
export async function parseCommandLine(
  row: CommandRow,
  argv: readonly string[],
  env: Environment = {},
): Promise<ParsedArguments> {
  const known = [...(row.options ?? []), ...GLOBAL_OPTIONS];
  const { tokens, positionals: given } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(known.map((option) => [option.name, parserOption(option)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options: Record<string, string | true> = {};
  const typed = new Set<string>();
  for (const option of known) {
    const usual = defaultOf(option, env);
    if (usual !== undefined) options[option.name] = usual;
  }
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = known.find((candidate) => candidate.name === token.name);
    if (option === undefined) throw await unknownOption(row, token.rawName, known);
    options[option.name] = valueOf(row, option, token.value);
    typed.add(option.name);
  }
  const [{ default: usual } = {}] = row.arguments ?? [];
  const positionals = given.length === 0 && usual !== undefined ? [usual] : given;
  if (options['help'] === undefined) checkPositionals(row, positionals);
  return { positionals, options, typed };
}

/** An empty variable is as good as none. */
function defaultOf(option: CommandOption, env: Environment): string | undefined {
  const set = option.environment === undefined ? undefined : env[option.environment];
  return set === undefined || set === '' ? option.default : set;
}

/** The format that a command line asks for, whatever else is wrong with it. */
export function formatIn(argv: readonly string[]): string {
  const output = GLOBAL_OPTIONS.filter(({ name }) => name === 'output');
  const options = Object.fromEntries(output.map((option) => [option.name, parserOption(option)]));
  const { values } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false });
  const [{ choices = [], default: usual = '' } = {}] = output;
  const wanted = values['output'];
  return typeof wanted === 'string' && choices.includes(wanted) && wanted !== 'wide' ? wanted : usual;
}

function parserOption(option: CommandOption): { type: 'string' | 'boolean'; short?: string } {
  const type = option.value === undefined ? 'boolean' : 'string';
  return option.short === undefined ? { type } : { type, short: option.short };
}

function valueOf(row: CommandRow, option: CommandOption, value: string | undefined): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw usageError(row, `--${option.name} takes no value`);
    return true;
  }
  if (value === undefined || value.startsWith('--')) {
    throw usageError(row, `--${option.name} needs a value: --${option.name} ${option.value}`);
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw usageError(row, `--${option.name} must be one of ${option.choices.join(', ')}, not ${JSON.stringify(value)}`);
  }
  return value;
}

function checkPositionals(row: CommandRow, positionals: readonly string[]): void {
  const args = row.arguments ?? [];
  const extra = positionals[args.length];
  if (extra !== undefined && args.at(-1)?.repeats !== true)
    throw usageError(row, `unexpected argument ${JSON.stringify(extra)}`);
  for (const [index, argument] of args.entries()) {
    const given = positionals[index];
    if (given === undefined && argument.required) throw usageError(row, `${argument.name} is missing`);
    if (given !== undefined && argument.choices !== undefined && !argument.choices.includes(given)) {
      const allowed = argument.choices.join(', ');
      throw usageError(row, `${argument.name} must be one of ${allowed}, not ${JSON.stringify(given)}`);
    }
  }
}

async function unknownOption(row: CommandRow, raw: string, known: readonly CommandOption[]): Promise<CommandError> {
  // Loaded for this message only: its folder brings the schema validator along.
  const { nearestName } = await import('#schemas');
  const nearest = nearestName(
    raw.replace(/^-+/, ''),
    known.map((option) => option.name),
  );
  const message = `rosctl ${row.name} has no option ${visible(raw)}`;
  return nearest === undefined
    ? usageError(row, message)
    : new CommandError('usage', message, `did you mean --${nearest}?`);
}

function usageError(row: CommandRow, message: string): CommandError {
  return new CommandError('usage', message, `see: rosctl ${row.name} --help`);
}
