import { Failure } from '#failure';
import { openAccess } from './access/open-access.ts';
import { NO_RULES } from './access/access-file.ts';
import { type Narrowing, narrowed } from './access/narrowed.ts';
import { operator } from './access/principal.ts';
import { createClock } from './clock.ts';
import type { Config } from './config.ts';
import { bandwidthLogin } from './device/bandwidth-login.ts';
import { makeChanging } from './device/changing.ts';
import { type Access, connectReadSession } from './device/connect.ts';
import { identityBehind } from './device/prove-reader.ts';
import { Diagnostics } from './diagnose/diagnostics.ts';
import { Fleet } from './fleet/fleet.ts';
import { followSource } from './fleet/follow.ts';
import { Observed } from './observed/observed.ts';
import { type Operations, operationsOf } from './operations/api.ts';
import { makeApi } from './operations/make-api.ts';
import { previewView } from './operations/proposal-views.ts';
import type { OperationName } from './operations/table.ts';
import type { DeviceName } from './ports.ts';
import { previewChange } from './proposals/preview-change.ts';
import { scopeOf } from './proposals/scope-of.ts';
import { makeMenuReads } from './reads/menu-reads.ts';
import { readableTarget } from './reads/readable-target.ts';
import { makeReaders } from './reads/readers.ts';
import { AccessLog } from './reports/access-log.ts';
import { EventHub } from './reports/event-hub.ts';
import { openStore } from './store/index.ts';
import { createLog } from './telemetry/log.ts';
import { openSource } from './trust/open-source.ts';
import { RecentChanges } from './watch/recent-changes.ts';
import { HEALTH_KEPT, Watch } from './watch/watch.ts';

/** What files and routers say now, and what comes of it. */
const ANSWERED: ReadonlySet<OperationName> = new Set([
  'status',
  'version',
  'devices',
  'device',
  'me',
  'menus',
  'menu',
  'explain',
  'fleetHealth',
  'health',
  'startDiagnostic',
  'diagnostic',
  'diagnosticEvents',
  'cancelDiagnostic',
  'previewChange',
]);

/** The operations of a fleet that no controller looks after, for the person whose files and credentials they are. */
export interface Direct {
  readonly fleet: Pick<Fleet, 'fault' | 'revision'>;
  /** Whether it is answered without a controller at all. */
  has(name: OperationName): boolean;
  ask(name: OperationName, given: object, signal: AbortSignal): Promise<unknown>;
  follow(name: OperationName, given: object, signal: AbortSignal): ReturnType<Operations['follow']>;
  close(): Promise<void>;
}

/**
 * The same operations over the same readers, with the fleet of a folder and nothing that was kept. Routers are read by
 * their read users alone. @param config its state folder is left out of the fleet, and not opened. @param scratch a folder
 * that nobody needs afterwards. @throws {Failure}
 */
export async function openDirect(
  { config, scratch }: { readonly config: Config; readonly scratch: string },
  access: Access,
  asker: string,
  asked: Narrowing,
): Promise<Direct> {
  const clock = createClock(config.clockSpeed);
  const realTime = createClock();
  const log = createLog('silent');
  const store = await openStore({ folder: scratch });
  const stopping = new AbortController();
  const fleet = new Fleet(await openSource(config, store, clock, access.ownSecrets, stopping.signal), clock);
  const serials = new Map<DeviceName, string>();
  /** No visit has told which router it is: one that no serial is declared of has to stay the one that it was at first. */
  async function serialOf(device: DeviceName): Promise<string> {
    const known = serials.get(device);
    if (known !== undefined) return known;
    const { session, close } = await connectReadSession(readableTarget(fleet, device), access);
    try {
      const { serial } = await identityBehind(session);
      serials.set(device, serial);
      return serial;
    } finally {
      await close();
    }
  }
  const readers = makeReaders({
    clock,
    fleet,
    store: { attempts: store.attempts, devices: { serialOf } },
    changing: makeChanging(),
    connect: async (target, beforeSend) => await connectReadSession(target, { ...access, beforeSend }),
  });
  const watch = new Watch({
    clock,
    store,
    log,
    fleet,
    readers,
    changes: new RecentChanges(),
    kept: HEALTH_KEPT,
    sighted: () => {},
  });
  const holder = 'direct';
  const documentOf = (device: DeviceName) => fleet.inventory?.devices.get(device)?.document ?? null;
  const observed = new Observed({ records: store.observed, clock, log });
  const diagnostics = await Diagnostics.open({
    clock,
    realTime,
    store,
    log,
    readers,
    holder,
    source: fleet.source,
    bandwidthLogin: async (from, to) =>
      await bandwidthLogin(readableTarget(fleet, from), readableTarget(fleet, to), access),
  });
  const api = makeApi({
    reads: makeMenuReads({ clock, fleet, readers, lastVisit: () => null, versionText: () => null }),
    config,
    clock,
    store,
    fleet,
    observed,
    events: new EventHub(),
    holder,
    accessLog: new AccessLog({ store, clock, pace: realTime, log }),
    ownSecrets: access.ownSecrets,
    leadership: { leader: () => null },
    leading: () => null,
    orders: { ask: NOBODY, send: () => {} },
    catchUp: async () => {},
    access: await openAccess(undefined, log, documentOf),
    diagnostics,
    readers,
    watch,
  });
  const operations = operationsOf({
    ...api,
    async previewChange(intent, principal) {
      const planOn = async () => await Promise.resolve({ is: 'unread', readAt: null, lacking: [] } as const);
      const world = { fleet, planOn, readLacking: async () => await Promise.resolve(null) };
      const previewed = await previewChange(world, intent, scopeOf(principal, fleet.devices()));
      return previewView(previewed, intent.section, clock.now(), () => false);
    },
  });
  const { principal } = narrowed(operator(asker), asked, NO_RULES, documentOf);
  await fleet.refresh(stopping.signal);
  const following = followSource(
    fleet,
    async () => void (await fleet.refresh(stopping.signal)),
    log,
    stopping.signal,
  ).catch(() => {});

  /** What a controller would have asked meanwhile. */
  async function pollHealth(name: OperationName, given: object, signal: AbortSignal): Promise<void> {
    const one = name === 'health' && 'device' in given ? String(given.device) : null;
    const wanted = fleet
      .devices()
      .filter((device) => principal.may('fleet.read', device) && (one ?? device) === device);
    const due = wanted.filter((device) => clock.now() - (watch.newestOf(device)?.at ?? 0) > FRESH_MS);
    const pollNext = async (): Promise<void> => {
      for (let device = due.shift(); device !== undefined; device = due.shift())
        await watch.pollNow(device, signal).catch((error: unknown) => {
          if (!(error instanceof Failure) || one !== null) throw error;
        });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, pollNext));
  }

  return {
    fleet,
    has: (name) => ANSWERED.has(name),
    async ask(name, given, signal) {
      if (name === 'health' || name === 'fleetHealth') await pollHealth(name, given, signal);
      return await operations.ask(principal, name as 'status', { ...given });
    },
    follow: async (name, given, signal) =>
      await operations.follow(principal, name as 'diagnosticEvents', { ...given }, signal),
    async close() {
      stopping.abort();
      await diagnostics.stop();
      await readers.close();
      await following;
      await fleet.close();
      await store.close();
    },
  };
}

const FRESH_MS = 15_000;
const AT_ONCE = 8;

async function NOBODY(): Promise<never> {
  return await Promise.reject(new Failure('NotLeading', 'No controller is there.'));
}
