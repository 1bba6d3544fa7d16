import type { CommandArgument, CommandOption } from '../command.ts';

/** What is read: routers, saved state, or files of exports. */
export const READ: CommandArgument = {
  name: 'DEVICE',
  summary: 'names of RouterDevices, default: all; with --export the files that /export printed',
  required: false,
  repeats: true,
  names: 'device',
};

/** The arguments are files of exports. */
export const EXPORTS: CommandOption = {
  name: 'export',
  summary: 'the arguments are files that /export printed: a device has the name of its file',
};

/** Saved state instead of routers. */
export const FROM: CommandOption = {
  name: 'from',
  value: 'FOLDER',
  summary: 'live state that rosctl plan --save kept in FOLDER as DEVICE.json',
};

/** A fleet elsewhere. */
export const OTHER_FLEET: CommandOption = {
  name: 'fleet',
  short: 'f',
  value: 'FOLDER',
  summary: 'folder with the RouterDevices, default: that of --into',
};

/** A router that is in no fleet yet. */
export const LONE: readonly CommandOption[] = [
  {
    name: 'address',
    value: 'URL',
    summary: 'a router that is in no fleet yet; its password is read from standard input',
  },
  { name: 'user', value: 'USER', summary: 'with --address: who logs in' },
  {
    name: 'fingerprint',
    value: 'SHA256',
    summary: "with --address: the SHA-256 fingerprint of the router's certificate",
  },
  {
    name: 'environment',
    value: 'ENVIRONMENT',
    choices: ['lab', 'staging', 'prod'],
    default: 'prod',
    summary: 'for devices that are in no fleet yet',
  },
];
