import type { DiagnosticHop, DiagnosticRecord, DiagnosticRequest, DiagnosticStep } from '../records/diagnostics.ts';
import { flag, list, nullable, number, object, oneOf, text, union } from './shape.ts';
import { format } from './stored.ts';

type Request<Kind> = Extract<DiagnosticRequest, { readonly kind: Kind }>;
type Step<Kind> = Extract<DiagnosticStep, { readonly kind: Kind }>;

/** What a router is to try. */
export const DIAGNOSTIC_REQUEST = format(
  'request',
  union<DiagnosticRequest, 'kind'>('kind', {
    ping: object<Request<'ping'>>({
      kind: oneOf('ping'),
      target: text,
      count: number,
      size: nullable(number),
      interface: nullable(text),
      source: nullable(text),
    }),
    traceroute: object<Request<'traceroute'>>({ kind: oneOf('traceroute'), target: text }),
    resolve: object<Request<'resolve'>>({ kind: oneOf('resolve'), target: text, server: nullable(text) }),
    bandwidth: object<Request<'bandwidth'>>({
      kind: oneOf('bandwidth'),
      target: text,
      direction: oneOf('receive', 'transmit', 'both'),
      protocol: oneOf('tcp', 'udp'),
      seconds: number,
      megabits: number,
    }),
  }),
);

/** What came of it so far. */
export const DIAGNOSTIC_STEPS = format(
  'list of steps',
  list(
    union<DiagnosticStep, 'kind'>('kind', {
      probe: object<Step<'probe'>>({
        kind: oneOf('probe'),
        from: nullable(text),
        milliseconds: nullable(number),
        status: text,
      }),
      hops: object<Step<'hops'>>({
        kind: oneOf('hops'),
        hops: list(object<DiagnosticHop>({ address: nullable(text), milliseconds: nullable(number), status: text })),
        reached: flag,
      }),
      address: object<Step<'address'>>({ kind: oneOf('address'), address: text }),
      slice: object<Step<'slice'>>({
        kind: oneOf('slice'),
        seconds: number,
        received: nullable(number),
        transmitted: nullable(number),
        lostPackets: nullable(number),
      }),
    }),
  ),
);

/** Why it ended. */
export const DIAGNOSTIC_REASON = format(
  'reason',
  object<NonNullable<DiagnosticRecord['reason']>>({ code: text, message: text }),
);
