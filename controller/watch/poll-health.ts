import { Failure } from '#failure';
import type { MenuPath, Row } from '#routeros';
import { proplistOf, READABLE } from '#routeros/readable';
import { pollsOf, type PollFacts, type Polls } from '../policy/polling.ts';
import type { Clock, DeviceName, Instant, ReadLine, Readers } from '../ports.ts';
import type { HealthSample } from '../records/samples.ts';
import { failureKindOf } from '../telemetry/failures.ts';
import type { Logger } from '../telemetry/log.ts';
import { sampleOf } from './sample-of.ts';

/** What asking routers for their health needs of the world. */
export interface HealthPollPorts {
  readonly clock: Clock;
  readonly readers: Readers;
  readonly log: Logger;
  /** Devices to watch. */
  devices(): readonly DeviceName[];
  /** What decides how often; all but the failures, which are counted here. */
  factsOf(device: DeviceName): Omit<PollFacts, 'failures'>;
  /** When a visit, or this, took the newest sample of it. */
  sampledAt(device: DeviceName): Instant | null;
  /** What the router said, or why it did not. */
  note(device: DeviceName, said: HealthSample | Failure): void;
}

interface Polled {
  /** On the wall clock, as samples are. */
  askedAt: Instant;
  sensorsAt: Instant;
  failures: number;
  /** In place of what is usual: the router cannot be read, or not now. */
  pauseMs: number | null;
  running: boolean;
}

/** What a sample is made of. */
const RESOURCE_COLUMNS = ['cpu-load', 'free-memory', 'total-memory', 'free-hdd-space', 'total-hdd-space', 'uptime'];
const SENSORS: MenuPath = '/system/health';

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 16;
/** Until somebody has changed something. */
const UNREADABLE_MS = 300_000;
const NOT_NOW_MS = 15_000;
/** Nobody asked the router: a change of it is under way, or there is no turn. */
const NOT_NOW: ReadonlySet<string> = new Set(['ChangeUnderWay', 'TooManyReads', 'NotRead']);

/** Asks routers for their health between visits, each as often as `pollsOf` says, until the signal aborts. */
export async function pollHealth(ports: HealthPollPorts, signal: AbortSignal): Promise<void> {
  const { clock } = ports;
  const known = new Map<DeviceName, Polled>();
  const running = new Set<Promise<void>>();

  function stateOf(device: DeviceName): Polled {
    const polled = known.get(device) ?? { askedAt: 0, sensorsAt: 0, failures: 0, pauseMs: null, running: false };
    known.set(device, polled);
    return polled;
  }

  function pollsNow(device: DeviceName, { failures }: Polled): Polls {
    return pollsOf({ ...ports.factsOf(device), failures }, clock.now());
  }

  function lastOf(device: DeviceName): Instant {
    return Math.max(stateOf(device).askedAt, ports.sampledAt(device) ?? 0);
  }

  function isDue(device: DeviceName): boolean {
    const polled = stateOf(device);
    const passed = clock.now() - lastOf(device);
    // A clock that was turned back keeps nobody waiting.
    return !polled.running && (passed < 0 || passed >= (polled.pauseMs ?? pollsNow(device, polled).health * 1000));
  }

  while (!signal.aborted) {
    const devices = ports.devices();
    // Who waits longest comes first.
    for (const device of devices.filter(isDue).toSorted((one, other) => lastOf(one) - lastOf(other))) {
      while (running.size >= AT_ONCE) await Promise.race(running);
      const polled = stateOf(device);
      if (signal.aborted || !isDue(device)) continue;
      const asking = ask(ports, device, polled, pollsNow(device, polled), signal).finally(() => running.delete(asking));
      running.add(asking);
    }
    if (known.size > devices.length) forgetOthers(known, devices);
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => {});
  }
  await Promise.all(running);
}

async function ask(
  ports: HealthPollPorts,
  device: DeviceName,
  polled: Polled,
  polls: Polls,
  signal: AbortSignal,
): Promise<void> {
  const { clock, readers } = ports;
  const now = clock.now();
  polled.running = true;
  polled.askedAt = now;
  const withSensors = now - polled.sensorsAt >= polls.sensors * 1000;
  try {
    const said = await readers.on(device, (line) => readHealth(line, withSensors, signal), signal);
    ports.note(device, sampleOf(device, clock.now(), said.resource, said.sensors));
    if (withSensors) polled.sensorsAt = now;
    polled.failures = 0;
    polled.pauseMs = null;
  } catch (error) {
    if (signal.aborted) return;
    polled.pauseMs = pauseAfter(error);
    if (!(error instanceof Failure)) ports.log.error({ device, err: error }, 'health not read by a defect');
    if (polled.pauseMs !== null || !(error instanceof Failure)) return;
    polled.failures += 1;
    ports.note(device, error);
  } finally {
    polled.running = false;
  }
}

/** Null: the router itself did not answer, so that the pause grows. */
function pauseAfter(error: unknown): number | null {
  if (!(error instanceof Failure)) return UNREADABLE_MS;
  const { retry, about } = failureKindOf(error.code);
  if (about === 'controller' || NOT_NOW.has(error.code)) return NOT_NOW_MS;
  return retry === 'onChange' ? UNREADABLE_MS : null;
}

/** What a sample is made of, as the router says it now. @throws {Failure} */
export async function readHealth(
  { session, version }: ReadLine,
  withSensors: boolean,
  signal: AbortSignal,
): Promise<{ readonly resource: Row; readonly sensors: readonly Row[] | null }> {
  const [resource = {}] = await session.print('/system/resource', RESOURCE_COLUMNS, undefined, signal);
  if (!withSensors) return { resource, sensors: null };
  const menu = READABLE.get(SENSORS);
  try {
    const columns = menu === undefined ? [] : proplistOf(menu, version);
    const sensors = await session.print(SENSORS, columns, undefined, signal);
    return { resource, sensors };
  } catch (error) {
    // What a board does not have, or does not let us read, says nothing of the rest.
    if (error instanceof Failure && ABSENT.has(error.code)) return { resource, sensors: [] };
    throw error;
  }
}

const ABSENT: ReadonlySet<string> = new Set(['NoSuchMenu', 'NotPermitted', 'Refused']);

function forgetOthers(known: Map<DeviceName, Polled>, devices: readonly DeviceName[]): void {
  const there = new Set(devices);
  for (const device of known.keys()) if (!there.has(device)) known.delete(device);
}
