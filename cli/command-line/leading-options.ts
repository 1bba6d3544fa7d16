import { CommandError } from '../command-error.ts';
import { GLOBAL_OPTIONS, STATE } from './options.ts';

/** What stands before the command's name, and what follows it. */
export interface LeadingOptions {
  /** Options that count for whatever command follows. */
  readonly options: readonly string[];
  /** The same for commands that ask a controller. */
  readonly stateOptions: readonly string[];
  /** The command's name with all that comes after it. */
  readonly rest: readonly string[];
}

/** Options that may stand before the command; `--help` and `--version` are commands of their own there. */
const LEADING = [...GLOBAL_OPTIONS, STATE].filter(({ name }) => name !== 'help');

/** Takes apart `rosctl --state x -o json status`. @throws {CommandError} `usage` for a value that is missing. */
export function leadingOptionsOf(argv: readonly string[]): LeadingOptions {
  const options: string[] = [];
  const stateOptions: string[] = [];
  let at = 0;
  for (;;) {
    const word = argv[at] ?? '';
    const option = LEADING.find(
      ({ name, short }) =>
        word === `--${name}` || word.startsWith(`--${name}=`) || (short !== undefined && word === `-${short}`),
    );
    if (option === undefined) return { options, stateOptions, rest: argv.slice(at) };
    const alone = word.includes('=') || option.value === undefined;
    const words = alone ? [word] : argv.slice(at, at + 2);
    if (!alone && words.length < 2) {
      const usage = `--${option.name} needs a value: --${option.name} ${option.value ?? ''}`;
      throw new CommandError('usage', usage, 'see: rosctl --help');
    }
    (option.name === STATE.name ? stateOptions : options).push(...words);
    at += words.length;
  }
}
