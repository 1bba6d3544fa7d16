import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startController, type Config, type Controller } from '#controller';
import type { Reason } from '../../controller/reasons.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import { createClock, startFleet, type Fleet, type RouterSeed, type SimulatedRouter } from '#simulator';

/** The password of every simulated router, to be looked for in places where it must not be. */
export const PASSWORD = 'S3cret-of-the-rig';

/** The user that only reads, where a suite gives its routers one: what to seed them with, and to bind. */
export const READER = {
  groups: [{ name: 'gitops-read', policy: 'read,test,api,rest-api' }],
  user: { name: 'gitops-read', password: 'S3cret-of-the-reader', group: 'gitops-read' },
  binding: { username: 'gitops-read', from: { env: 'RIG_READ_PASSWORD' } },
} as const;

/** How much faster than real time routers and controller run. */
export const SPEED = 50;

/** One lab device with the given sections, and an `auto` policy. */
export function labFleet(router: SimulatedRouter, spec: string, device = ''): Record<string, string> {
  return {
    'devices/r1.yaml': deviceYaml(router, 'r1', device),
    'configs/r1.yaml': configYaml('r1', spec),
    'policies.yaml': POLICIES,
  };
}

/** Where the controller enters a simulated router: the address that the URL names is not one of the router's. */
export const MANAGEMENT = 'management: {address: 10.255.0.1, interface: ether1}';

export function deviceYaml(
  router: SimulatedRouter,
  name: string,
  more = '',
  environment = 'lab',
  pollSeconds = 10,
): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: {name: ${name}}
spec:
  address: ${router.url}
  credentialsRef: lab
  environment: ${environment}
  poll: {intervalSeconds: ${pollSeconds}}
  ${MANAGEMENT}
${more}`;
}

export function configYaml(name: string, spec: string): string {
  const lines = spec.trim().split('\n');
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: ${name}}
spec:
  selector: {names: [${name}]}
  priority: 10
${lines.map((line) => `  ${line}`).join('\n')}
`;
}

/** The lab applies by itself; health is checked without waiting. */
export const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: lab}
spec:
  selector: {matchLabels: {environment: lab}}
  auto: true
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: usual}
spec:
  selector: {}
  confirmWithinSeconds: 240
  health: {settleSeconds: 0, interfaces: running}
`;

export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(path.join(tmpdir(), 'routeros-gitops-'));
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** What a router of the rig starts as that has a user who only reads. */
export function readableSeed(name: string, more: Partial<RouterSeed> = {}): RouterSeed {
  const { users = [] } = seed(name);
  return seed(name, { users: [...users, READER.user], groups: READER.groups, ...more });
}

/** The credentials of the rig, with the user who only reads. */
export const READABLE_LAB: Config['credentials'] = [
  {
    name: 'lab',
    username: 'gitops',
    from: { env: 'RIG_PASSWORD' },
    hosts: ['127.0.0.0/8'],
    tls: 'plaintext',
    read: READER.binding,
  },
];

/** What a router of the rig starts as. */
export function seed(name: string, more: Partial<RouterSeed> = {}): RouterSeed {
  return {
    name,
    host: '127.0.0.1',
    port: 0,
    tls: false,
    version: '7.20.8',
    serial: `SERIAL-${name}`,
    users: [{ name: 'gitops', password: PASSWORD, group: 'full' }],
    ...more,
  };
}

export interface Rig {
  readonly fleet: Fleet;
  readonly router: SimulatedRouter;
  readonly sourceFolder: string;
  readonly config: Config;
  /** The running controller; replaced by `restart`. */
  controller: Controller;
  /** Writes files of the source and has it read. */
  declare(files: Readonly<Record<string, string>>): Promise<void>;
  /** Stops the controller and starts another on the same state. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Simulated routers and a controller in this process, both at one speed. */
export async function startRig(
  files: (router: SimulatedRouter, fleet: Fleet) => Record<string, string>,
  seeds: readonly RouterSeed[] = [seed('r1')],
  more: (folder: string, fleet: Fleet) => Partial<Config> | Promise<Partial<Config>> = () => ({}),
  speed: number = SPEED,
): Promise<Rig> {
  const folder = await temporaryFolder();
  const fleet = await startFleet(seeds, { clock: createClock(speed) });
  const router = fleet.router(seeds[0]?.name ?? 'r1');
  const sourceFolder = path.join(folder, 'source');
  await writeFiles(sourceFolder, files(router, fleet));
  const config: Config = {
    sourceFolder,
    git: null,
    stateFolder: path.join(folder, 'state'),
    databaseUrl: null,
    listen: null,
    ca: fleet.caPem === '' ? [] : [fleet.caPem],
    credentials: [
      { name: 'lab', username: 'gitops', from: { env: 'RIG_PASSWORD' }, hosts: ['127.0.0.0/8'], tls: 'plaintext' },
    ],
    environment: { RIG_PASSWORD: PASSWORD, RIG_READ_PASSWORD: READER.user.password },
    key: null,
    concurrency: 8,
    retentionDays: 90,
    logLevel: 'silent',
    clockSpeed: speed,
    version: 'test',
    ...(await more(folder, fleet)),
  };
  const rig: Rig = {
    fleet,
    router,
    sourceFolder,
    config,
    controller: await startController(config),
    async declare(changed) {
      await writeFiles(sourceFolder, changed);
      await rig.controller.api.reconcile([]);
    },
    async restart() {
      await rig.controller.stop();
      rig.controller = await startController(config);
    },
    async close() {
      await rig.controller.stop();
      await fleet.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

/** Waits until something holds, looking often. @throws after `seconds` of real time, with what was last seen. */
export async function until<T>(look: () => T | Promise<T>, holds: (value: T) => boolean, seconds = 90): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`waited ${seconds} s in vain, last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until a device waits for this reason. */
export async function waitsFor(rig: Rig, device: string, code: string, seconds?: number): Promise<readonly Reason[]> {
  const report = await until(
    () => rig.controller.api.visitOf(device),
    (visit) => visit?.outcome.kind === 'Waiting' && visit.outcome.reasons.some((reason) => reason.code === code),
    seconds,
  );
  return report?.outcome.kind === 'Waiting' ? report.outcome.reasons : [];
}

/**
 * Waits for the outcome of a device's last visit. One that only waits for its turn in a rollout is on its way, not
 * Waiting.
 */
export async function outcomeOf(
  rig: Rig,
  device: string,
  kind: string,
  seconds?: number,
): Promise<NonNullable<ReturnType<Rig['controller']['api']['visitOf']>>['outcome']> {
  const report = await until(
    () => rig.controller.api.visitOf(device),
    (visit) => visit?.outcome.kind === kind && !onItsWay(visit.outcome),
    seconds,
  );
  if (report === null) throw new Error('no visit');
  return report.outcome;
}

function onItsWay(outcome: Outcome): boolean {
  return outcome.kind === 'Waiting' && outcome.reasons.every(({ code }) => code.startsWith('Rollout'));
}
