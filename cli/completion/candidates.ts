import { GLOBAL_OPTIONS, STATE } from '../command-line/options.ts';
import type { CommandArgument, CommandOption, CommandRow, NameKind } from '../command.ts';

/** What may stand where somebody is typing. */
export interface Candidates {
  readonly words: readonly string[];
  /** Names that only the controller knows. */
  readonly names: readonly NameKind[];
  readonly paths: 'files' | 'folders' | null;
}

/** A line that is being typed: what is known of it, and what may come next. */
export interface TypedLine {
  readonly candidates: Candidates;
  /** Values of the options that are typed already. */
  readonly options: ReadonlyMap<string, string>;
  /** What is typed of the last word: `--output=` of `--output=js`, and `js` that candidates begin with. */
  readonly before: string;
  readonly start: string;
}

const NOTHING: Candidates = { words: [], names: [], paths: null };

/** Options that may stand before the command. */
const LEADING: readonly CommandOption[] = [...GLOBAL_OPTIONS, STATE, { name: 'version', summary: '' }];

/** What may be the last of the words; the others stand before it, the first after `rosctl`. */
export function candidatesFor(rows: readonly CommandRow[], typed: readonly string[]): TypedLine {
  const words = separate(typed);
  const start = words.at(-1) ?? '';
  const options = new Map<string, string>();
  const positionals: string[] = [];
  let row: CommandRow | undefined;
  let waiting: CommandOption | undefined;
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      options.set(waiting.name, word);
      waiting = undefined;
    } else if (word.startsWith('-')) waiting = valueOption(optionsOf(row), word);
    else if (row !== undefined) positionals.push(word);
    else row = rows.find(({ name }) => name === word) ?? UNKNOWN;
  }
  const [before = ''] = /^--[a-z-]+=/.exec(typed.at(-1) ?? '') ?? [];
  const line = { options, before, start };
  if (waiting !== undefined) return { ...line, candidates: valuesOf(waiting) };
  if (start.startsWith('-')) return { ...line, candidates: wordsAlone(optionsOf(row).flatMap(spellings)) };
  if (row !== undefined) return { ...line, candidates: argumentAt(row, positionals) };
  return { ...line, candidates: wordsAlone(rows.map(({ name }) => name)) };
}

const UNKNOWN: CommandRow = { name: '', summary: '', examples: [] };

function wordsAlone(words: readonly string[]): Candidates {
  return { ...NOTHING, words };
}

/** Options apart from their values: bash takes `--output=json` for three words. Quotes that a shell left are dropped. */
function separate(typed: readonly string[]): readonly string[] {
  const words = typed
    .map((word) => word.replaceAll(/["'\\]/g, ''))
    .flatMap((word) => {
      const [, option, value] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? [];
      return option === undefined || value === undefined ? [word] : [option, value];
    });
  return words.at(-1) === '=' ? [...words.slice(0, -1), ''] : words.filter((word) => word !== '=');
}

function optionsOf(row: CommandRow | undefined): readonly CommandOption[] {
  return row === undefined ? LEADING : [...(row.options ?? []), ...GLOBAL_OPTIONS];
}

function valueOption(options: readonly CommandOption[], word: string): CommandOption | undefined {
  return options.find((option) => option.value !== undefined && spellings(option).includes(word));
}

function spellings({ name, short }: CommandOption): readonly string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function valuesOf({ choices, names, value }: CommandOption): Candidates {
  if (choices !== undefined) return { ...NOTHING, words: choices };
  if (names !== undefined) return { ...NOTHING, names: [names] };
  return { ...NOTHING, paths: pathsFor(value) };
}

function pathsFor(value = ''): Candidates['paths'] {
  if (value === 'FOLDER' || value === 'DIR') return 'folders';
  return value.startsWith('FILE') || value === 'SOURCE' ? 'files' : null;
}

/** The argument at this place, and the next one where this one may be left out. */
function argumentAt({ arguments: all = [] }: CommandRow, before: readonly string[]): Candidates {
  const [action = ''] = before;
  const fits = ({ actions }: CommandArgument): boolean => actions === undefined || actions.includes(action);
  const last = all.at(-1);
  const here = all[before.length] ?? (last?.repeats === true ? last : undefined);
  if (here === undefined || !fits(here)) return NOTHING;
  const next = all[before.length + 1];
  const both = here.names !== undefined && next !== undefined && fits(next) ? [here, next] : [here];
  return {
    words: both.flatMap(({ choices = [] }) => choices),
    names: both.flatMap(({ names }) => names ?? []),
    paths: pathsFor(here.name),
  };
}
