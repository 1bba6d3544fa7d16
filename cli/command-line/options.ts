import type { CommandArgument, CommandOption } from '../command.ts';

/** Options that every command understands. */
export const GLOBAL_OPTIONS: readonly CommandOption[] = [
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'wide', 'json', 'yaml'],
    default: 'table',
    summary: 'for people a table, cut to the terminal, or wide; for machines json or yaml',
  },
  { name: 'no-pager', summary: 'show long results at once, not in ROSCTL_PAGER, PAGER or less' },
  { name: 'help', short: 'h', summary: 'show this help' },
];

/** The device that a command is about. */
export const DEVICE: CommandArgument = {
  name: 'DEVICE',
  summary: 'name of a RouterDevice',
  required: true,
  names: 'device',
};
/** As DEVICE, where all are meant without one. */
export const ANY_DEVICE: CommandArgument = { ...DEVICE, required: false };

/** The same as DEVICE, for those who are used to it. */
export const DEVICE_OPTION: CommandOption = {
  name: 'device',
  short: 'd',
  value: 'DEVICE',
  summary: 'the same as the argument',
  names: 'device',
};

/** For commands that read a fleet. */
export const FLEET: CommandOption = {
  name: 'fleet',
  short: 'f',
  value: 'FOLDER',
  default: '.',
  summary: 'folder with the YAML files of the fleet',
};

/** For commands that ask a controller. */
export const STATE: CommandOption = {
  name: 'state',
  value: 'FOLDER',
  default: './state',
  environment: 'ROSCTL_STATE',
  summary: "the controller's folder, where its control socket lies",
};

/** For commands that read a fleet and ask no controller. */
export const LEFT_OUT: CommandOption = {
  ...STATE,
  summary: "the controller's folder: no part of the fleet, where that lies outside of Git",
};

/** For commands that hold files of a fleet against a version of RouterOS. */
export const ROUTEROS: CommandOption = {
  name: 'routeros',
  value: 'VERSION',
  summary: 'also tell what is declared and RouterOS of that version, such as 7.16.2, does not have',
};

/** For commands that log in to routers. */
export const CREDENTIALS: CommandOption = {
  name: 'credentials',
  value: 'FILE',
  summary: 'YAML file with the credential bindings, default: credentials.yaml in the state folder',
};

/** For commands that read who may do what. */
export const ACCESS: CommandOption = {
  name: 'access',
  value: 'FILE',
  summary: 'YAML file that says who may do what, default: access.yaml in the state folder',
};

/** For commands that talk to routers. */
export const CA: CommandOption = {
  name: 'ca',
  value: 'FILE',
  summary: 'PEM file with certificate authorities to trust besides those of the system',
};

/** For commands that also ask a controller elsewhere. */
export const CONTROLLER: readonly CommandOption[] = [
  STATE,
  {
    name: 'controller',
    value: 'URL',
    environment: 'ROSCTL_CONTROLLER',
    summary: 'ask the controller at this https:// URL, as whoever is logged in there',
  },
  CA,
];

/** For commands that go to a controller elsewhere alone. */
export const ELSEWHERE: readonly CommandOption[] = CONTROLLER.filter(({ name }) => name !== STATE.name);

/** What the exit code says when the answer has gaps. */
export const NOT_KNOWN =
  'Exit code 75 when devices were not read since the revision in force was accepted, or none was accepted: they are named, and what they would need is not known. A suspended device does not count.';

/** For commands that also work without a controller. */
export const BY_STORE = 'While no controller runs, the store that it left is opened directly.';

/** For commands that sign a commit. */
export const SIGNING_KEY: CommandOption = {
  name: 'signing-key',
  value: 'FILE',
  summary: 'sign without git, with an ed25519 private key that has no passphrase',
};

/** How commits are signed. */
export const BY_GIT =
  'Signed by your own git, with its configuration: a key in ssh-agent, with a passphrase or in hardware works, and is the better way than --signing-key, which is for machines without git.';

/** For commands that ask before they do something. */
export const YES: CommandOption = { name: 'yes', short: 'y', summary: 'do it without asking' };
