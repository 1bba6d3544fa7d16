import { connectReadSession } from '../../controller/device/connect.ts';
import { type Changing, makeChanging } from '../../controller/device/changing.ts';
import type { Target } from '../../controller/fleet/target.ts';
import type { DeviceName, Readers } from '../../controller/ports.ts';
import type { ReadableFleet } from '../../controller/reads/readable-target.ts';
import { makeReaders } from '../../controller/reads/readers.ts';
import { createClock } from '#controller';
import { Failure } from '#failure';
import { makeOwnSecrets } from '#routeros';
import {
  createClock as createSimulatorClock,
  type Fleet,
  type RouterSeed,
  type SimulatedRouter,
  startFleet,
} from '#simulator';

/** What the read user may do, and what it is let in with. */
export const READ_POLICY = 'read,test,api,rest-api';
export const READ_PASSWORD = 'S3cret-of-the-reader';
export const WRITE_PASSWORD = 'S3cret-of-the-writer';

/** Simulated routers with both users, and the way to read them. */
export interface ReaderRig {
  readonly fleet: Fleet;
  readonly router: SimulatedRouter;
  readonly readers: Readers & { close(): Promise<void> };
  readonly changing: Changing;
  readonly readable: ReadableFleet;
  readonly clock: ReturnType<typeof createClock>;
  /** What the fleet says of each device; a test may change it. */
  readonly targets: Map<DeviceName, Target>;
  /** What a waiting control plan says; null: none waits. */
  incoming: Map<DeviceName, Target> | null;
  /** Devices with an attempt that is open in the store. */
  readonly open: Set<DeviceName>;
  /** Whether the store can be asked. */
  storeUp: boolean;
  /** Serials that the store has pinned. */
  readonly serials: Map<DeviceName, string>;
  /** Requests of the read user, `METHOD path?query`. */
  asked(name?: string): readonly string[];
  close(): Promise<void>;
}

export const readerSeed = (name: string, more: Partial<RouterSeed> = {}): RouterSeed => ({
  name,
  host: '127.0.0.1',
  port: 0,
  tls: false,
  version: '7.20.8',
  serial: `SERIAL-${name}`,
  groups: [{ name: 'gitops-read', policy: READ_POLICY }],
  users: [
    { name: 'gitops', password: WRITE_PASSWORD, group: 'full' },
    { name: 'gitops-read', password: READ_PASSWORD, group: 'gitops-read' },
  ],
  ...more,
});

export async function openReaderRig(seeds: readonly RouterSeed[] = [readerSeed('r1')], speed = 50): Promise<ReaderRig> {
  const fleet = await startFleet(seeds, { clock: createSimulatorClock(speed) });
  const clock = createClock(speed);
  const ownSecrets = makeOwnSecrets();
  const changing = makeChanging();
  const access = {
    bindings: [
      {
        name: 'lab',
        username: 'gitops',
        from: { env: 'WRITE' },
        hosts: ['127.0.0.0/8'],
        tls: 'plaintext' as const,
        read: { username: 'gitops-read', from: { env: 'READ' } },
      },
    ],
    secrets: {
      environment: { WRITE: WRITE_PASSWORD, READ: READ_PASSWORD },
      records: { get: () => Promise.resolve(null) },
      key: null,
    },
    ownSecrets,
    ca: [],
    clock,
    timeScale: speed,
    onRequest: () => {},
  };
  const targets = new Map(seeds.map(({ name }) => [name, targetAt(fleet.router(name))]));
  const readable: ReadableFleet = {
    targetOf: (device) => targets.get(device) ?? null,
    incomingTargetOf: (device) => rig.incoming?.get(device) ?? null,
    get incoming() {
      // Whether there is one is all that counts.
      return rig.incoming === null ? null : ({} as never);
    },
  };
  const rig: ReaderRig = {
    readable,
    fleet,
    router: fleet.router(seeds[0]?.name ?? ''),
    changing,
    clock,
    targets,
    incoming: null,
    open: new Set(),
    storeUp: true,
    serials: new Map(seeds.map(({ name, serial }) => [name, serial])),
    readers: makeReaders({
      clock,
      changing,
      fleet: readable,
      store: {
        attempts: {
          listOpen: async (devices) => {
            if (!rig.storeUp) throw new Failure('StoreUnavailable', 'the store is down');
            return devices.filter((device) => rig.open.has(device)).map((device) => ({ device, planId: 'sha256:1' }));
          },
        },
        devices: { serialOf: async (device) => rig.serials.get(device) ?? null },
      },
      connect: (target, beforeSend) => connectReadSession(target, { ...access, beforeSend }),
    }),
    asked: (name = seeds[0]?.name ?? '') =>
      fleet
        .router(name)
        .requests.filter(({ user }) => user === 'gitops-read')
        .map(({ method, path }) => `${method} ${path}`),
    async close() {
      await rig.readers.close();
      await fleet.close();
    },
  };
  return rig;
}

/** What is asked of a target before it is read; nothing else of it is looked at. */
function targetAt(router: SimulatedRouter): Target {
  return {
    name: router.name,
    address: new URL(router.url),
    credential: 'lab',
    tls: { mode: 'insecure', fingerprint: null },
    serial: null,
    suspended: false,
  } as unknown as Target;
}
