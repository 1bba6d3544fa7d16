import type { DeviceName, Instant } from '../ports.ts';

/** What one may have a router try. */
export type DiagnosticKind = 'ping' | 'traceroute' | 'resolve' | 'bandwidth';

/** What is to be tried, every argument checked; no password. `target` is what the person named. */
export type DiagnosticRequest =
  | {
      readonly kind: 'ping';
      readonly target: string;
      readonly count: number;
      /** Null: the router's own choice, here and below. */
      readonly size: number | null;
      readonly interface: string | null;
      readonly source: string | null;
    }
  | { readonly kind: 'traceroute'; readonly target: string }
  | { readonly kind: 'resolve'; readonly target: string; readonly server: string | null }
  | {
      readonly kind: 'bandwidth';
      /** Another device of the fleet. */
      readonly target: DeviceName;
      readonly direction: 'receive' | 'transmit' | 'both';
      readonly protocol: 'tcp' | 'udp';
      readonly seconds: number;
      /** Of each direction, at most. */
      readonly megabits: number;
    };

/** One router on the way. */
export interface DiagnosticHop {
  /** Null: it did not answer. */
  readonly address: string | null;
  readonly milliseconds: number | null;
  /** What the router said of it; empty: nothing. */
  readonly status: string;
}

/** What came of one request. */
export type DiagnosticStep =
  | {
      readonly kind: 'probe';
      /** Who answered: the target, or a router on the way that refuses; null: nobody. */
      readonly from: string | null;
      readonly milliseconds: number | null;
      /** In the router's words; `answered`: the target did. */
      readonly status: string;
    }
  /** The way as far as this many hops: each takes the place of the one before. */
  | { readonly kind: 'hops'; readonly hops: readonly DiagnosticHop[]; readonly reached: boolean }
  /** A name that stands for this address now. */
  | { readonly kind: 'address'; readonly address: string }
  /** Bits per second on average over the slice; null: not measured in that direction. */
  | {
      readonly kind: 'slice';
      readonly seconds: number;
      readonly received: number | null;
      readonly transmitted: number | null;
      readonly lostPackets: number | null;
    };

/**
 * Where it stands: `queued` waits for its turn on its devices; `done`, `cancelled` (no request after that), `failed`
 * and `lost` (its controller ended before it) are endings.
 */
export type DiagnosticState = 'queued' | 'running' | 'done' | 'cancelled' | 'failed' | 'lost';

/** A diagnostic from when it was asked for until retention forgets it, with what came of it so far. */
export interface DiagnosticRecord {
  /** `dg-` and 12 hex digits. */
  readonly id: string;
  readonly device: DeviceName;
  readonly request: DiagnosticRequest;
  /** Who asked, as the audit names them. */
  readonly actor: string;
  readonly askedAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly state: DiagnosticState;
  /** Why it ended, where there is more to say than how: a code of docs/reference/errors.md, and words. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly steps: readonly DiagnosticStep[];
  /** The controller that does it. */
  readonly holder: string;
  /** Who wants it to end; null: nobody. */
  readonly cancelledBy: string | null;
}

/** The devices that it keeps busy, the one that does it first. */
export function devicesOf({ device, request }: Pick<DiagnosticRecord, 'device' | 'request'>): readonly DeviceName[] {
  return request.kind === 'bandwidth' ? [device, request.target] : [device];
}

/** How much may be under way at one time. */
export interface DiagnosticLimits {
  /** Waiting for one device, and for all together. */
  readonly waiting: number;
  readonly waitingInAll: number;
  /** Asked for of one device since this time. */
  readonly starts: number;
  readonly since: Instant;
}

/** What keeps a new diagnostic from being taken; null: nothing. */
export type DiagnosticRefusal = 'starts' | 'waiting' | 'waitingInAll' | null;

/**
 * Diagnostics, one at a time on a device, also among controllers of one store. Its controller holds each by a lease
 * that only the store's own clock measures; without it the diagnostic is `lost`, with the steps that it had.
 */
export interface DiagnosticRecords {
  /** Takes a new one, which waits; for so long unless its holder renews. */
  add(
    diagnostic: Pick<DiagnosticRecord, 'id' | 'device' | 'request' | 'actor' | 'askedAt' | 'holder'>,
    limits: DiagnosticLimits,
    milliseconds: number,
  ): Promise<DiagnosticRefusal>;
  /** Gives one its turn, if it is. @returns false: not yet, or it waits no more. */
  begin(id: string, holder: string, running: number, at: Instant): Promise<boolean>;
  /** Whether it is still the holder's, and who wants it to end. Null: it is not. */
  standing(id: string, holder: string): Promise<Pick<DiagnosticRecord, 'cancelledBy'> | null>;
  /** Keeps what came of it so far. @returns false: it is the holder's no more, and nothing was kept. */
  keep(id: string, holder: string, steps: readonly DiagnosticStep[]): Promise<boolean>;
  /** @returns false: it is the holder's no more. */
  end(
    id: string,
    holder: string,
    end: {
      readonly state: Exclude<DiagnosticState, 'queued' | 'running'>;
      readonly reason: DiagnosticRecord['reason'];
    },
    at: Instant,
  ): Promise<boolean>;
  /** Says who wants it to end, unless somebody did. @returns false: it has ended. */
  cancel(id: string, actor: string): Promise<boolean>;
  /** Holds all of its own for so long from now. */
  renew(holder: string, milliseconds: number): Promise<void>;
  /** Ends those whose lease has run out, or, in a store of one controller, all of other holders, as lost. */
  lose(holder: string, at: Instant, whose: 'overdue' | 'others'): Promise<void>;
  get(id: string): Promise<DiagnosticRecord | null>;
}
