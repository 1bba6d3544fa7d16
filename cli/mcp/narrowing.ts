import { CommandError } from '../command-error.ts';
import { listIn } from '../access/devices-option.ts';
import { type CommandContext, type CommandOption, optionText } from '../command.ts';
import type { DoorHeaders } from './http-door.ts';

/** As what an assistant comes. */
export const ROLE: CommandOption = {
  name: 'role',
  value: 'ROLE',
  summary:
    'no more than this role may, on standard input and output read_only unless you say another; it never gives anything',
};

/** To which devices it is held. */
export const DEVICES: CommandOption = {
  name: 'devices',
  value: 'DEVICES',
  summary:
    'no others than these: NAME,NAME or LABEL=VALUE,LABEL=VALUE, or JSON as in the access file; default: all of yours',
};

/** What an assistant is narrowed to; a model that it serves cannot change it. */
export interface AskedNarrowing {
  /** Undefined: to none. */
  readonly role: string | undefined;
  /** JSON as in the access file; undefined: to none. */
  readonly devices: string | undefined;
}

/** What the command line narrows to. @throws {CommandError} `usage` */
export function narrowingIn(context: CommandContext): AskedNarrowing {
  const devices = optionText(context, 'devices');
  const stdio = optionText(context, 'listen') === undefined;
  return {
    role: optionText(context, 'role') ?? (stdio ? 'read_only' : undefined),
    devices: devices === undefined ? undefined : devicesOf(devices.trim()),
  };
}

/** The same as headers of every request. */
export function narrowingHeaders({ role, devices }: AskedNarrowing): DoorHeaders {
  return {
    ...(role === undefined ? {} : { 'x-role': role }),
    ...(devices === undefined ? {} : { 'x-devices': devices }),
  };
}

function devicesOf(text: string): string {
  if (text.startsWith('{')) return inHeader(parsed(text));
  const words = listIn(text);
  if (words.includes('')) throw wrong(text);
  const labels = words.filter((word) => word.includes('='));
  if (labels.length === 0) return inHeader({ names: words });
  if (labels.length < words.length) throw wrong(text);
  return inHeader({ matchLabels: Object.fromEntries(labels.map((word) => labelIn(word, text))) });
}

function labelIn(word: string, text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  if (name === undefined || value === undefined) throw wrong(text);
  return [name, value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw wrong(text);
  }
}

/** A header takes no letters beyond ASCII; JSON can do without. */
function inHeader(devices: unknown): string {
  return JSON.stringify(devices).replaceAll(
    /[^\u0020-\u007e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wrong(text: string): CommandError {
  const hint = 'for instance --devices site=vie, or --devices edge-vie-01,edge-vie-02';
  return new CommandError('usage', `--devices takes names, labels or JSON, not ${JSON.stringify(text)}`, hint);
}
