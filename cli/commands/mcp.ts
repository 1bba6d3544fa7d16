import { join } from 'node:path';
import { STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionPath, optionText } from '../command.ts';
import { operatorName } from '../control/round-trip.ts';
import { EXIT } from '../exit-codes.ts';
import { listen, LISTEN, PUBLIC_URL } from '../mcp/listen.ts';
import { socketDoor } from '../mcp/socket-door.ts';
import { version } from '../version.ts';

/** `rosctl mcp`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'mcp',
  summary: 'serve assistants: they read, diagnose and propose, and can write nothing',
  options: [STATE, LISTEN, PUBLIC_URL],
  examples: [
    'rosctl mcp --state ./state',
    'rosctl mcp --listen 127.0.0.1:9476 --public-url https://mcp.example.net --state ./state',
  ],
  notes: ['It speaks the Model Context Protocol on standard input and output: a client starts it, not a person.'],
};

/** `rosctl mcp`: serves a client on standard input and output until it ends. */
export async function run(context: CommandContext): Promise<number> {
  const { serveOnStdio, TOOLS } = await import('#mcp');
  const state = optionPath(context, 'state') ?? join(context.cwd, 'state');
  if (optionText(context, 'listen') !== undefined) return await listen(context, join(state, 'mcp.sock'));
  const door = socketDoor(join(state, 'mcp.sock'), { 'x-operator': operatorName(), 'x-role': 'read_only' });
  const served = { version: version(), tools: TOOLS, door, now: () => Date.now() };
  await serveOnStdio(served, (error) => context.output.note(error.message), context.signal);
  return EXIT.ok;
}
