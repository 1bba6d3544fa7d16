import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import git from 'isomorphic-git';
import { type Controller, loadConfig, openLog, readFolder, revisionOf, startController } from '#controller';
import { createClock, type Fleet, startFleet } from '#simulator';
import { READER } from '../doctor/rights.ts';
import { exampleFleet } from '../fleet/example-fleet.ts';
import { simulatedFleet } from '../fleet/simulated-fleet.ts';
import { keyGit } from '../git/key-git.ts';
import type { UserRepository } from '../git/repository.ts';
import type { Surroundings } from '../main.ts';
import { type Story, tellStory } from './story.ts';

/** How much faster than real time the demo's routers and controller run. */
export const SPEED = 20;

/** alice brings changes, bob approves them; nobody knows mallory. */
export type Actor = 'alice' | 'bob' | 'mallory';

/** Everything that the demo plays with. */
export interface Stage {
  readonly story: Story;
  readonly fleet: Fleet;
  /** The clone that everybody works in; the controller follows its branch. */
  readonly repository: string;
  readonly state: string;
  /** The file with somebody's private key. */
  readonly keyFile: (actor: Actor) => string;
  /** Runs rosctl as somebody would in the clone, signing with their key. */
  rosctlAs(actor: Actor, ...argv: readonly string[]): Promise<void>;
  /** Commits files as they stand in the clone, signed by alice. */
  commit(message: string, ...files: readonly string[]): Promise<void>;
  /** Commits nothing but a message, with somebody's key and without rosctl; `message` is given the parent. */
  forge(actor: Actor, message: (parent: string) => string): Promise<void>;
  /** Takes the newest commit of the branch back. */
  takeBackLast(): Promise<void>;
  startController(): Promise<Controller>;
  readonly controller: () => Controller;
  close(): Promise<void>;
}

/** The routers of devices.example, three keys, and an empty place for the repository. */
export async function openStage(surroundings: Surroundings): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-demo-'));
  const repository = path.join(folder, 'fleet');
  const state = path.join(folder, 'state');
  const story = tellStory(surroundings, state);
  const keys = await makeKeys(folder);
  const password = randomBytes(12).toString('hex');
  const example = revisionOf((await readFolder(exampleFleet())).files);
  if (!example.ok) throw new Error('devices.example has faults: run "rosctl validate devices.example"');
  const seeds = simulatedFleet(example.inventory, () => ({
    user: 'gitops',
    password,
    reader: { user: READER, password },
  }));
  // Not at their own addresses: somebody may have the example fleet running.
  const fleet = await startFleet(
    seeds.map((seed) => ({ ...seed, port: 0 })),
    { clock: createClock(SPEED) },
  );
  let controller: Controller | null = null;
  const clone = (actor: Actor): UserRepository =>
    keyGit(repository, keys[actor].key, { name: actor, email: `${actor}@example.net` }, Date.now);
  return {
    story,
    fleet,
    repository,
    state,
    keyFile: (actor) => keys[actor].file,
    rosctlAs: (actor, ...argv) =>
      story.whole(...argv, '--yes', '--signing-key', keys[actor].file, '--repo', repository),
    async commit(message, ...files) {
      story.say(`$ git commit -S -m ${JSON.stringify(message)}     (alice)`);
      await clone('alice').commitFiles(files, `${message}\n`);
      await controller?.api.reconcile([]);
    },
    async forge(actor, message) {
      const { commit } = await clone(actor).head();
      await clone(actor).moveHead(commit ?? '', await clone(actor).signNothing(commit ?? '', message(commit ?? '')));
      await controller?.api.reconcile([]);
    },
    async takeBackLast() {
      const at = { fs, dir: repository };
      const { branch, commit } = await clone('alice').head();
      const last = await git.readCommit({ ...at, oid: commit ?? '' });
      const value = last.commit.parent[0] ?? '';
      await git.writeRef({ ...at, ref: `refs/heads/${branch}`, value, force: true });
      await controller?.api.reconcile([]);
    },
    async startController() {
      controller = await start(folder, repository, state, password, fleet);
      return controller;
    },
    controller() {
      if (controller === null) throw new Error('the controller was not started yet');
      return controller;
    },
    async close() {
      await controller?.stop();
      await fleet.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Copies what devices.example declares of its routers into the clone, each at the address where it listens here.
 * @returns what belongs to the device `without`, which is left out.
 */
export async function copyFleet({ repository, fleet }: Stage, without: string): Promise<string> {
  for (const folder of ['devices', 'configs'])
    await cp(path.join(exampleFleet(), folder), path.join(repository, folder), { recursive: true });
  await rm(path.join(repository, 'devices/example.yaml'));
  const devices = path.join(repository, 'devices');
  for (const file of await readdir(devices)) await rewrite(path.join(devices, file), (text) => relocate(text, fleet));
  const later: string[] = [];
  for (const file of ['devices/prod.yaml', 'configs/devices.yaml'])
    await rewrite(path.join(repository, file), (text) => {
      const documents = text.split('---\n');
      later.push(...documents.filter((document) => document.includes(`${without}\n`)));
      return documents.filter((document) => !document.includes(`${without}\n`)).join('---\n');
    });
  return later.join('---\n');
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/** Every RouterDevice has its name before its address. */
function relocate(text: string, fleet: Fleet): string {
  return text.replace(
    /(\n {2}name: (\S+)\n[^]*?\n {2}address: )\S+/g,
    (_, before: string, name: string) => `${before}${fleet.router(name).url}`,
  );
}

async function makeKeys(folder: string): Promise<Record<Actor, { readonly key: KeyObject; readonly file: string }>> {
  const made = ['alice', 'bob', 'mallory'].map(async (actor) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const file = path.join(folder, `${actor}.key`);
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return [actor, { key: privateKey, file }] as const;
  });
  return Object.fromEntries(await Promise.all(made)) as Record<
    Actor,
    { readonly key: KeyObject; readonly file: string }
  >;
}

async function start(
  folder: string,
  source: string,
  state: string,
  password: string,
  fleet: Fleet,
): Promise<Controller> {
  const ca = path.join(folder, 'ca.pem');
  const credentials = path.join(folder, 'credentials.yaml');
  await writeFile(ca, fleet.caPem);
  await writeFile(
    credentials,
    `credentials:\n${['lab', 'fleet'].map((name) => `  - {name: ${name}, username: gitops, from: {env: DEMO_PASSWORD}, hosts: [127.0.0.1], tls: insecure, read: {username: ${READER}, from: {env: DEMO_PASSWORD}}}`).join('\n')}\n`,
  );
  await mkdir(state, { recursive: true, mode: 0o700 });
  const environment = { DEMO_PASSWORD: password, ROUTEROS_GITOPS_CLOCK_SPEED: String(SPEED) };
  const config = await loadConfig({ source, state, credentials, ca, listen: 'off' }, environment);
  const { destination } = await import('pino');
  const log = await openLog('info', destination({ dest: path.join(folder, 'controller.log'), sync: true }));
  return await startController(config, log);
}
