import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openStore, revisionOf, startController, targetOf, type Config, type Controller } from '#controller';
import { startFleet, type InterceptedRequest, type Properties, type SimulatedRouter } from '#simulator';
import { jumpingClock, type JumpingClock } from './jumping-clock.ts';
import { labFleet, PASSWORD, POLICIES, seed, temporaryFolder, until, writeFiles } from './rig.ts';

/**
 * How much faster than real time the routers and controllers of crash suites run: requests still end far inside their
 * time limit.
 */
export const CRASH_SPEED = 20;

const SERIAL = 'SERIAL-r1';

/** What the device was confirmed to hold. */
export const OLD = `
identity: {name: before}
dns: {servers: [9.9.9.9]}
ntpClient: {enabled: true, servers: [192.0.2.123]}
dnsStatic:
  - {name: kept.example, address: 198.51.100.1, ttl: 1h}
  - {name: gone.example, address: 198.51.100.2}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: seen once}
  - {list: blocked, address: 198.51.100.8}
addresses:
  - {address: 172.16.5.1/24, interface: bridge}
  - {address: 172.16.6.1/24, interface: bridge, comment: stays}
`;

/** What is declared now: every kind of change, over six menus. */
export const NEW = `
identity: {name: after}
dns: {servers: [9.9.9.10, 1.1.1.1]}
ntpClient: {enabled: true, servers: [192.0.2.124]}
dnsStatic:
  - {name: kept.example, address: 198.51.100.1, ttl: 2h}
  - {name: off.example, address: 198.51.100.4, disabled: true}
  - {name: new.example, address: 198.51.100.3}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: seen twice}
  - {list: blocked, address: 198.51.100.9}
addresses:
  - {address: 172.16.6.1/24, interface: bridge, comment: stays}
  - {address: 172.16.7.1/24, interface: bridge}
`;

/** The menus that the change touches. */
export const MENUS = [
  '/system/identity',
  '/ip/dns',
  '/system/ntp/client',
  '/ip/dns/static',
  '/ip/firewall/address-list',
  '/ip/address',
] as const;

/** Where a story begins and what is wanted in it. */
export interface Start {
  /** What the device was confirmed to hold, and the rows that its router has. */
  readonly declared: string;
  readonly rows: Readonly<Record<string, readonly Properties[]>>;
  readonly wanted: string;
  readonly policies: string;
  /** What is left on the router's disk; absent: plenty. */
  readonly freeDisk?: number;
}

const OLD_ROWS: Readonly<Record<string, readonly Properties[]>> = {
  '/system/identity': [{ name: 'before' }],
  '/ip/dns': [{ servers: '9.9.9.9' }],
  '/system/ntp/client': [{ enabled: 'yes', servers: '192.0.2.123' }],
  '/ip/dns/static': [
    { name: 'kept.example', address: '198.51.100.1', comment: 'twin', disabled: 'yes' },
    { name: 'gone.example', address: '198.51.100.2' },
    { name: 'foreign.example', address: '198.51.100.200' },
  ],
  '/ip/firewall/address-list': [
    { list: 'blocked', address: '198.51.100.7', comment: 'seen once' },
    { list: 'blocked', address: '198.51.100.8' },
    { list: 'foreign', address: '198.51.100.201' },
  ],
  '/ip/address': [
    { address: '172.16.5.1/24', interface: 'bridge' },
    { address: '172.16.6.1/24', interface: 'bridge', comment: 'stays' },
  ],
};

const SIX_MENUS: Start = { declared: OLD, rows: OLD_ROWS, wanted: NEW, policies: POLICIES };

/**
 * A simulated router in sync with what was confirmed and a controller's folders that say so, with what is wanted in the
 * source. No controller runs yet.
 */
export interface Site {
  readonly router: SimulatedRouter;
  readonly clock: JumpingClock;
  readonly config: Config;
  /**
   * The configuration changes a router went through over REST (not by its own scripts), oldest first, across reboots.
   */
  readonly effects: readonly string[];
  /** Changes that were asked for while no undo waited on the router. */
  readonly unarmed: readonly string[];
  /** Called for every request besides the bookkeeping; throwing resets the connection. */
  hook: ((request: InterceptedRequest) => void | Promise<void>) | null;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** Absent: so long that a busy machine is done before. A test that wants the undo to fire puts the clock forward. */
  readonly confirmWithinSeconds?: number;
  /** False: the router has not proven yet that its jobs and schedulers work. */
  readonly probed?: boolean;
  readonly declared?: string;
  /** An empty PostgreSQL database instead of SQLite. */
  readonly databaseUrl?: string;
  /** Another router than the one that is pinned. */
  readonly serial?: string;
}

export interface SiteFactory {
  open(options?: SiteOptions): Promise<Site>;
  close(): Promise<void>;
}

/** Makes sites quickly: the store of the first one is copied for the others. */
export async function siteFactory(start: Start = SIX_MENUS): Promise<SiteFactory> {
  const folder = await temporaryFolder();
  const states = new Map<boolean, Promise<string>>();
  const sites: Site[] = [];
  let opened = 0;
  return {
    async open(options = {}) {
      const probed = options.probed ?? true;
      const state = states.get(probed) ?? stateInSync(path.join(folder, `template-${probed}`), start, probed);
      states.set(probed, state);
      opened += 1;
      const site = await openSite(path.join(folder, `site-${opened}`), await state, start, options);
      sites.push(site);
      return site;
    },
    async close() {
      await Promise.all(sites.map((site) => site.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openSite(folder: string, state: string, start: Start, options: SiteOptions): Promise<Site> {
  const clock = jumpingClock(CRASH_SPEED);
  const fleet = await startFleet([seed('r1', { menus: start.rows, serial: options.serial ?? SERIAL })], {
    clock,
  });
  const router = fleet.router('r1');
  // Seeds are merged by key, so the enabled row beside its disabled twin comes by hand.
  const kept = { name: 'kept.example', address: '198.51.100.1', ttl: '1h' };
  if (start === SIX_MENUS) router.human.change({ user: 'anna', menu: '/ip/dns/static', verb: 'add', args: kept });
  if (start.freeDisk !== undefined) router.faults.add({ kind: 'health', effects: { freeDisk: start.freeDisk } });
  const config = configOf(folder, options.databaseUrl ?? null);
  if (options.databaseUrl !== undefined)
    await prime({ databaseUrl: options.databaseUrl }, start, options.probed ?? true);
  await cp(state, config.stateFolder, { recursive: true });
  await writeFiles(config.sourceFolder, sourceOf(router, start, options));
  const ledger = keepLedger(router);
  const site: Site = {
    router,
    clock,
    config,
    effects: ledger.effects,
    unarmed: ledger.unarmed,
    hook: null,
    async close() {
      await fleet.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  router.intercept(async (request) => {
    ledger.note(request);
    await site.hook?.(request);
  });
  return site;
}

function sourceOf(router: Pick<SimulatedRouter, 'url'>, start: Start, options: SiteOptions): Record<string, string> {
  const files = labFleet(router as SimulatedRouter, options.declared ?? start.wanted);
  const policies = start.policies.replace(
    /confirmWithinSeconds: \d+/,
    `confirmWithinSeconds: ${options.confirmWithinSeconds ?? 3000}`,
  );
  return { ...files, 'policies.yaml': policies };
}

function configOf(folder: string, databaseUrl: string | null): Config {
  return {
    sourceFolder: path.join(folder, 'source'),
    git: null,
    stateFolder: path.join(folder, 'state'),
    databaseUrl,
    listen: null,
    ca: [],
    credentials: [
      { name: 'lab', username: 'gitops', from: { env: 'RIG_PASSWORD' }, hosts: ['127.0.0.0/8'], tls: 'plaintext' },
    ],
    environment: { RIG_PASSWORD: PASSWORD },
    key: null,
    concurrency: 8,
    retentionDays: 90,
    logLevel: 'silent',
    clockSpeed: CRASH_SPEED,
    version: 'test',
  };
}

async function stateInSync(folder: string, start: Start, probed: boolean): Promise<string> {
  await mkdir(folder, { recursive: true });
  await prime({ folder }, start, probed);
  return folder;
}

/** Makes the store of a device that is confirmed to hold what the story begins with. */
async function prime(location: Parameters<typeof openStore>[0], start: Start, probed: boolean): Promise<void> {
  const { declared } = start;
  const revision = revisionOf(sourceOf({ url: 'http://127.0.0.1:80' }, start, { declared }));
  if (!revision.ok) throw new Error(JSON.stringify(revision.faults));
  const target = targetOf(revision.inventory, 'r1', 'folder:template', 'old');
  if (target === null) throw new Error('no r1');
  const store = await openStore(location);
  await store.devices.pinSerial('r1', SERIAL);
  await store.devices.setBase('r1', target.desired, 'old', Date.now());
  if (probed) await store.devices.setProbed('r1', { version: '7.20.8 (stable)', tier: 'full' });
  await store.close();
}

/** What a ledger has noted so far. */
export interface Ledger extends Pick<Site, 'effects' | 'unarmed'> {
  note(request: InterceptedRequest): void;
}

/** Follows a router's history, which a reboot clears, and whether an undo waits whenever a change is asked for. */
export function keepLedger(router: SimulatedRouter): Ledger {
  const effects: string[] = [];
  const unarmed: string[] = [];
  let seen = 0;
  const watched = new Set<string>(MENUS);
  return {
    effects,
    unarmed,
    note(request: InterceptedRequest): void {
      const menu = MENUS.find((path) => request.path === path || request.path.startsWith(`${path}/`));
      const writes = request.method !== 'GET' && !request.path.endsWith('/print') && menu !== undefined;
      if (writes && request.phase === 'before-effect' && !undoWaits(router))
        unarmed.push(`${request.method} ${request.path}`);
      if (request.phase !== 'after-effect') return;
      const fresh = router.state.history.filter((row) => Number.parseInt(row['.id']?.slice(1) ?? '0', 16) > seen);
      seen = Math.max(seen, ...fresh.map((row) => Number.parseInt(row['.id']?.slice(1) ?? '0', 16)));
      for (const row of fresh.toReversed()) {
        const redo = row['redo'] ?? '';
        const overRest = row['trace']?.startsWith('rest-api:') === true;
        if (writes && overRest && watched.has(redo.split(' ')[0] ?? '')) effects.push(redo);
      }
    },
  };
}

/** The undo is armed and its job runs. */
export function undoWaits(router: SimulatedRouter): boolean {
  const named = (menu: string, property: string, end: string): boolean =>
    router.rows(menu).some((row) => row[property]?.startsWith('rg-') === true && row[property].endsWith(end));
  return named('/system/script', 'name', '-armed') && named('/system/script/job', 'script', '-wait');
}

/** Everything of ours on the router that is not configuration. */
export function undoObjects(router: SimulatedRouter): readonly string[] {
  return ['/system/script', '/system/scheduler', '/system/script/job'].flatMap((menu) =>
    router
      .rows(menu)
      .map((row) => (menu.endsWith('job') ? row['script'] : row['name']) ?? '')
      .filter((name) => name.startsWith('rg-'))
      .map((name) => `${menu} ${name}`),
  );
}

/** What the touched menus hold, without what differs between two equal rows. */
export function contentsOf(router: SimulatedRouter): string {
  return MENUS.map((menu) => {
    const rows = router.rows(menu).map((row) => {
      const own = Object.entries(row).filter(([name]) => !VOLATILE.has(name));
      return own
        .map(([name, value]) => `${name}=${value}`)
        .toSorted()
        .join(' ');
    });
    return `${menu}\n${rows.toSorted().join('\n')}`;
  }).join('\n');
}

const VOLATILE = new Set([
  '.id',
  'creation-time',
  'cache-used',
  'status',
  'synced-server',
  'synced-stratum',
  'system-offset',
  'freq-drift',
  'dynamic-servers',
]);

/** Starts the controller of the site in this process and waits until it has nothing left to do. */
export async function settleHere(site: Site, seconds = 110): Promise<Controller> {
  const controller = await startController(site.config);
  if (controller.api.fleet.fault !== null) throw new Error(controller.api.fleet.fault.message);
  try {
    await untilSettled(controller, seconds);
  } catch (error) {
    await controller.stop();
    throw error;
  }
  return controller;
}

/** Waits until a controller has nothing left to do: in sync, rolled back for good, or stalled. */
export async function untilSettled(controller: Controller, seconds = 110): Promise<void> {
  await until(
    () => controller.api.visitOf('r1')?.outcome ?? null,
    (outcome) =>
      outcome?.kind === 'InSync' ||
      outcome?.kind === 'Stalled' ||
      (outcome?.kind === 'Waiting' && outcome.reasons.some((reason) => reason.code === 'RolledBack')),
    seconds,
  );
}
