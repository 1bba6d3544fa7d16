import type { DiagnosticView } from '#controller';
import type { InputOf } from '#controller/operations';
import { CONTROLLER, DEVICE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber, optionText } from '../command.ts';
import { followDiagnostic } from '../control/follow-diagnostic.ts';
import { EXIT } from '../exit-codes.ts';
import { diagnosticText } from '../text/diagnose-text.ts';

/** `rosctl diagnose`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'diagnose',
  summary: 'have a router ping, trace a route, resolve a name or measure bandwidth, and watch it',
  arguments: [
    {
      name: 'TOOL',
      summary: 'ping, traceroute, resolve or bandwidth',
      required: true,
      choices: ['ping', 'traceroute', 'resolve', 'bandwidth'],
    },
    DEVICE,
    { name: 'TARGET', summary: 'an address or a name; for bandwidth another RouterDevice', required: true },
  ],
  options: [
    { name: 'count', value: 'NUMBER', summary: 'for ping: how many probes, 1 to 100, default: 4' },
    { name: 'size', value: 'BYTES', summary: 'for ping: of the packet, 28 to 65535' },
    { name: 'interface', value: 'NAME', summary: 'for ping: the interface of the router that it leaves by' },
    { name: 'source', value: 'ADDRESS', summary: 'for ping: the address of the router that it comes from' },
    { name: 'server', value: 'ADDRESS', summary: "for resolve: whom to ask, default: the router's own resolver" },
    {
      name: 'direction',
      value: 'DIRECTION',
      choices: ['receive', 'transmit', 'both'],
      summary: 'for bandwidth: as DEVICE sees it, default: both',
    },
    { name: 'protocol', value: 'PROTOCOL', choices: ['tcp', 'udp'], summary: 'for bandwidth, default: tcp' },
    { name: 'seconds', value: 'NUMBER', summary: 'for bandwidth: how long, 1 to 60, default: 10' },
    { name: 'megabits', value: 'NUMBER', summary: 'for bandwidth: at most so many a second, default: 100' },
    ...CONTROLLER,
  ],
  examples: [
    'rosctl diagnose ping edge-vie-01 192.0.2.1 --count 50',
    'rosctl diagnose traceroute edge-vie-01 www.example.net',
    'rosctl diagnose resolve edge-vie-01 www.example.net --server 192.0.2.53',
    'rosctl diagnose bandwidth edge-vie-01 core-vie-01 --seconds 20',
  ],
  notes: [
    'Ctrl-C ends it on the controller too: no further request is sent to the router, which is soon idle. Exit code 130.',
    'Exit code 1 when it failed, was cancelled or lost, or nothing answered.',
    'A bandwidth test needs `bandwidthTest` in spec.capabilities.tools of both devices.',
  ],
};

/** `rosctl diagnose TOOL DEVICE TARGET`: has a router try something, and tells what comes of it as it comes. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const view = await followDiagnostic(context, askedIn(context));
  await output.result('diagnose', view, () => diagnosticText(view, output.style));
  return view.state === 'done' && hasAnswer(view) ? EXIT.ok : EXIT.failure;
}

function askedIn(context: CommandContext): InputOf<'startDiagnostic'> {
  const [kind = '', device = '', target = ''] = context.positionals;
  const text = (name: string): string | undefined => optionText(context, name);
  const number = (name: string, least: number, most: number): number | undefined =>
    text(name) === undefined ? undefined : optionNumber(context, name, least, most);
  return {
    kind: kind as InputOf<'startDiagnostic'>['kind'],
    device,
    target,
    count: number('count', 1, 100),
    size: number('size', 28, 65_535),
    interface: text('interface'),
    source: text('source'),
    server: text('server'),
    direction: text('direction') as InputOf<'startDiagnostic'>['direction'],
    protocol: text('protocol') as InputOf<'startDiagnostic'>['protocol'],
    seconds: number('seconds', 1, 60),
    megabits: number('megabits', 1, 10_000),
  };
}

function hasAnswer({ request, steps }: DiagnosticView): boolean {
  const last = steps.at(-1);
  if (request.kind === 'ping') return steps.some((step) => step.kind === 'probe' && step.status === 'answered');
  return request.kind !== 'traceroute' || (last?.kind === 'hops' && last.reached);
}
