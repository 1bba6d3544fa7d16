import { existsSync } from 'node:fs';
import type { CommandArgument, CommandModule, CommandOption, CommandRow } from './command.ts';

/** Options that every command understands. */
export const GLOBAL_OPTIONS: readonly CommandOption[] = [
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'json', 'yaml'],
    default: 'table',
    summary: 'table for people, json or yaml for machines',
  },
  { name: 'help', short: 'h', summary: 'show this help' },
];

const DEVICE: CommandArgument = { name: 'DEVICE', summary: 'name of a RouterDevice', required: true };
const ANY_DEVICE: CommandArgument = { ...DEVICE, required: false };

const FLEET: CommandOption = {
  name: 'fleet',
  short: 'f',
  value: 'FOLDER',
  default: '.',
  summary: 'folder with the YAML files of the fleet',
};

const STATE: CommandOption = {
  name: 'state',
  value: 'FOLDER',
  default: './state',
  summary: "the controller's folder, where its control socket lies",
};

/** Every command in the order of help. A row counts once its file exists in cli/commands/. */
export const COMMAND_TABLE: readonly CommandRow[] = [
  {
    name: 'validate',
    summary: 'check the files of a fleet and print every fault at once',
    arguments: [{ name: 'FOLDER', summary: 'folder with the YAML files, default: this one', required: false }],
    examples: ['rosctl validate devices.example', 'rosctl validate -o json'],
  },
  {
    name: 'explain',
    summary: 'show every desired value of a device and the line it comes from',
    arguments: [DEVICE],
    options: [FLEET, { name: 'section', value: 'NAME', summary: 'only this section, for instance dns' }],
    examples: ['rosctl explain edge-vie-01 --fleet devices.example', 'rosctl explain edge-vie-01 --section dns'],
  },
  {
    name: 'plan',
    summary: 'show what would change, from the controller or offline from saved state',
    options: [
      { name: 'device', short: 'd', value: 'DEVICE', summary: 'only this device' },
      { name: 'from', value: 'FOLDER', summary: 'offline: live state as saved in this folder' },
      { name: 'base', value: 'FILE', summary: 'offline: last confirmed desired state, the third side of the plan' },
      FLEET,
      STATE,
    ],
    examples: ['rosctl plan', 'rosctl plan --device r1 --from ./state --fleet devices.example'],
  },
  {
    name: 'plans',
    summary: 'list the current plans, or show one whole',
    arguments: [
      { name: 'ACTION', summary: 'list or show', required: true, choices: ['list', 'show'] },
      { name: 'PLAN', summary: 'plan id, for show', required: false },
    ],
    options: [STATE],
    examples: ['rosctl plans list', 'rosctl plans show sha256:…'],
  },
  {
    name: 'status',
    summary: 'why is something happening, or nothing',
    arguments: [ANY_DEVICE],
    options: [STATE],
    examples: ['rosctl status', 'rosctl status edge-vie-01'],
  },
  {
    name: 'devices',
    summary: 'list the devices with their conditions',
    options: [STATE],
    examples: ['rosctl devices', 'rosctl devices -o json'],
  },
  {
    name: 'drift',
    summary: 'list what differs from the last confirmed state, and who did it',
    arguments: [ANY_DEVICE],
    options: [STATE],
    examples: ['rosctl drift', 'rosctl drift edge-vie-01'],
  },
  {
    name: 'history',
    summary: 'list the attempts on a device, newest first',
    arguments: [DEVICE],
    options: [{ name: 'limit', value: 'NUMBER', default: '20', summary: 'how many' }, STATE],
    examples: ['rosctl history edge-vie-01'],
  },
  {
    name: 'audit',
    summary: 'list who did what, newest first, or verify the chain',
    options: [
      { name: 'device', short: 'd', value: 'DEVICE', summary: 'only this device' },
      { name: 'limit', value: 'NUMBER', default: '50', summary: 'how many' },
      { name: 'verify', summary: 'walk the whole hash chain instead' },
      STATE,
    ],
    examples: ['rosctl audit --device edge-vie-01', 'rosctl audit --verify'],
  },
  {
    name: 'credentials',
    summary: 'set, list or remove credentials; a secret is read from standard input, never from the command line',
    arguments: [
      { name: 'ACTION', summary: 'set, list or remove', required: true, choices: ['set', 'list', 'remove'] },
      { name: 'NAME', summary: 'the name that spec.credentialsRef uses', required: false },
    ],
    options: [
      { name: 'user', value: 'NAME', summary: 'user name on the routers, for set' },
      { name: 'hosts', value: 'LIST', summary: 'hosts and networks it may be sent to, joined by commas, for set' },
      STATE,
    ],
    examples: ['rosctl credentials set fleet --user gitops --hosts 10.0.0.0/8', 'rosctl credentials list'],
  },
  {
    name: 'freeze',
    summary: 'stop all writes to routers, or allow them again with --off',
    options: [
      { name: 'reason', value: 'TEXT', summary: 'why, for the audit trail' },
      { name: 'off', summary: 'end the freeze' },
      STATE,
    ],
    examples: ['rosctl freeze --reason "incident 42"', 'rosctl freeze --off'],
  },
  {
    name: 'reconcile',
    summary: 'read the source again and look at the devices now',
    arguments: [ANY_DEVICE],
    options: [STATE],
    examples: ['rosctl reconcile', 'rosctl reconcile edge-vie-01'],
  },
  {
    name: 'doctor',
    summary: 'check the way to a device and print the RouterOS commands that make the right user and group',
    arguments: [DEVICE],
    options: [FLEET, STATE],
    examples: ['rosctl doctor edge-vie-01 --fleet devices.example'],
  },
  {
    name: 'controller',
    summary: 'run the controller',
    options: [FLEET, STATE],
    examples: ['rosctl controller --fleet devices.example --state ./state'],
  },
  {
    name: 'simulator',
    summary: 'run the routers of a fleet as simulated ones on loopback',
    options: [FLEET],
    examples: ['rosctl simulator --fleet devices.example'],
  },
  {
    name: 'completion',
    summary: 'print a completion script for the shell',
    arguments: [{ name: 'SHELL', summary: 'bash', required: true, choices: ['bash'] }],
    examples: ['source <(rosctl completion bash)'],
  },
];

// A checkout runs .ts files, the package .js files: a command's file ends like this one.
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** The commands of this release. */
export function commands(): readonly CommandRow[] {
  return COMMAND_TABLE.filter((row) => existsSync(fileOf(row)));
}

/** Loads a command and what it needs; nothing else of rosctl does. */
export async function loadCommand(row: CommandRow): Promise<CommandModule> {
  return (await import(fileOf(row).href)) as CommandModule;
}

function fileOf(row: CommandRow): URL {
  return new URL(`commands/${row.name}${EXTENSION}`, import.meta.url);
}
