import type { InputOf } from '#controller/operations';
import type { Tool, ToolCall, ToolInput } from '../tool.ts';
import { connectivity } from './connectivity.ts';
import { diagnosticAnswer } from './diagnostic-answer.ts';
import { awaited, tried } from './follow-diagnostic.ts';

type Asked = Omit<InputOf<'startDiagnostic'>, 'kind' | 'join'>;
type Kind = InputOf<'startDiagnostic'>['kind'];

const DEVICE = { type: 'string', description: 'the router that tries it' };
const HOST = { type: 'string', description: 'IP address or domain name' };
const JOB = { type: 'string', description: 'from an earlier answer, dg-…' };

/** How long a call may take; clients give up after a minute. */
const WAIT_SECONDS = {
  type: 'integer',
  minimum: 0,
  maximum: 50,
  default: 25,
  description: 'then it answers "running" with a job for diag_result',
};

const shared = {
  toolset: 'diagnostics',
  byDefault: true,
  asks: ['startDiagnostic', 'diagnosticEvents', 'diagnostic', 'cancelDiagnostic'],
  permission: 'device.diagnose',
  readOnly: true,
  openWorld: true,
} as const satisfies Partial<Tool>;

const ping: Tool = {
  ...shared,
  name: 'diag_ping',
  title: 'Ping from a router',
  description: 'Has a router ping a host: loss and round-trip time, probe by probe.',
  input: inputOf({
    device: DEVICE,
    target: HOST,
    count: { type: 'integer', minimum: 1, maximum: 100, default: 4 },
    size: { type: 'integer', minimum: 28, maximum: 65_535, description: 'bytes of a packet' },
    interface: { type: 'string', description: 'to send through' },
    source: { type: 'string', description: 'IPv4 address to send from' },
  }),
  words: ['latency', 'packet loss', 'round trip', 'reachable', 'icmp', 'rtt', 'mtu', 'is it up'],
  run: (call) => trial(call, 'ping'),
};

const traceroute: Tool = {
  ...shared,
  name: 'diag_traceroute',
  title: 'Traceroute from a router',
  description: 'Has a router find the way to a host, hop by hop.',
  input: inputOf({ device: DEVICE, target: HOST }),
  words: ['path', 'hops', 'route trace', 'tracert', 'where does it stop', 'mtr'],
  run: (call) => trial(call, 'traceroute'),
};

const resolve: Tool = {
  ...shared,
  name: 'diag_resolve',
  title: 'Resolve a name on a router',
  description: 'Has a router look a domain name up, by its own resolver or by the server that is given.',
  input: inputOf({
    device: DEVICE,
    target: { type: 'string', description: 'domain name' },
    server: { type: 'string', description: 'IP address of a DNS server' },
  }),
  words: ['dns lookup', 'nslookup', 'dig', 'name resolution', 'resolver test', 'hostname'],
  run: (call) => trial(call, 'resolve'),
};

const bandwidth: Tool = {
  ...shared,
  name: 'diag_bandwidth',
  title: 'Bandwidth between two routers',
  description: 'Measures the throughput from a router to another one of the fleet; it fills the link while it runs.',
  byDefault: false,
  permission: 'device.bandwidth',
  // It disturbs others.
  readOnly: false,
  input: inputOf({
    device: DEVICE,
    target: { type: 'string', description: 'the other device' },
    direction: { type: 'string', enum: ['receive', 'transmit', 'both'] },
    protocol: { type: 'string', enum: ['tcp', 'udp'] },
    seconds: { type: 'integer', minimum: 1, maximum: 60, default: 10 },
    megabits: { type: 'integer', minimum: 1, maximum: 10_000, default: 100, description: 'at most, each way' },
  }),
  words: ['speed test', 'throughput', 'iperf', 'btest', 'link capacity', 'mbps'],
  run: (call) => trial(call, 'bandwidth'),
};

const result: Tool = {
  ...shared,
  name: 'diag_result',
  title: 'Result of a diagnostic',
  description: 'What came of a diagnostic that was still running, and waits for the rest of it.',
  asks: ['diagnostic', 'diagnosticEvents'],
  openWorld: false,
  input: {
    type: 'object',
    properties: { job: JOB, wait_seconds: WAIT_SECONDS },
    required: ['job'],
    additionalProperties: false,
  },
  words: ['job status', 'poll', 'wait for ping', 'finished', 'progress'],
  async run(call) {
    const { job, wait_seconds: wait } = call.input as { readonly job: string; readonly wait_seconds: number };
    const known = await call.door.ask('diagnostic', { diagnostic: job }, call.signal);
    return diagnosticAnswer(await awaited(call, known, wait * 1000));
  },
};

const cancel: Tool = {
  ...shared,
  name: 'diag_cancel',
  title: 'End a diagnostic',
  description: 'Ends a diagnostic: the router stops, and what came of it so far stays.',
  byDefault: false,
  asks: ['cancelDiagnostic'],
  readOnly: false,
  openWorld: false,
  input: { type: 'object', properties: { job: JOB }, required: ['job'], additionalProperties: false },
  words: ['stop', 'abort', 'kill job', 'interrupt'],
  async run({ input, door, signal }) {
    return diagnosticAnswer(await door.ask('cancelDiagnostic', { diagnostic: input['job'] as string }, signal));
  },
};

/** What a router tries. */
export const DIAGNOSTICS: readonly Tool[] = [ping, traceroute, resolve, connectivity, result, bandwidth, cancel];

function inputOf(properties: ToolInput['properties']): ToolInput {
  return {
    type: 'object',
    properties: { ...properties, wait_seconds: WAIT_SECONDS },
    required: ['device', 'target'],
    additionalProperties: false,
  };
}

async function trial(call: ToolCall, kind: Kind): Promise<ReturnType<typeof diagnosticAnswer>> {
  const { wait_seconds: wait, ...asked } = call.input as unknown as Asked & { readonly wait_seconds: number };
  return diagnosticAnswer(await tried(call, { ...asked, kind }, wait * 1000));
}
