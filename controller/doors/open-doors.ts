import type { Server } from 'node:http';
import path from 'node:path';
import { Failure } from '#failure';
import type { RouterDevice } from '#schemas';
import type { Access } from '../access/authenticated.ts';
import type { Config } from '../config.ts';
import { type Api, type Operations, operationsOf } from '../operations/api.ts';
import type { Clock, DeviceName } from '../ports.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ApiDoor, ApiDoorWorld } from './api-world.ts';
import { type ApiServer, apiServer } from './api-server.ts';
import type { HttpConfig, McpSocketConfig } from './http-config.ts';
import { hostJudge } from './known-host.ts';
import { serveProbes, type Readiness } from './probes.ts';
import { serveSocket, socketPathIn } from './socket.ts';
import { listenOnSocket } from './unix-socket.ts';
import { byToken, byTokenOrOperator } from './who-asks.ts';

/** Where people and programs reach a controller. */
export interface Doors {
  /** The control socket of rosctl. */
  readonly socketPath: string;
  /** Host and port of the probes; null when they are off. */
  readonly probesAt: string | null;
  /** URL of the API; null when it is off. */
  readonly httpAt: string | null;
  /** The controller ends: /readyz says so, and streams are told to come again elsewhere. */
  drain(): void;
  /** Nobody is answered any more; open answers end before. */
  close(): Promise<void>;
}

/** What the doors rest on. */
export interface DoorsWorld {
  readonly config: Config;
  readonly api: Api;
  readonly metrics: Metrics;
  readonly access: Access;
  readonly log: Logger;
  /** The real one: tokens end by it. */
  readonly clock: Clock;
}

/** Opens all doors. @throws {Failure} `ConfigInvalid`; none is open then. */
export async function openDoors(world: DoorsWorld): Promise<Doors> {
  const { config, api, metrics } = world;
  const draining = new AbortController();
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    draining.abort();
    await Promise.all(opened.map((each) => each()));
  };
  const operations = operationsOf(api);
  const doorWorld = { ...world, closing: draining.signal, operations };
  try {
    const socketPath = socketPathIn(config.stateFolder);
    const socket = await serveSocket(socketPath, operations);
    opened.push(() => closeServer(socket));
    const mcp = await openMcpSocket(doorWorld);
    opened.push(() => mcp.close());
    const http = config.http ? await openHttp(doorWorld, config.http) : null;
    if (http !== null) opened.push(() => http.close());
    const readiness = (): Readiness => readinessOf(api, draining.signal);
    const { listen } = config;
    const probes = listen === null ? null : await serveProbes(listen.host, listen.port, metrics, readiness);
    if (probes !== null) opened.push(() => closeServer(probes));
    return {
      socketPath,
      probesAt: probes === null ? null : addressOf(probes),
      httpAt: http === null ? null : `${config.http?.tls ? 'https' : 'http'}://${addressOf(http.server) ?? ''}`,
      drain: () => draining.abort(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const ALL_LIMITS = { quotas: true, shedding: true };

interface ApiWorld extends DoorsWorld {
  readonly closing: AbortSignal;
  /** One for all doors: they share what they remember. */
  readonly operations: Operations;
}

const SHARED_BY = 0o660;
const OWN = 0o600;

async function openMcpSocket(world: ApiWorld): Promise<ApiServer> {
  const { config, access } = world;
  const { path: socketPath, shared }: McpSocketConfig = config.mcpSocket ?? {
    path: path.join(config.stateFolder, 'mcp.sock'),
    shared: false,
  };
  const door: DoorKind = {
    door: 'mcp',
    whoAsks: byTokenOrOperator(access, documentOf(world), { shared }),
    // Only a process of this machine comes here, and no browser.
    judgeHost: () => 'ours',
    publicUrl: 'http://localhost',
    behindProxy: false,
  };
  const server = apiServer(async () => await openDoor(world, door), null, world.log);
  await listenOnSocket(server.server, socketPath, shared ? SHARED_BY : OWN);
  return server;
}

async function openHttp(world: ApiWorld, http: HttpConfig): Promise<ApiServer> {
  const { access } = world;
  const ours = `${http.tls === null ? 'http' : 'https'}://${http.host}:${String(http.port)}`;
  const door: DoorKind = {
    door: 'http',
    whoAsks: byToken(access, documentOf(world)),
    judgeHost: hostJudge(http),
    publicUrl: http.publicUrl ?? ours,
    behindProxy: http.behindProxy,
  };
  // It is asked for, so that what it loads does not keep the first client waiting.
  const opened = openDoor(world, door);
  await opened;
  const server = apiServer(async () => await opened, http.tls, world.log);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', (error) => {
      reject(new Failure('ConfigInvalid', `--http cannot be served: ${error.message}.`, { cause: error }));
    });
    server.server.listen(http.port, http.host, resolve);
  });
  return server;
}

function documentOf({ api }: ApiWorld): (device: DeviceName) => RouterDevice | null {
  return (device) => api.fleet.inventory?.devices.get(device)?.document ?? null;
}

type DoorKind = Pick<ApiDoorWorld, 'door' | 'whoAsks' | 'judgeHost' | 'publicUrl' | 'behindProxy'>;

async function openDoor({ api, config, ...world }: ApiWorld, door: DoorKind): Promise<ApiDoor> {
  const { openApiDoor } = await import('./api-door.ts');
  return await openApiDoor({
    ...world,
    ...door,
    accessLog: api.accessLog,
    limits: config.apiLimits ?? ALL_LIMITS,
  });
}

/** One that another controller leads is ready too: it answers, and takes over. */
function readinessOf(api: Api, draining: AbortSignal): Readiness {
  const { fleet, holder, store } = api;
  if (draining.aborted) return { ready: false, reason: 'the controller is shutting down' };
  if (store.gone.aborted) return { ready: false, reason: String(store.gone.reason) };
  if (fleet.revision === null) return { ready: false, reason: fleet.fault?.message ?? 'no revision was accepted yet' };
  const other = api.leader();
  return { ready: true, reason: other === null || other === holder ? 'ok' : `ok, ${other} leads` };
}

function addressOf(server: Server): string | null {
  const address = server.address();
  if (address === null || typeof address === 'string') return null;
  return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${String(address.port)}`;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
