import { shellWord } from '../text/shell-word.ts';
import { COMMANDS } from './command-table.ts';
import { STATE } from './options.ts';

/** Makes the commands in a hint of ours such that they work where they are printed. */
export type Whole = (hint: string) => string;

/** Commands that ask the controller of the state folder, or that take its files to be no part of the fleet. */
const STATEFUL = COMMANDS.filter(({ options = [] }) => options.some(({ name }) => name === STATE.name)).map(
  ({ name }) => name,
);
const COMMAND = new RegExp(String.raw`\brosctl (?=(${STATEFUL.join('|')})\b(?![^;\n"]*--state))`, 'g');

/**
 * A hint whose commands lead to the controller that was asked: one that was named by `--state` has to be named again,
 * one that was named by ROSCTL_STATE, or by nothing, is found again.
 */
export function wholeCommands(hint: string, argv: readonly string[]): string {
  const state = typedState(argv);
  return state === undefined
    ? hint
    : hint.replaceAll(COMMAND, `rosctl --state ${shellWord(state).replaceAll('$', '$$$$')} `);
}

function typedState(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const last = words.findLastIndex((word) => word === `--${STATE.name}` || word.startsWith(`--${STATE.name}=`));
  if (last < 0) return undefined;
  return words[last]?.includes('=') === true ? words[last].slice(STATE.name.length + 3) : words[last + 1];
}
