import type { Fleet } from '../fleet/fleet.ts';
import type { Observed } from '../observed/observed.ts';
import type { VisitReport } from '../observed/report.ts';
import type { DeviceName, Instant } from '../ports.ts';
import { nextVisitIn, type Outcome } from '../observed/outcome.ts';
import { pollsOf } from '../policy/polling.ts';
import type { Ports } from '../reconcile/ports.ts';
import { reconcileDevice } from '../reconcile/reconcile-device.ts';
import type { Watch } from '../watch/watch.ts';

/** What a visit needs of the world. */
export interface VisitPorts {
  readonly ports: Ports;
  readonly fleet: Fleet;
  readonly observed: Observed;
  readonly watch: Pick<Watch, 'factsOf'>;
}

/**
 * One visit: the pass, what it found, and in how many milliseconds to come back. A defect in one device's pass stops
 * no other.
 */
export async function visit(
  { ports, fleet, observed, watch }: VisitPorts,
  device: DeviceName,
  signal: AbortSignal,
): Promise<number> {
  const { clock } = ports;
  const startedAt = clock.monotonic();
  const revision = fleet.inventory?.devices.has(device) === true ? fleet.revision : null;
  const outcome = await pass(ports, device, signal);
  const failed = outcome.kind === 'Deferred' || outcome.kind === 'Closed';
  const failures = failed ? (observed.visitOf(device)?.failures ?? 0) + 1 : 0;
  const polls = pollsOf({ ...watch.factsOf(device), failures: 0 }, clock.now());
  const next = nextVisitIn(outcome, polls.visit * 1000, failures, Math.random());
  // A stop says nothing about the device.
  if (signal.aborted && outcome.kind === 'Suspended') return next;
  const at = clock.now();
  const last = observed.lastOf(device);
  observed.note(device, {
    outcome,
    revision,
    at,
    durationMs: clock.monotonic() - startedAt,
    failures,
    nextAt: at + next,
    router: ports.memory.get(device)?.router ?? last?.router ?? null,
    readAt: readAtOf(outcome, at, last),
  });
  return next;
}

async function pass(ports: Ports, device: DeviceName, signal: AbortSignal): Promise<Outcome> {
  try {
    return await reconcileDevice(ports, device, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'Suspended', reason: 'the controller is shutting down' };
    ports.log.error({ device, err: error }, 'pass ended by a defect');
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'Stalled', reasons: [{ code: 'Defect', because: said }] };
  }
}

/** A pass that ended before it had read everything proves nothing. */
function readAtOf({ kind }: Outcome, at: Instant, last: VisitReport | null): Instant | null {
  return kind === 'Deferred' || kind === 'Stalled' || kind === 'Suspended' ? (last?.readAt ?? null) : at;
}
