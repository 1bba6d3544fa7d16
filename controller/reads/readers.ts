import { Failure } from '#failure';
import type { Version } from '#routeros';
import type { Changing } from '../device/changing.ts';
import { proveReader } from '../device/prove-reader.ts';
import type { Target } from '../fleet/target.ts';
import type { Clock, DeviceName, Readers, ReadSession } from '../ports.ts';
import type { AttemptRecords } from '../records/attempts.ts';
import type { DeviceRecords } from '../records/devices.ts';
import { isReachedAlike, readableTarget, type ReadableFleet } from './readable-target.ts';
import { makeTurns } from './turns.ts';

/** What reading routers needs of the world. */
export interface ReadersWorld {
  readonly clock: Clock;
  readonly fleet: ReadableFleet;
  readonly store: {
    readonly attempts: Pick<AttemptRecords, 'listOpen'>;
    readonly devices: Pick<DeviceRecords, 'serialOf'>;
  };
  /**
   * The line of the device's read user, and who that is; `beforeSend` is asked right before each request, and what it
   * throws is thrown. @throws {Failure} when there is none, or it may not go there.
   */
  connect(
    target: Target,
    beforeSend: () => void,
  ): Promise<{ readonly session: ReadSession; readonly user: string; readonly close: () => Promise<void> }>;
  readonly changing: Pick<Changing, 'has'>;
}

/** A line that has proven itself. */
interface Proven {
  readonly session: ReadSession;
  readonly version: Version;
  readonly serial: string;
  readonly target: Target;
  /** On the monotonic clock. */
  readonly at: number;
  readonly close: () => Promise<void>;
}

const PROOF_LASTS_MS = 600_000;

/** What says that the router may not be the one it was, or that its user may not be. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  'Unreachable',
  'TlsUntrusted',
  'Timeout',
  'Unauthorized',
  'NotPermitted',
  'RestDisabled',
  'WrongBody',
  'BadAnswer',
]);

/** The way to every router of the fleet for all that only reads. */
export function makeReaders(world: ReadersWorld): Readers & { close(): Promise<void> } {
  const { clock, fleet, store, changing } = world;
  const lines = new Map<DeviceName, Proven>();
  const turns = makeTurns();

  /** Also whatever another controller has open, or an earlier life of this one left. */
  async function refuseChange(device: DeviceName): Promise<void> {
    refuseChangeHere(device);
    if (await hasOpen(device)) throw changeUnderWay(device);
  }

  /** Without a store nobody begins a change, so reads go on. */
  async function hasOpen(device: DeviceName): Promise<boolean> {
    try {
      return (await store.attempts.listOpen([device])).length > 0;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  function refuseChangeHere(device: DeviceName): void {
    if (changing.has(device)) throw changeUnderWay(device);
  }

  async function serialOf(target: Target): Promise<string> {
    const serial = target.serial ?? (await store.devices.serialOf(target.name));
    if (serial !== null) return serial;
    throw new Failure(
      'NotRead',
      `${target.name} was not visited yet, so nobody knows which router it is. Set spec.serial, or wait for its first visit.`,
    );
  }

  async function lineTo(target: Target, signal: AbortSignal | undefined): Promise<Proven> {
    const known = lines.get(target.name);
    if (known !== undefined && isReachedAlike(known.target, target) && clock.monotonic() - known.at < PROOF_LASTS_MS)
      return known;
    await forget(target.name);
    const serial = await serialOf(target);
    const { session, user, close } = await world.connect(target, () => refuseChangeHere(target.name));
    try {
      const version = await proveReader(session, user, { name: target.name, serial }, signal);
      const proven = { session, version, serial, target, at: clock.monotonic(), close };
      lines.set(target.name, proven);
      return proven;
    } catch (error) {
      await close();
      throw error;
    }
  }

  async function forget(device: DeviceName): Promise<void> {
    const line = lines.get(device);
    lines.delete(device);
    await line?.close();
  }

  return {
    on: (device, work, signal) =>
      turns.take(
        device,
        async () => {
          const target = readableTarget(fleet, device);
          await refuseChange(device);
          try {
            return await work(await lineTo(target, signal));
          } catch (error) {
            if (error instanceof Failure && DOUBTFUL.has(error.code)) await forget(device);
            throw error;
          }
        },
        signal,
      ),
    async close() {
      await Promise.all([...lines.keys()].map(forget));
    },
  };
}

function changeUnderWay(device: DeviceName): Failure {
  return new Failure(
    'ChangeUnderWay',
    `A change of ${device} is under way, so nothing else is asked of its router now.`,
    {
      retryAfterSeconds: 10,
    },
  );
}
