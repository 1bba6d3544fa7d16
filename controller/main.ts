import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Api } from './operations/api.ts';
import { createClock } from './clock.ts';
import type { Config } from './config.ts';
import { makeOwnSecrets, type OwnSecrets } from '#routeros';
import { keepSecret, readableCredentials, Secret } from './credentials/index.ts';
import { connectDevice, type Access } from './device/connect.ts';
import type { Clock, DeviceName } from './ports.ts';
import type { Store } from './records/store.ts';
import { Fleet } from './fleet/fleet.ts';
import type { Source } from './fleet/source.ts';
import { authorityOf } from './trust/authority.ts';
import { nextVisitIn, type Outcome } from './reconcile/outcome.ts';
import type { DeviceMemory, Ports } from './reconcile/ports.ts';
import { VisitQueue } from './visits/queue.ts';
import { DEFAULT_POLL_SECONDS } from './fleet/target-of.ts';
import { reconcileDevice } from './reconcile/reconcile-device.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import { noteFleetPlan } from './reports/note-fleet-plan.ts';
import { logSink } from './reports/log-sink.ts';
import { metricsSink } from './reports/metrics-sink.ts';
import { reportToAll, type ReportSink } from './reports/report-sink.ts';
import { reportingStore } from './reports/reporting-store.ts';
import type { VisitReport } from './reports/visit-report.ts';
import { serveSocket, socketPathIn } from './doors/socket.ts';
import { openFolderSource } from './source/folder-source.ts';
import { loginOf, openGitRepository } from '#git';
import { openStore } from './store/index.ts';
import { pauseRolloutsRestingOn } from './rollouts/actions.ts';
import { revokeKey } from './trust/actions.ts';
import { createLog, type Logger } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { serveProbes } from './doors/probes.ts';

/** A running controller. */
export interface Controller {
  readonly api: Api;
  /** Where rosctl reaches it. */
  readonly socketPath: string;
  /** Host and port of the probes; null when they are off. */
  readonly probesAt: string | null;
  /** Stops visits between two requests to a router, leaves armed devices to their undo, closes the store. */
  stop(): Promise<void>;
}

/** Wires everything together and starts. @throws {Failure} `StoreLocked` and others when it can't; nothing runs then. */
export async function startController(config: Config, log: Logger = createLog(config.logLevel)): Promise<Controller> {
  await mkdir(config.stateFolder, { recursive: true, mode: 0o700 });
  const clock = createClock(config.clockSpeed);
  const metrics = createMetrics();
  const sink = reportToAll([logSink(log), metricsSink(metrics)], log);
  const location = config.databaseUrl === null ? { folder: config.stateFolder } : { databaseUrl: config.databaseUrl };
  const store = reportingStore(await openStore(location), sink);
  const servers: Server[] = [];
  const stopping = new AbortController();
  let looked: Promise<void> = Promise.resolve();
  try {
    const ownSecrets = await ownSecretsOf(config, store);
    const fleet = new Fleet(await followerOf(config, store, clock, ownSecrets, stopping.signal), clock);
    const restored = fleet.restore().catch((error: unknown) => {
      if (!stopping.signal.aborted) log.error({ err: error }, 'last revision not restored');
    });
    looked = restored
      .then(() => fleet.refresh(stopping.signal))
      .then(
        () => logSource(log, fleet, true),
        () => {},
      );
    await firstOf(looked, stopping.signal);
    const rollouts = new Rollouts({
      clock,
      store,
      log,
      fleet,
      visitOf: (device) => visits.get(device) ?? null,
      visitNow: (devices) => queue.visitNow(devices),
    });
    // A device that is watched after its change keeps no other from being visited.
    const resting: Clock = { ...clock, sleep: (ms, signal) => queue.lendWhile(() => clock.sleep(ms, signal)) };
    const ports = portsOf(config, { clock, resting }, store, fleet, rollouts, metrics, log, ownSecrets);
    const visits = new Map<DeviceName, VisitReport>();
    const queue = new VisitQueue(clock, config.concurrency, async (device, signal) => {
      const next = await visit(ports, fleet, sink, visits, device, signal);
      await noteFleetPlan(store, fleet, visits, clock).catch((error: unknown) =>
        log.error({ err: error }, 'fleet plan not recorded'),
      );
      rollouts.wake();
      return next;
    });
    const refresh = async (devices?: readonly DeviceName[]): Promise<void> => {
      const changed = await fleet.refresh(stopping.signal);
      logSource(log, fleet, changed);
      queue.setDevices(fleet.devices());
      if (changed || devices !== undefined)
        queue.visitNow(devices === undefined || devices.length === 0 ? undefined : devices);
    };

    const api = apiOf(config, clock, store, fleet, ports.holder, visits, refresh, () => rollouts.wake(), ownSecrets);
    const socketPath = socketPathIn(config.stateFolder);
    servers.push(await serveSocket(socketPath, api));
    metrics.observeFleet(() => ({ byOutcome: countOutcomes(visits), sourceFault: fleet.fault?.code ?? null }));
    metrics.observeRollouts(() => rollouts.counts());
    const probes =
      config.listen === null
        ? null
        : await serveProbes(config.listen.host, config.listen.port, metrics, () => readinessOf(fleet));
    if (probes !== null) servers.push(probes);

    const running = run();
    async function run(): Promise<void> {
      await restored;
      queue.setDevices(fleet.devices());
      await Promise.all([
        queue.run(),
        looked.then(async () => {
          queue.setDevices(fleet.devices());
          await followSource(fleet, refresh, log, stopping.signal);
        }),
        retain(config, store, clock, log, stopping.signal),
        rollouts.run(stopping.signal),
      ]);
    }
    return {
      api,
      socketPath,
      probesAt: addressOf(probes),
      async stop() {
        log.info('shutting down');
        stopping.abort(new Error('the controller is shutting down'));
        await queue.stop();
        await running;
        await closeAll(servers);
        await fleet.close();
        await store.close();
        log.info('stopped');
      },
    };
  } catch (error) {
    stopping.abort();
    await closeAll(servers);
    await looked;
    await store.close();
    throw error;
  }
}

/** Everything that we send to prove who we are, as far as it can be read now; a password that changes is added when it is first sent. */
async function ownSecretsOf({ credentials, environment, git, key }: Config, store: Store): Promise<OwnSecrets> {
  const ownSecrets = makeOwnSecrets();
  const sources = { environment, records: store.secrets, key };
  for (const { username, password } of await readableCredentials(credentials, sources))
    ownSecrets.add(password.reveal(), username);
  if (git?.token) {
    const { user, secret } = loginOf(git.token.reveal());
    ownSecrets.add(secret, user);
  }
  return ownSecrets;
}

const GIT_TIMEOUT_MS = 120_000;

/** A source that answers slowly keeps neither probes nor rosctl waiting for longer, and visits go on by what was in force. */
const LONGEST_FIRST_LOOK_MS = 15_000;

async function firstOf(done: Promise<void>, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const pause = setTimeout(LONGEST_FIRST_LOOK_MS, undefined, { signal: AbortSignal.any([signal, enough.signal]) });
  await Promise.race([done, pause.catch(() => {})]);
  enough.abort();
}

/** Git's code is large, and a folder needs none of it. */
async function followerOf(
  config: Config,
  store: Store,
  clock: Clock,
  ownSecrets: OwnSecrets,
  stopping: AbortSignal,
): Promise<Source> {
  if (config.git === null) return openFolderSource(config.sourceFolder, config.stateFolder, store, clock, stopping);
  const { location, pollSeconds, token } = config.git;
  const { openGitSource } = await import('./trust/git-source.ts');
  const repository = await openGitRepository(location, {
    cacheFolder: path.join(config.stateFolder, 'git'),
    token: () => token?.reveal() ?? null,
    ca: config.ca,
    timeoutMs: GIT_TIMEOUT_MS,
    environment: config.environment,
  });
  const cut = (text: string): string => ownSecrets.cut(text);
  return openGitSource({ location, repository, store, clock, pollSeconds, cut, stopping });
}

function portsOf(
  config: Config,
  { clock, resting }: { readonly clock: Clock; readonly resting: Clock },
  store: Store,
  fleet: Fleet,
  rollouts: Rollouts,
  metrics: Metrics,
  log: Logger,
  ownSecrets: OwnSecrets,
): Ports {
  const memory = new Map<DeviceName, DeviceMemory>();
  const sealKey = config.key ?? randomBytes(32);
  const access: Access = {
    bindings: config.credentials,
    secrets: { environment: config.environment, records: store.secrets, key: config.key },
    ownSecrets,
    ca: config.ca,
    clock,
    timeScale: config.clockSpeed,
    onRequest: ({ method, status, durationMs }) => metrics.requested(method, status, durationMs),
  };
  return {
    clock: resting,
    store,
    log,
    holder: `controller-${randomUUID()}`,
    memory,
    bySerial: new Map(),
    targetOf: (device) => fleet.targetOf(device),
    fleetSource: fleet.source,
    declaredAt: () => fleet.acceptedAt ?? 0,
    rollouts,
    authority: authorityOf(fleet),
    ownSecrets,
    seal: (secret) => createHmac('sha256', sealKey).update(secret).digest('hex'),
    async connect(target) {
      const line = await connectDevice(target, access);
      const known = memory.get(target.name);
      memory.set(target.name, { serialSource: null, serial: null, lastRead: null, ...known, session: line.session });
      return line;
    },
  };
}

/** One visit: the pass, what is told of it, and when to come back. A defect in one device's pass stops no other. */
async function visit(
  ports: Ports,
  fleet: Fleet,
  sink: ReportSink,
  visits: Map<DeviceName, VisitReport>,
  device: DeviceName,
  signal: AbortSignal,
): Promise<number> {
  const { clock, log } = ports;
  const startedAt = clock.monotonic();
  const previous = visits.get(device) ?? null;
  const revision = fleet.inventory?.devices.has(device) === true ? fleet.revision : null;
  const outcome = await reconcileDevice(ports, device, signal).catch((error: unknown): Outcome => {
    if (signal.aborted) return { kind: 'Suspended', reason: 'the controller is shutting down' };
    log.error({ device, err: error }, 'pass ended by a defect');
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'Stalled', reasons: [{ code: 'Defect', because: said }] };
  });
  const failures = outcome.kind === 'Deferred' || outcome.kind === 'Closed' ? (previous?.failures ?? 0) + 1 : 0;
  const next = nextVisitIn(outcome, pollSecondsOf(fleet, device) * 1000, failures, Math.random());
  const at = clock.now();
  const report: VisitReport = {
    outcome,
    revision,
    at,
    durationMs: clock.monotonic() - startedAt,
    failures,
    nextAt: at + next,
  };
  // A stop says nothing about the device.
  if (outcome.kind !== 'Suspended' || !signal.aborted)
    sink.report({ action: 'visit.ended', device, visit: report, previous });
  visits.set(device, report);
  return next;
}

/** Also of a device of which nothing else can be made. */
function pollSecondsOf(fleet: Fleet, device: DeviceName): number {
  return fleet.inventory?.devices.get(device)?.document.spec.poll?.intervalSeconds ?? DEFAULT_POLL_SECONDS;
}

function apiOf(
  config: Config,
  clock: Clock,
  store: Store,
  fleet: Fleet,
  holder: string,
  visits: ReadonlyMap<DeviceName, VisitReport>,
  refresh: (devices: readonly DeviceName[]) => Promise<void>,
  wakeRollouts: () => void,
  ownSecrets: OwnSecrets,
): Api {
  return {
    clock,
    store,
    fleet,
    holder,
    startedAt: clock.now(),
    visitOf: (device) => visits.get(device) ?? null,
    reconcile: refresh,
    wakeRollouts,
    async trustInit(commit, actor) {
      await fleet.anchor(commit, actor);
      await refresh([]);
    },
    async revoke(key, reason, actor) {
      const act = { actor, at: clock.now() };
      const { fresh, ids } = await revokeKey(store, key, reason, act, fleet.inventory?.roster?.document);
      await pauseRolloutsRestingOn(store, fleet.source, ids, act);
      wakeRollouts();
      await refresh([]);
      return fresh;
    },
    setSecret: async (name, secret, actor) => {
      ownSecrets.add(secret, config.credentials.find((binding) => binding.name === name)?.username ?? null);
      await keepSecret(store, config.key, name, new Secret(secret), { actor, at: clock.now() });
    },
  };
}

/** Reads the source again whenever it may have changed. */
async function followSource(
  fleet: Fleet,
  refresh: () => Promise<void>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of fleet.changes(signal)) {
    await refresh().catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'source could not be followed');
    });
  }
}

const RETENTION_PAUSE_MS = 3_600_000;

async function retain(config: Config, store: Store, clock: Clock, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RETENTION_PAUSE_MS, signal).catch(() => {});
    if (signal.aborted) return;
    const rows = await store.prune({ days: config.retentionDays }, clock.now()).catch((error: unknown) => {
      log.error({ err: error }, 'retention failed');
      return 0;
    });
    if (rows > 0) log.info({ rows }, 'retention deleted rows');
  }
}

function logSource(log: Logger, fleet: Fleet, changed: boolean): void {
  if (fleet.fault !== null)
    log.warn(
      { source: fleet.source, code: fleet.fault.code, detail: fleet.fault.message, revision: fleet.revision },
      fleet.revision === null
        ? 'source refused, no revision is in force: no device is touched'
        : 'source refused, the last good revision counts',
    );
  else if (changed)
    log.info({ source: fleet.source, revision: fleet.revision, devices: fleet.devices().length }, 'revision accepted');
}

function readinessOf(fleet: Fleet): { readonly ready: boolean; readonly reason: string } {
  if (fleet.revision === null) return { ready: false, reason: fleet.fault?.message ?? 'no revision was accepted yet' };
  return { ready: true, reason: 'ok' };
}

function countOutcomes(visits: ReadonlyMap<DeviceName, VisitReport>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of visits.values()) counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  return counts;
}

function addressOf(server: Server | null): string | null {
  const address = server?.address();
  return address === null || address === undefined || typeof address === 'string'
    ? null
    : `${address.address}:${address.port}`;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
