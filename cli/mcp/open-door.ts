import { join } from 'node:path';
import type { Door } from '#mcp';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { environmentToken } from '../control/controller-token.ts';
import { operatorName } from '../control/round-trip.ts';
import type { DoorHeaders } from './http-door.ts';
import { narrowingHeaders, narrowingIn } from './narrowing.ts';
import { remoteDoor } from './remote-door.ts';
import { socketDoor } from './socket-door.ts';

/** The way to the service that the command line means. */
export interface OpenedDoor {
  readonly door: Door;
  /** Who answers there, as people are told. */
  readonly place: string;
  close(): Promise<void>;
}

/** Opens the way of one caller; nothing is sent yet. @throws {CommandError} for options that do not go together. */
export async function openDoor(context: CommandContext): Promise<OpenedDoor> {
  const narrowing = narrowingIn(context);
  const headers = narrowingHeaders(narrowing);
  const url = optionText(context, 'controller');
  const shared = optionPath(context, 'mcp-socket');
  const ways = [
    context.options['direct'] === true ? 'direct' : null,
    url && 'controller',
    shared && 'mcp-socket',
  ].filter(Boolean);
  if (ways.length > 1)
    throw new CommandError(
      'usage',
      `--${ways.join(' and --')} are two ways`,
      'give one of them, or unset ROSCTL_CONTROLLER',
    );
  if (context.options['direct'] === true) {
    const { openDirectDoor } = await import('./direct-door.ts');
    return await openDirectDoor(context, narrowing);
  }
  if (url !== undefined)
    return { door: await remoteDoor(context, url, headers), place: `the controller at ${url}`, ...NOTHING };
  const path = mcpSocketIn(context);
  const who = shared === undefined ? { 'x-operator': operatorName() } : await tokenHeader(context);
  return { door: socketDoor(path, { ...who, ...headers }), place: `the controller at ${path}`, ...NOTHING };
}

/** Where the controller of this machine lets MCP servers in. */
export function mcpSocketIn(context: CommandContext): string {
  return (
    optionPath(context, 'mcp-socket') ?? join(optionPath(context, 'state') ?? join(context.cwd, 'state'), 'mcp.sock')
  );
}

const NOTHING = { close: async () => await Promise.resolve() };

/** A controller that shares its socket knows nobody without a token; its own user may have named the path all the same. */
async function tokenHeader(context: CommandContext): Promise<DoorHeaders> {
  const token = await environmentToken(context);
  return token === null ? { 'x-operator': operatorName() } : { authorization: `Bearer ${token}` };
}
