import type { Cell, ToolAnswer } from '../answer.ts';
import type { Diagnostic } from './follow-diagnostic.ts';

type Step = Diagnostic['steps'][number];
type StepOf<Kind> = Extract<Step, { readonly kind: Kind }>;
type Facts = NonNullable<ToolAnswer['facts']>;

/** What came of a diagnostic, so far or in the end. That it went badly is no error. */
export function diagnosticAnswer(diagnostic: Diagnostic): ToolAnswer {
  const { id, device, request, state, reason, endedAt } = diagnostic;
  const { facts, columns, rows } = told(diagnostic);
  return {
    facts: {
      job: id,
      device,
      kind: request.kind,
      target: request.target,
      // It waits for its turn, or runs.
      state: endedAt === null ? 'running' : state,
      ...(reason === null ? {} : { reason: reason.message }),
      ...facts,
    },
    columns,
    rows,
    asOf: endedAt,
    untrusted: true,
    ...(endedAt === null ? { hint: `It goes on: ask diag_result with job ${JSON.stringify(id)} for the rest.` } : {}),
  };
}

interface Table {
  readonly facts: Facts;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

function told({ request, steps }: Diagnostic): Table {
  switch (request.kind) {
    case 'ping':
      return pingTable(only(steps, 'probe'));
    case 'traceroute': {
      const last = only(steps, 'hops').at(-1);
      const rows = (last?.hops ?? []).map((hop, index) => [index + 1, hop.address, hop.milliseconds, hop.status]);
      return { facts: { reached: last?.reached ?? false }, columns: ['hop', 'address', 'ms', 'status'], rows };
    }
    case 'resolve':
      return {
        facts: { server: request.server },
        columns: ['address'],
        rows: only(steps, 'address').map(({ address }) => [address]),
      };
    case 'bandwidth':
      return {
        facts: { direction: request.direction, protocol: request.protocol, most_megabits: request.megabits },
        columns: ['seconds', 'received_bits_per_second', 'transmitted_bits_per_second', 'lost_packets'],
        rows: only(steps, 'slice').map((slice) => [
          slice.seconds,
          slice.received,
          slice.transmitted,
          slice.lostPackets,
        ]),
      };
  }
}

function pingTable(probes: readonly StepOf<'probe'>[]): Table {
  const answered = probes.filter(({ status }) => status === 'answered');
  const times = answered.flatMap(({ milliseconds }) => milliseconds ?? []);
  const sum = times.reduce((all, each) => all + each, 0);
  return {
    facts: {
      sent: probes.length,
      received: answered.length,
      loss_percent: probes.length === 0 ? null : Math.round((100 * (probes.length - answered.length)) / probes.length),
      ...(times.length === 0
        ? {}
        : {
            min_ms: Math.min(...times),
            avg_ms: Math.round((10 * sum) / times.length) / 10,
            max_ms: Math.max(...times),
          }),
    },
    columns: ['probe', 'from', 'ms', 'status'],
    rows: probes.map(({ from, milliseconds, status }, index) => [index + 1, from, milliseconds, status]),
  };
}

function only<Kind extends Step['kind']>(steps: readonly Step[], kind: Kind): readonly StepOf<Kind>[] {
  return steps.filter((step): step is StepOf<Kind> => step.kind === kind);
}
