import { EXIT, type ExitName } from '../exit-codes.ts';

/** The exits that are errors. */
export type ErrorExit = Exclude<ExitName, 'ok' | 'changes'>;

/** What programs are told of an error that no failure code names. */
export interface ErrorKind {
  /** Stable. */
  readonly code: string;
  readonly exitCode: number;
  /** What to do where the error itself does not say. */
  readonly next: (command: string) => string;
}

function kind(exit: ErrorExit, code: string, next: ErrorKind['next']): ErrorKind {
  return { code, exitCode: EXIT[exit], next };
}

/** No controller answers: the one code beside these that is no failure's. */
export const NO_CONTROLLER = 'NoController';

/** By the name of the exit code. docs/reference/output.md holds the same table. */
export const ERROR_KINDS: Readonly<Record<ErrorExit, ErrorKind>> = {
  failure: kind('failure', 'Failed', () => 'correct what the message names, and run it again'),
  usage: kind('usage', 'Usage', (command) => `see: rosctl ${command === '' ? '' : `${command} `}--help`),
  faultyInput: kind('faultyInput', 'FaultyInput', () => 'correct the files; see: rosctl validate'),
  noInput: kind('noInput', 'NoInput', () => 'name a folder or file that exists and can be read'),
  unavailable: kind('unavailable', 'Unavailable', () => 'see that what the message names can be reached'),
  internal: kind('internal', 'Defect', () => 'report it with the lines of the message'),
  notKnown: kind('notKnown', 'NotKnown', () => 'see: rosctl status'),
  interrupted: kind('interrupted', 'Interrupted', () => 'run it again when it is to go on'),
};
