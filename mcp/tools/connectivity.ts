import type { OutputOf } from '#controller/operations';
import { DoorError } from '../door.ts';
import type { Tool, ToolCall } from '../tool.ts';
import { type Diagnostic, tried } from './follow-diagnostic.ts';

/** What was looked at, and what came of it. */
type Check = readonly [check: string, result: 'good' | 'bad' | 'unknown', detail: string];

/** A check, and what is wrong where it is the cause of all that follows. */
interface Found {
  readonly check: Check;
  readonly cause?: string;
}

const PROBES = 3;

/** Says why a router, or a host seen from it, does not answer. */
export const connectivity: Tool = {
  name: 'diag_connectivity',
  title: 'Why it does not answer',
  description:
    'Finds the cause where a router, or a host seen from it, does not answer: last visit, health, ping, traceroute.',
  toolset: 'diagnostics',
  byDefault: true,
  asks: ['device', 'health', 'menu', 'startDiagnostic', 'diagnosticEvents', 'diagnostic', 'cancelDiagnostic'],
  permission: 'device.diagnose',
  readOnly: true,
  openWorld: true,
  input: {
    type: 'object',
    properties: {
      device: { type: 'string' },
      target: { type: 'string', description: 'IP address or domain name; unless given its default gateway' },
      wait_seconds: { type: 'integer', minimum: 5, maximum: 50, default: 25 },
    },
    required: ['device'],
    additionalProperties: false,
  },
  words: ['offline', 'unreachable', 'down', 'no internet', 'cannot connect', 'troubleshoot', 'outage', 'root cause'],
  async run(call) {
    const {
      device,
      target,
      wait_seconds: wait,
    } = call.input as {
      readonly device: string;
      readonly target?: string;
      readonly wait_seconds: number;
    };
    const found: Found[] = [];
    for await (const each of looked(call, device, target, call.now() + wait * 1000)) {
      found.push(each);
      call.progress({ progress: found.length, message: each.check[0] });
    }
    const checks = found.map(({ check }) => check);
    const cause = found.find((each) => each.cause !== undefined)?.cause ?? null;
    const running = found.some(({ check: [, , detail] }) => detail.includes(GOES_ON));
    return {
      facts: { device, verdict: verdictOf(checks), cause },
      columns: ['check', 'result', 'detail'],
      rows: checks,
      untrusted: true,
      ...(running ? { hint: 'Ask diag_result with that job, or again with more wait_seconds.' } : {}),
    };
  },
};

function verdictOf(checks: readonly Check[]): string {
  const results = checks.map(([, result]) => result);
  if (results.includes('bad')) return 'unhealthy';
  return results.includes('unknown') ? 'unknown' : 'healthy';
}

/** One check after the other, until one is the cause that no later one could tell apart. */
async function* looked(
  call: ToolCall,
  device: string,
  wanted: string | undefined,
  until: number,
): AsyncGenerator<Found> {
  const { door, signal } = call;
  const visit = visitFound(await door.ask('device', { device }, signal));
  yield visit;
  if (visit.cause !== undefined) return;
  const health = await door.ask('health', { device, since: '1h' }, signal);
  const target = wanted ?? (await gatewayOf(call, device));
  if (typeof target === 'string') {
    const ping = await attempted(call, { device, kind: 'ping', target, count: PROBES }, until, pingFound);
    yield ping;
    if (ping.silent === true) yield await attempted(call, { device, kind: 'traceroute', target }, until, wayFound);
  } else yield target;
  // Last: a router that is busy is seldom why somebody else does not answer.
  yield healthFound(device, health);
}

function visitFound({ name, failures, reason, message, lastVisitAt }: OutputOf<'device'>): Found {
  const at = lastVisitAt === null ? 'never' : new Date(lastVisitAt).toISOString();
  if (failures === 0) return { check: ['visit', lastVisitAt === null ? 'unknown' : 'good', `${at}: ${reason}`] };
  const check: Check = ['visit', 'bad', `${String(failures)} failed in a row, the last ${at}`];
  return { check, cause: `The controller does not get through to ${name}: ${message}` };
}

function healthFound(device: string, { verdict, because }: OutputOf<'health'>): Found {
  const detail = because ?? verdict;
  if (verdict !== 'degraded') return { check: ['health', verdict === 'healthy' ? 'good' : 'unknown', detail] };
  return { check: ['health', 'bad', detail], cause: `${device} answers and is degraded: ${detail}.` };
}

/** Where the router sends what it knows no other way for. */
async function gatewayOf(call: ToolCall, device: string): Promise<string | Found> {
  try {
    const where = ['dst-address=0.0.0.0/0'];
    const { rows } = await call.door.ask('menu', { device, menu: '/ip/route', where }, call.signal);
    const active = rows.filter((row) => row['active'] === 'true');
    if (active.length === 0)
      return { check: ['default route', 'bad', 'none is active'], cause: `${device} has no active default route.` };
    const gateways = active.flatMap((row) => /^[\d.]+(?=%|$)/.exec(row['gateway'] ?? '') ?? []);
    return gateways[0] ?? { check: ['default route', 'good', 'its gateway has no address: name a target'] };
  } catch (error) {
    return { check: ['default route', 'unknown', saidBy(error)] };
  }
}

type Tried = Found & { readonly silent?: true };

const GOES_ON = 'it goes on as job';

/** What a diagnostic finds; that it may not be done now is no error, but nothing is known. */
async function attempted(
  call: ToolCall,
  asked: Parameters<typeof tried>[1],
  until: number,
  foundIn: (diagnostic: Diagnostic) => Tried,
): Promise<Tried> {
  const name = `${asked.kind} ${asked.target}`;
  const left = until - call.now();
  if (left <= 0) return { check: [name, 'unknown', 'no time was left: ask again with more wait_seconds'] };
  try {
    const diagnostic = await tried({ ...call, progress: () => {} }, asked, left);
    if (diagnostic.endedAt === null) return { check: [name, 'unknown', `${GOES_ON} ${diagnostic.id}`] };
    const { state, reason } = diagnostic;
    if (state === 'failed' && reason?.code === 'DiagnosticFailed')
      return { check: [name, 'bad', reason.message], cause: reason.message };
    if (state !== 'done') return { check: [name, 'unknown', reason?.message ?? state] };
    return foundIn(diagnostic);
  } catch (error) {
    return { check: [name, 'unknown', saidBy(error)] };
  }
}

function pingFound({ device, request: { target }, steps }: Diagnostic): Tried {
  const probes = steps.filter((step) => step.kind === 'probe');
  const answered = probes.filter(({ status }) => status === 'answered').length;
  const name = `ping ${target}`;
  const detail = `${String(answered)} of ${String(probes.length)} answered`;
  if (answered === probes.length) return { check: [name, 'good', detail] };
  if (answered === 0) return { check: [name, 'bad', detail], silent: true };
  return { check: [name, 'bad', detail], cause: `The way from ${device} to ${target} loses packets: ${detail}.` };
}

function wayFound({ device, request: { target }, steps }: Diagnostic): Tried {
  const last = steps.filter((step) => step.kind === 'hops').at(-1);
  const hops = last?.hops ?? [];
  const name = `traceroute ${target}`;
  if (last?.reached === true)
    return {
      check: [name, 'good', `reached after ${String(hops.length)} hops`],
      cause: `${target} answers to a traceroute of ${device} and not to its pings: something on the way drops them.`,
    };
  const far = hops.findLastIndex(({ address }) => address !== null);
  const end = far < 0 ? null : `hop ${String(far + 1)}, ${hops[far]?.address ?? ''}`;
  return {
    check: [name, 'bad', end === null ? 'no hop answers' : `nothing answers after ${end}`],
    cause: `${target} does not answer ${device}: ${end === null ? 'not even the first hop does' : `the way ends after ${end}`}.`,
  };
}

/** Failures of the caller, and of the way to the service. */
const OF_THE_CALL: readonly string[] = [
  'BadRequest',
  'NotFound',
  'NotAllowed',
  'NotAuthenticated',
  'TooManyRequests',
  'Busy',
  'unavailable',
];

/** @throws what is no word on the router */
function saidBy(error: unknown): string {
  if (!(error instanceof DoorError) || OF_THE_CALL.includes(error.failure.code)) throw error;
  return `${error.failure.code}: ${error.message}`;
}
