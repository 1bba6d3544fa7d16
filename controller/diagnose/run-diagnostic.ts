import { Failure } from '#failure';
import type { Asker } from '../events.ts';
import type { Clock, DeviceName, Instant, Readers } from '../ports.ts';
import {
  type DiagnosticRecord,
  type DiagnosticRequest,
  type DiagnosticState,
  type DiagnosticStep,
} from '../records/diagnostics.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';
import { bandwidth, type BandwidthLogin } from './bandwidth.ts';
import { mustBeQuiet } from './change-under-way.ts';
import type { Chain } from './chain.ts';
import { ping } from './ping.ts';
import { resolve } from './resolve.ts';
import { traceroute } from './traceroute.ts';

/** What diagnostics need of the world. */
export interface DiagnosticsWorld {
  readonly clock: Clock;
  /** Runs at real speed, as the store's does: leases are measured by it. */
  readonly realTime: Clock;
  readonly store: Store;
  readonly log: Logger;
  readonly readers: Readers;
  /** This controller's name in the store. */
  readonly holder: string;
  /** Name of the source, whose rollouts count. */
  readonly source: string;
  /** Where one device is measured from another. @throws {Failure} when the password may not go there. */
  bandwidthLogin(from: DeviceName, to: DeviceName): Promise<BandwidthLogin>;
}

/** A diagnostic that somebody may have done, and as long as they may. */
export interface Wanted {
  readonly device: DeviceName;
  readonly request: DiagnosticRequest;
  readonly asker: Asker;
  /** When their token ends; null: never. */
  readonly expiresAt: Instant | null;
  /** Asked before each request. @throws {Failure} when they may not any more. */
  mustStillBeAllowed(): void;
}

/** How long each may take; what waits for its turn is not counted. */
const LONGEST_MS: Readonly<Record<DiagnosticRequest['kind'], number>> = {
  ping: 120_000,
  traceroute: 60_000,
  resolve: 60_000,
  bandwidth: 60_000,
};

/** Somebody wants it to end. */
export class Cancelled extends Error {}

/** Its controller stops. */
export class Lost extends Error {}

/** It is another controller's word by now how it ended. */
class NotOurs extends Error {}

/** How a diagnostic ended. */
export interface Ending {
  readonly state: Exclude<DiagnosticState, 'queued' | 'running'>;
  readonly reason: DiagnosticRecord['reason'];
}

/** What doing one needs of the world. */
export interface RunWorld extends DiagnosticsWorld {
  /** How many run at one time, of all devices. */
  readonly running: number;
  /** Resolves when it may be the turn of another. */
  news(signal: AbortSignal): Promise<void>;
  /** There is news. */
  tell(): void;
}

/**
 * Waits for its turn, and does one request after the other. Before each it is asked whether anything is against it: that
 * somebody cancelled it, that who asked may not any more, that a change is under way.
 * @returns null: another controller has said that it is lost.
 */
export async function runDiagnostic(
  world: RunWorld,
  id: string,
  wanted: Wanted,
  outside: AbortSignal,
): Promise<Ending | null> {
  const expired = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([outside, expired.signal, over.signal]);
  expireAt(world, wanted, expired, signal);
  try {
    await turnOf(world, id, wanted, signal);
    world.tell();
    await stepsInto(world, id, wanted, signal);
    return { state: 'done', reason: null };
  } catch (error) {
    return endingOf(world, id, signal.aborted ? signal.reason : error);
  } finally {
    over.abort();
  }
}

function expireAt({ clock }: RunWorld, { expiresAt }: Wanted, expired: AbortController, signal: AbortSignal): void {
  if (expiresAt === null) return;
  clock.sleep(Math.max(0, expiresAt - clock.now()), signal).then(
    () => expired.abort(new Failure('RightGone', 'The token with which it was started has expired.')),
    () => {},
  );
}

async function turnOf(world: RunWorld, id: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
  const { store, clock, holder, running } = world;
  for (;;) {
    await mustGoOn(world, id, wanted, signal);
    if (await store.diagnostics.begin(id, holder, running, clock.now())) return;
    await world.news(signal);
  }
}

async function stepsInto(world: RunWorld, id: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
  const { store, clock, holder, readers } = world;
  const { device, request } = wanted;
  const began = clock.monotonic();
  const chain: Chain = {
    request: (work) =>
      readers.on(
        device,
        async ({ session }) => {
          await mustBeQuiet(world, wanted);
          await mustGoOn(world, id, wanted, signal);
          // Nothing is waited for between this and the request.
          wanted.mustStillBeAllowed();
          signal.throwIfAborted();
          return await work(session, signal);
        },
        signal,
      ),
    left: () => LONGEST_MS[request.kind] - (clock.monotonic() - began),
    pause: async (milliseconds) => {
      signal.throwIfAborted();
      if (milliseconds > 0) await clock.sleep(milliseconds, signal);
    },
  };
  const steps: DiagnosticStep[] = [];
  for await (const step of stepsOf(world, wanted, chain)) {
    steps.push(step);
    if (!(await store.diagnostics.keep(id, holder, steps))) throw new NotOurs();
    world.tell();
  }
}

function stepsOf(world: RunWorld, { device, request }: Wanted, chain: Chain): AsyncGenerator<DiagnosticStep, void> {
  switch (request.kind) {
    case 'ping':
      return ping(chain, request);
    case 'traceroute':
      return traceroute(chain, request);
    case 'resolve':
      return resolve(chain, request);
    case 'bandwidth':
      return bandwidth(() => world.bandwidthLogin(device, request.target))(chain, request);
  }
}

async function mustGoOn({ store, holder }: RunWorld, id: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  wanted.mustStillBeAllowed();
  const standing = await store.diagnostics.standing(id, holder);
  if (standing === null) throw new NotOurs();
  if (standing.cancelledBy !== null) throw new Cancelled();
}

function endingOf({ log }: RunWorld, id: string, error: unknown): Ending | null {
  if (error instanceof NotOurs) return null;
  if (error instanceof Cancelled) return { state: 'cancelled', reason: null };
  if (error instanceof Lost) return { state: 'lost', reason: { code: 'DiagnosticLost', message: error.message } };
  if (error instanceof Failure) {
    const state = error.code === 'RightGone' ? 'cancelled' : 'failed';
    return { state, reason: { code: error.code, message: error.message } };
  }
  log.error({ err: error, diagnostic: id }, 'defect in a diagnostic');
  return { state: 'failed', reason: { code: 'Internal', message: 'This is a defect; the log says more.' } };
}
