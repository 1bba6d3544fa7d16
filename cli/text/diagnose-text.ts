import type { DiagnosticView } from '#controller';
import type { Style } from '../output.ts';
import { printable } from './table.ts';

type Step = DiagnosticView['steps'][number];

/** A line for each step after those that were told. */
export function stepLines({ steps }: Pick<DiagnosticView, 'steps'>, told: number): readonly string[] {
  return steps.slice(told).map((step, index) => {
    const probes = steps.slice(0, told + index + 1).filter(({ kind }) => kind === 'probe').length;
    return stepText(step, probes);
  });
}

/** @param probes how many there were with this one. */
function stepText(step: Step, probes: number): string {
  switch (step.kind) {
    case 'address':
      return `address ${step.address}`;
    case 'probe':
      return `${String(probes).padStart(3)}  ${probeText(step)}`;
    case 'hops':
      return step.hops.map((hop, at) => `${String(at + 1).padStart(3)}  ${hopText(hop)}`).join('\n');
    case 'slice':
      return `${String(step.seconds).padStart(3)} s  ${rateText(step)}`;
  }
}

function probeText({ from, milliseconds, status }: Extract<Step, { readonly kind: 'probe' }>): string {
  if (status === 'answered') return `${from ?? '?'}  ${timeText(milliseconds)}`;
  return from === null ? printable(status) : `${printable(status)}, says ${printable(from)}`;
}

function hopText(hop: Extract<Step, { readonly kind: 'hops' }>['hops'][number]): string {
  if (hop.address === null) return '*';
  const status = hop.status === '' ? '' : `  ${printable(hop.status)}`;
  return `${printable(hop.address)}  ${timeText(hop.milliseconds)}${status}`;
}

function rateText({ received, transmitted, lostPackets }: Extract<Step, { readonly kind: 'slice' }>): string {
  const rates = [
    received === null ? [] : [`received ${megabitsText(received)}`],
    transmitted === null ? [] : [`transmitted ${megabitsText(transmitted)}`],
    lostPackets === null || lostPackets === 0 ? [] : [`${String(lostPackets)} packets lost`],
  ];
  return rates.flat().join(', ');
}

function megabitsText(bits: number): string {
  return `${(bits / 1_000_000).toFixed(1)} Mbit/s`;
}

function timeText(milliseconds: number | null): string {
  return milliseconds === null ? '-' : `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
}

/** What a ping that is not waited for any longer came to until now; empty for all else. */
export function tallyText({ request, steps }: DiagnosticView): string {
  if (request.kind !== 'ping' || steps.every(({ kind }) => kind !== 'probe')) return '';
  return pingText(request.count, steps, '');
}

/** What it came to: the last line. */
export function diagnosticText(view: DiagnosticView, style: Style): string {
  const { state, reason } = view;
  if (state !== 'done') {
    const why = reason === null ? cancelledText(view) : `: ${printable(reason.message)} [${reason.code}]`;
    return `${style.bad(state)}${why}`;
  }
  return `${style.good('done')}: ${resultText(view)}`;
}

function cancelledText({ cancelledBy }: DiagnosticView): string {
  return cancelledBy === null ? '' : ` by ${printable(cancelledBy)}`;
}

function resultText({ request, steps }: DiagnosticView): string {
  const last = steps.at(-1);
  switch (request.kind) {
    case 'ping':
      return pingText(request.count, steps, ', and the time was up');
    case 'traceroute':
      return last?.kind === 'hops' && last.reached
        ? `${request.target} is ${String(last.hops.length)} hops away`
        : `${request.target} did not answer`;
    case 'resolve':
      return `${request.target} is ${last?.kind === 'address' ? last.address : '?'}`;
    case 'bandwidth':
      return bandwidthText(steps);
  }
}

/** @param why there were fewer probes than asked for. */
function pingText(count: number, steps: readonly Step[], why: string): string {
  const probes = steps.filter((step) => step.kind === 'probe');
  const times = probes.flatMap(({ status, milliseconds }) =>
    status === 'answered' && milliseconds !== null ? [milliseconds] : [],
  );
  const answered = probes.filter(({ status }) => status === 'answered').length;
  const lost = Math.round((1 - answered / Math.max(1, probes.length)) * 100);
  const sent = probes.length === count ? '' : `; ${String(count)} were asked for${why}`;
  const range =
    times.length === 0
      ? ''
      : `, ${timeText(Math.min(...times))} to ${timeText(Math.max(...times))}, on average ${timeText(mean(times))}`;
  return `${String(answered)} of ${String(probes.length)} probes answered, ${String(lost)} % lost${range}${sent}`;
}

function bandwidthText(steps: readonly Step[]): string {
  const slices = steps.filter((step) => step.kind === 'slice');
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const average = (rateOf: (slice: (typeof slices)[number]) => number | null): number | null => {
    const parts = slices.flatMap((slice) => {
      const rate = rateOf(slice);
      return rate === null ? [] : [rate * slice.seconds];
    });
    return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0) / seconds;
  };
  const whole = {
    kind: 'slice',
    seconds,
    received: average(({ received }) => received),
    transmitted: average(({ transmitted }) => transmitted),
    lostPackets: slices.reduce((sum, { lostPackets }) => sum + (lostPackets ?? 0), 0),
  } as const;
  return `${rateText(whole)} over ${String(seconds)} s`;
}

function mean(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}
