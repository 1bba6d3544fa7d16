import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gitSourceName, openStore, startController, type Config, type Store } from '#controller';
import { createClock, startFleet, type Fleet } from '#simulator';
import { keepLedger, undoObjects, type Ledger } from './crash-site.ts';
import { rosterYaml, type Person } from './git-rig.ts';
import { GitWriter, testKey, type TestKey } from './git-writer.ts';
import { configYaml, deviceYaml, PASSWORD, POLICIES, seed, temporaryFolder, until } from './rig.ts';
import type { Life, LifeSign } from './rollout-process.ts';

/** How much faster than real time routers and controllers run: requests still end far inside their time limit. */
const SPEED = 20;
const POLL_SECONDS = 60;
const LIFE_SECONDS = 60;

/** What the devices are declared to hold before and after the change, and what of it is on a router. */
export const BEFORE = 'dns: {servers: [9.9.9.9]}\naddressLists:\n  - {list: blocked, address: 198.51.100.7}';
export const AFTER = 'dns: {servers: [9.9.9.10]}\naddressLists:\n  - {list: blocked, address: 198.51.100.8}';
const HELD_BEFORE = '9.9.9.9 198.51.100.7';
const HELD_AFTER = '9.9.9.10 198.51.100.8';

/** How many routers were in change at one time: those that hold an armed undo. */
export interface Turns {
  readonly most: number;
  /** While none had been confirmed. */
  readonly mostAtFirst: number;
}

/**
 * Routers, a Git repository that the operator trusts, and a store in which every device is confirmed; no controller
 * runs.
 */
export interface LivesRig {
  readonly fleet: Fleet;
  /** As rollouts name it. */
  readonly source: string;
  readonly git: GitWriter;
  readonly keys: Readonly<Record<Person, TestKey>>;
  readonly turns: Turns;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** Pushes the change; all devices are to hold AFTER from then on. @returns the commit. */
  change(): Promise<string>;
  /**
   * One controller in a process of its own, until it dies at a point that is not among the survived ones, or `settled`
   * says that nothing is left to do.
   * @returns the point it died at; null: none.
   */
  live(survived: readonly string[], settled: Watcher): Promise<string | null>;
  /** The store, which no controller holds any more. */
  open(): Promise<Store>;
  close(): Promise<void>;
}

/** Looks at a sign of life and does what people would. @returns whether nothing is left to do. */
export type Watcher = (sign: LifeSign) => Promise<boolean>;

/**
 * Lab devices that people approve changes of, with these lines in their RolloutPolicy; each was seen in sync once and
 * needs no probe.
 */
export async function openLives(names: readonly string[], policy: readonly string[]): Promise<LivesRig> {
  const folder = await temporaryFolder();
  const clock = createClock(SPEED);
  const menus = {
    '/ip/dns': [{ servers: '9.9.9.9' }],
    '/ip/firewall/address-list': [{ list: 'blocked', address: '198.51.100.7' }],
  };
  const fleet = await startFleet(
    names.map((name) => seed(name, { menus })),
    { clock },
  );
  const git = await GitWriter.make(path.join(folder, 'fleet.git'));
  git.now = () => clock.now();
  const keys = Object.fromEntries(
    ['alice', 'bob', 'carol', 'dora', 'eve'].map((name) => [name, testKey(name)]),
  ) as Record<Person, TestKey>;
  const lines = policy.map((line) => `  ${line}\n`).join('');
  const files = {
    'roster.yaml': rosterYaml(keys),
    'policies.yaml': POLICIES.replace('auto: true', 'approvers: {roles: [approver]}\n  excludeAuthors: true')
      .replace('  selector: {}\n', `  selector: {}\n${lines}`)
      .replace(/confirmWithinSeconds: \d+/, 'confirmWithinSeconds: 1200'),
    'devices.yaml': names.map((name) => deviceYaml(fleet.router(name), name, '', 'lab', POLL_SECONDS)).join('---\n'),
  };
  const first = await git.push({
    key: keys.alice,
    message: 'Begin\n',
    files: { ...files, 'config.yaml': forAll(BEFORE) },
    parents: [],
  });
  const config = configIn(folder, git.folder);
  await prime(config, first, names);
  const ledgers = new Map(names.map((name) => [name, keepLedger(fleet.router(name))]));
  const turns = watchTurns(fleet, ledgers);
  let next: ChildProcess | null = null;
  return {
    fleet,
    source: gitSourceName(git.folder, 'main', '.') ?? '',
    git,
    keys,
    turns,
    ledgers,
    change: () => git.push({ key: keys.carol, message: 'Change\n', files: { ...files, 'config.yaml': forAll(AFTER) } }),
    live: async (survived, settled) => {
      const lastWords = path.join(folder, 'last-words');
      await writeFile(lastWords, '');
      const child = next ?? bear();
      next = bear();
      await lifeOf(child, { config, now: clock.now(), survived, lastWords }, settled);
      return (await readFile(lastWords, 'utf8')) || null;
    },
    open: () => openStore({ folder: config.stateFolder }),
    async close() {
      await letGo(next);
      await fleet.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function forAll(sections: string): string {
  return configYaml('all', sections).replace('selector: {names: [all]}', 'selector: {}');
}

function configIn(folder: string, repository: string): Config {
  return {
    sourceFolder: repository,
    git: { location: { kind: 'local', url: repository, branch: 'main', path: '.' }, pollSeconds: 4, token: null },
    stateFolder: path.join(folder, 'state'),
    databaseUrl: null,
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
    clockSpeed: SPEED,
    version: 'test',
  };
}

/** The operator's word, a visit to each device, and what a probe would find. */
async function prime(config: Config, first: string, names: readonly string[]): Promise<void> {
  const controller = await startController(config);
  const { api } = controller;
  await api.trustInit(first, 'operator:test');
  await until(
    () => names.filter((name) => api.visitOf(name)?.outcome.kind !== 'InSync'),
    (left) => left.length === 0,
  );
  for (const name of names) await api.store.devices.setProbed(name, { version: '7.20.8 (stable)', tier: 'full' });
  await controller.stop();
}

/** A process that loads its code while another one still lives. */
function bear(): ChildProcess {
  const script = fileURLToPath(new URL('rollout-process.ts', import.meta.url));
  return fork(script, [], { execArgv: [] });
}

async function letGo(child: ChildProcess | null): Promise<void> {
  if (child === null) return;
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}

async function lifeOf(child: ChildProcess, life: Life, settled: Watcher): Promise<void> {
  const gone = once(child, 'exit');
  let last: LifeSign | null = null;
  let looking = Promise.resolve();
  child.on('message', (message) => {
    const sign = message as LifeSign;
    last = sign;
    looking = looking.then(async () => {
      if (await settled(sign)) child.kill('SIGKILL');
    });
  });
  child.send(life);
  const tooLong = setTimeout(() => child.kill('SIGTERM'), LIFE_SECONDS * 1000);
  const [, signal] = (await gone) as readonly unknown[];
  clearTimeout(tooLong);
  await looking;
  if (signal !== 'SIGKILL') throw new Error(`a life ended with ${String(signal)}, last seen: ${JSON.stringify(last)}`);
}

/** As the routers' own tables say after every request that may have changed them. */
function watchTurns(fleet: Fleet, ledgers: ReadonlyMap<string, Ledger>): Turns {
  const armed = new Set<string>();
  const turns = { most: 0, mostAtFirst: 0 };
  let confirmed = false;
  for (const [name, router] of fleet.routers) {
    router.intercept((request) => {
      ledgers.get(name)?.note(request);
      if (request.phase !== 'after-effect' || request.method === 'GET') return;
      if (router.rows('/system/script').some((row) => row['name']?.endsWith('-armed') === true)) armed.add(name);
      else if (armed.delete(name)) confirmed ||= endOf(fleet, name) === 'after';
      turns.most = Math.max(turns.most, armed.size);
      if (!confirmed) turns.mostAtFirst = Math.max(turns.mostAtFirst, armed.size);
    });
  }
  return turns;
}

/** Which of the two ends a router holds; `half` is neither. */
export function endOf(fleet: Fleet, name: string): 'before' | 'after' | 'half' {
  const router = fleet.router(name);
  const blocked = router.rows('/ip/firewall/address-list').map((row) => row['address']);
  const held = `${router.rows('/ip/dns')[0]?.['servers'] ?? ''} ${blocked.join()}`;
  if (held === HELD_BEFORE) return 'before';
  return held === HELD_AFTER ? 'after' : 'half';
}

/** What is wrong with a router when nothing is left to do. */
export function routerFaults({ fleet, ledgers }: Pick<LivesRig, 'fleet' | 'ledgers'>, name: string): readonly string[] {
  const end = endOf(fleet, name);
  const { unarmed = [], effects = [] } = ledgers.get(name) ?? {};
  return [
    ...(end === 'after' ? [] : [`${name} is left ${end}`]),
    ...undoObjects(fleet.router(name)).map((object) => `${name} holds ${object}`),
    ...unarmed.map((write) => `${name} was written without a waiting undo: ${write}`),
    ...effects.filter((effect, index) => effects.indexOf(effect) !== index).map((effect) => `${name} twice: ${effect}`),
  ];
}
