import { CommandError } from '../command-error.ts';
import type { Tool } from '#mcp';
import { CONTROLLER, CREDENTIALS, FLEET } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { listen, LISTEN, PUBLIC_URL } from '../mcp/listen.ts';
import { DEVICES, ROLE } from '../mcp/narrowing.ts';
import { type OpenedDoor, openDoor } from '../mcp/open-door.ts';
import { SELECTION, selectedTools } from '../mcp/selected-tools.ts';
import { version } from '../version.ts';

/** `rosctl mcp`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'mcp',
  summary: 'serve assistants: they read, diagnose and propose, and can write nothing',
  options: [
    ROLE,
    DEVICES,
    ...CONTROLLER,
    {
      name: 'mcp-socket',
      value: 'PATH',
      summary: 'the socket that the controller shares by its own --mcp-socket; default: mcp.sock in the state folder',
    },
    {
      name: 'direct',
      summary: 'without a controller: straight to the routers of --fleet, with their read users alone',
    },
    FLEET,
    CREDENTIALS,
    ...SELECTION,
    LISTEN,
    PUBLIC_URL,
    { name: 'check', summary: 'serve nothing: say what works and what is missing' },
  ],
  examples: [
    'rosctl mcp --state ./state',
    'rosctl mcp --controller https://gitops.example.net --role ops_rw --devices site=vie',
    'rosctl mcp --direct --fleet devices.example --credentials credentials.yaml',
    'rosctl mcp --listen 127.0.0.1:9476 --public-url https://mcp.example.net --mcp-socket /run/routeros-gitops/mcp.sock',
    'rosctl mcp --check --state ./state',
  ],
  notes: [
    'It speaks the Model Context Protocol on standard input and output: a client starts it, not a person. Nothing else goes to standard output; what there is to say goes to standard error.',
    'At a socket that is shared, a token says who comes: that of ROUTEROS_GITOPS_TOKEN or ROUTEROS_GITOPS_TOKEN_FILE. With --controller it is whoever is logged in there: rosctl login.',
    'A controller that is away is waited for: tools say so, and go on when it is back.',
    'With --check exit code 1 when something is missing without which nothing works.',
  ],
};

/** So long a start waits for the controller to say that it knows the role. */
const FIRST_WORD_MS = 3000;

/** `rosctl mcp`: serves a client on standard input and output until it ends, or a team over HTTP until it is stopped. */
export async function run(context: CommandContext): Promise<number> {
  const tools = await selectedTools(context);
  const checks = context.options['check'] === true;
  if (!checks && optionText(context, 'listen') !== undefined) return await listen(context, tools);
  const opened = await openDoor(context);
  try {
    if (checks) return await check(context, opened, tools);
    await mustBeUnderstood(context, opened);
    const { serveOnStdio } = await import('#mcp');
    const served = { version: version(), tools, door: opened.door, now: () => Date.now() };
    await serveOnStdio(served, (error) => context.output.note(error.message), context.signal);
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

async function check(
  { output, signal }: CommandContext,
  { door, place }: OpenedDoor,
  tools: readonly Tool[],
): Promise<number> {
  const [{ checksOf }, { checksText }] = await Promise.all([
    import('../mcp/check.ts'),
    import('../text/doctor-text.ts'),
  ]);
  const items = await checksOf({ door, place, tools, signal });
  await output.result('mcp --check', { items }, () => checksText(items, output.style));
  return items.some(({ verdict }) => verdict === 'problem') ? EXIT.failure : EXIT.ok;
}

/** A role or devices that mean nothing end the start; whatever may pass is told, and waited for. */
async function mustBeUnderstood({ output, signal }: CommandContext, { door }: OpenedDoor): Promise<void> {
  const { DoorError } = await import('#mcp');
  try {
    await door.ask('me', {}, AbortSignal.any([signal, AbortSignal.timeout(FIRST_WORD_MS)]));
  } catch (error) {
    if (!(error instanceof DoorError)) return;
    const { status, message, hint } = error.failure;
    if (status === 400) throw new CommandError('usage', message, 'see --role and --devices: rosctl mcp --help');
    output.note(`${message} ${hint}`);
  }
}
