import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createClock } from './clock.ts';
import { openAccess } from './access/open-access.ts';
import type { Config } from './config.ts';
import { makeChanging } from './device/changing.ts';
import { bandwidthLogin } from './device/bandwidth-login.ts';
import { connectReadSession } from './device/connect.ts';
import { Diagnostics } from './diagnose/diagnostics.ts';
import { readOwnSecrets } from './credentials/index.ts';
import { type Doors, openDoors } from './doors/open-doors.ts';
import { restoreFleet, waitForLook } from './fleet/follow.ts';
import { Fleet } from './fleet/fleet.ts';
import { openSource } from './trust/open-source.ts';
import { Observed } from './observed/observed.ts';
import type { Api } from './operations/api.ts';
import { makeApi } from './operations/make-api.ts';
import { previewBy } from './operations/preview-by.ts';
import { type UnderWay, underWayOf } from './operations/under-way.ts';
import { readableTarget } from './reads/readable-target.ts';
import { makeMenuReads } from './reads/menu-reads.ts';
import { makeReaders } from './reads/readers.ts';
import { keepSettling } from './proposals/keep-settling.ts';
import { AccessLog } from './reports/access-log.ts';
import { EventHub } from './reports/event-hub.ts';
import { logSink } from './reports/log-sink.ts';
import { metricsSink } from './reports/metrics-sink.ts';
import { relayEvents } from './reports/relay.ts';
import { reportToAll } from './reports/report-sink.ts';
import { reportingStore } from './reports/reporting-store.ts';
import { openStore } from './store/index.ts';
import { createLog, type Logger } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { beginToLead, type Leader } from './visits/lead.ts';
import { accessOf } from './visits/make-ports.ts';
import { followLeader } from './visits/follow.ts';
import { leadingByLease } from './visits/leadership.ts';
import { ordersIn, workFor } from './visits/orders.ts';

import { watchStore } from './visits/watch-store.ts';
import { leadingAlways, type Term } from './visits/term.ts';
import { deviceReadings } from './watch/device-readings.ts';
import { RecentChanges } from './watch/recent-changes.ts';
import { HEALTH_KEPT, Watch } from './watch/watch.ts';

/** A running controller. */
export interface Controller extends Pick<Doors, 'socketPath' | 'probesAt' | 'httpAt'> {
  readonly api: Api;
  /** Aborts, with the failure, when the store is gone: nothing is written from then on, and it is to be stopped. */
  readonly gone: AbortSignal;
  /**
   * Stops visits between two requests to a router, leaves armed devices to their undo, closes the store. @returns the
   * changes that stay under way.
   */
  stop(): Promise<readonly UnderWay[]>;
}

/**
 * Wires everything together and starts.
 * @throws {Failure} `StoreLocked` and others when it can't; nothing runs then.
 */
export async function startController(config: Config, log: Logger = createLog(config.logLevel)): Promise<Controller> {
  const { stateFolder, databaseUrl, credentials, environment, key, git } = config;
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const clock = createClock(config.clockSpeed);
  const metrics = createMetrics();
  const events = new EventHub();
  const changes = new RecentChanges();
  const sink = reportToAll([logSink(log), metricsSink(metrics), events, changes], log);
  const opening = openStore(databaseUrl === null ? { folder: stateFolder } : { databaseUrl });
  const store = reportingStore(await opening, sink);
  const stopping = new AbortController();
  const ending = AbortSignal.any([stopping.signal, store.gone]);
  const opened = Promise.withResolvers<void>();
  let running: Promise<unknown> = Promise.resolve();
  try {
    const ownSecrets = await readOwnSecrets(credentials, { environment, records: store.secrets, key }, [
      git?.token,
      git?.writeToken,
    ]);
    const fleet = new Fleet(await openSource(config, store, clock, ownSecrets, stopping.signal), clock);
    const access = await openAccess(
      config.access,
      log,
      (device) => fleet.inventory?.devices.get(device)?.document ?? null,
    );
    const changing = makeChanging();
    const lines = accessOf({ config, clock, store, metrics, ownSecrets });
    const readers = makeReaders({
      clock,
      fleet,
      store,
      changing,
      connect: (target, beforeSend) => connectReadSession(target, { ...lines, beforeSend }),
    });
    const observed = new Observed({ records: store.observed, clock, log });
    await observed.load();
    observed.subscribe((sighting) => events.saw(sighting));
    const watch = new Watch({
      clock,
      store,
      log,
      fleet,
      readers,
      changes,
      kept: config.healthKept ?? HEALTH_KEPT,
      sighted: ({ device, at, ...values }) => events.publish({ kind: 'health', device, at, values }),
    });
    const holder = `controller-${randomUUID()}`;
    const realTime = createClock();
    const leadership = store.exclusive
      ? leadingAlways(holder, store)
      : leadingByLease({ records: store.leader, holder, clock: realTime, log });
    const accessLog = new AccessLog({ store, clock, pace: realTime, log });
    const diagnostics = await Diagnostics.open({
      clock,
      realTime,
      store,
      log,
      readers,
      holder,
      source: fleet.source,
      bandwidthLogin: async (from, to) =>
        await bandwidthLogin(readableTarget(fleet, from), readableTarget(fleet, to), lines),
    });
    const orders = ordersIn({ store, holder, clock: realTime, log });
    let leader: Leader | null = null;

    const restored = restoreFleet(fleet, log, stopping.signal);
    const looked = Promise.withResolvers<void>();
    const following = followLeader({ store, fleet, observed, log, clock: realTime }, stopping.signal);
    running = Promise.all([
      leadership.run({ lead, follow }, ending),
      watchStore(store, realTime, log, ending),
      accessLog.run(ending),
      relayEvents({ store, events, observed, holder, clock: realTime, log, leads: () => leader !== null }, ending),
    ]);
    async function lead(term: Term): Promise<void> {
      await restored;
      await observed.beginToLead(() => term.holds());
      leader = beginToLead(
        { config, clock, store, log, fleet, observed, sink, metrics, ownSecrets, changing, holder, watch },
        term,
      );
      looked.resolve(leader.looked);
      await opened.promise;
      // An earlier term may have ended long ago: what it knew of the source is not gone by.
      await waitForLook(leader.looked, term.signal);
      const work = workFor(leader, fleet, watch, (by, wanted) =>
        previewBy(by, { fleet, observed, clock, readers }, wanted),
      );
      const proposing = keepSettling({ fleet, store, clock }, realTime, log, term.signal);
      await Promise.all([leader.run(), orders.carryOut(work, term.signal), proposing]).finally(() => (leader = null));
      if (ending.aborted) await observed.close();
    }
    async function follow(): Promise<void> {
      looked.resolve(restored);
      await following.often();
    }
    await waitForLook(looked.promise, ending);

    const leading = (): Leader | null => leader;
    const reads = makeMenuReads({
      clock,
      fleet,
      readers,
      lastVisit: (device) => leader?.lastReadOf(device) ?? null,
      versionText: (device) => observed.lastOf(device)?.router?.version ?? null,
    });
    const api = makeApi({
      reads,
      readers,
      config,
      clock,
      store,
      fleet,
      observed,
      events,
      holder,
      accessLog,
      ownSecrets,
      leadership,
      leading,
      orders,
      catchUp: () => following.now(),
      access,
      diagnostics,
      watch,
    });
    metrics.observeFleet(() => ({
      byOutcome: observed.counts(fleet.devices()),
      sourceFault: fleet.fault?.code ?? null,
    }));
    metrics.observeReads(() => accessLog.waiting());
    metrics.observeAccess(async () => {
      await access.rules();
      return access.fault() === null;
    });
    metrics.observeDrift(async () => (await store.drift.drifted()).length);
    if (config.deviceMetrics === true) metrics.observeDevices(() => deviceReadings(watch, fleet.devices()));
    metrics.observeRollouts(() => leader?.rolloutCounts() ?? new Map());
    const doors = await openDoors({ config, api, metrics, access, log, clock: realTime });
    opened.resolve();
    return {
      api,
      gone: store.gone,
      socketPath: doors.socketPath,
      probesAt: doors.probesAt,
      httpAt: doors.httpAt,
      async stop() {
        log.info('shutting down');
        doors.drain();
        stopping.abort(new Error('the controller is shutting down'));
        await running;
        // A store that is gone tells nothing any more, and the rest is closed all the same.
        const left = await underWayOf(store, fleet.devices()).catch(() => []);
        await doors.close();
        await diagnostics.stop();
        await readers.close();
        await accessLog.close();
        await fleet.close();
        await store.close();
        log.info('stopped');
        return left;
      },
    };
  } catch (error) {
    stopping.abort();
    opened.resolve();
    await running;
    await store.close();
    throw error;
  }
}
