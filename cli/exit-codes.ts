/**
 * What rosctl ends with. The numbers from 64 on follow sysexits(3). docs/reference/exit-codes.md holds the same table.
 */
export const EXIT = {
  ok: 0,
  failure: 1,
  changes: 2,
  usage: 64,
  faultyInput: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  notKnown: 75,
  interrupted: 130,
} as const;

/** The name of an exit code; the numbers are stable. */
export type ExitName = keyof typeof EXIT;

/** When each code is used. */
export const EXIT_MEANINGS: Readonly<Record<ExitName, string>> = {
  ok: 'Done. For `plan` and `drift`: there is nothing to change.',
  failure:
    'Something outside failed: a router, git, what a controller was asked. The message says what and what to do.',
  changes: 'Done, and there are changes: `plan` has a plan, `drift` has found drift. That counts before 75.',
  usage: 'The command line is wrong: unknown command or option, missing argument.',
  faultyInput: 'The files of the fleet have faults; each is printed with its line.',
  noInput: 'The folder or file to read does not exist, is empty, or can not or must not be read.',
  unavailable:
    'What the command needs of this machine is not to be had: no controller answers on the control socket, the store can not be used, an address is taken, a file can not be written.',
  internal: 'A defect in rosctl itself, or Node is too old.',
  notKnown:
    'Devices were not read, no revision was accepted yet, or the checkout is newer than what the controller has read: whether there is something to change is not known. Each is named.',
  interrupted: 'Stopped by Ctrl-C or by a termination signal.',
};
