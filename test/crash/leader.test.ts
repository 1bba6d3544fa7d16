import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Config, type Store } from '#controller';
import { createClock, startFleet, type Fleet } from '#simulator';
import { startMortal, type Mortal } from '#test/mortal.ts';
import { startPostgres, type PostgresServer } from '#test/postgres.ts';
import { statusAt } from '#test/status-at.ts';
import { configYaml, deviceYaml, PASSWORD, POLICIES, seed, temporaryFolder, until, writeFiles } from '#test/rig.ts';

const SPEED = 20;
const DEVICES = Array.from({ length: 200 }, (_, index) => `r${String(index).padStart(3, '0')}`);
/** Those that a rollout changes. */
const CHANGED = DEVICES.slice(0, 24);
const CONTROLLERS = ['one', 'two', 'three'];
/** A lease lasts 15 s. */
const NEXT_LEADS_WITHIN_MS = 20_000;
/** On a machine that does much else; alone everything takes a minute. */
const PATIENCE = 120;

let postgres: PostgresServer;
let fleet: Fleet;
let store: Store;
let folder: string;
const mortals = new Map<string, Mortal>();
/** When each controller sent its last request, and how many it sent to each router. */
const lastSent = new Map<string, number>();
const sent = new Map<string, Map<string, number>>();

beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(`this machine runs no PostgreSQL: ${started}`);
  postgres = started;
  folder = await temporaryFolder();
  const users = CONTROLLERS.map((name) => ({ name, password: PASSWORD, group: 'full' }));
  const menus = { '/ip/dns': [{ servers: '9.9.9.9' }] };
  fleet = await startFleet(
    DEVICES.map((name) => seed(name, { users, menus })),
    { clock: createClock(SPEED) },
  );
  for (const [name, router] of fleet.routers) {
    router.intercept(({ user, phase }) => {
      if (phase !== 'before-effect') return;
      lastSent.set(user, performance.now());
      const counts = sent.get(user) ?? new Map<string, number>();
      sent.set(user, counts.set(name, (counts.get(name) ?? 0) + 1));
    });
  }
  const databaseUrl = await postgres.createDatabase();
  await mkdir(sourceFolder());
  await declare('9.9.9.9');
  store = await openStore({ databaseUrl });
  for (const name of CHANGED) await store.devices.setProbed(name, { version: '7.20.8 (stable)', tier: 'full' });
  mortals.set('one', await startMortal([configOf('one', databaseUrl)]));
  const others = CONTROLLERS.slice(1).map(async (name) =>
    mortals.set(name, await startMortal([configOf(name, databaseUrl)])),
  );
  await Promise.all(others);
}, 240_000);

afterAll(async () => {
  await Promise.all([...mortals.values()].map((mortal) => mortal.kill()));
  await store.close();
  await fleet.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

function sourceFolder(): string {
  return path.join(folder, 'source');
}

function stateOf(controller: string): string {
  return path.join(folder, controller);
}

/** Waves of many devices at once; who dies in the middle must not make routers undo. */
const POLICY = POLICIES.replace(
  'confirmWithinSeconds: 240',
  'confirmWithinSeconds: 3600\n  maxUnavailable: 4\n  soakSeconds: 0',
);

/** All hold the first server; some are to hold this one. */
async function declare(server: string): Promise<void> {
  const config = (name: string, devices: readonly string[], servers: string): string =>
    configYaml(name, `dns: {servers: [${servers}]}`).replace(`names: [${name}]`, `names: [${devices.join(', ')}]`);
  await writeFiles(sourceFolder(), {
    'devices.yaml': DEVICES.map((name) => deviceYaml(fleet.router(name), name, '', 'lab', 600)).join('---\n'),
    'some.yaml': config('some', CHANGED, server),
    'others.yaml': config('others', DEVICES.slice(CHANGED.length), '9.9.9.9'),
    'policies.yaml': POLICY,
  });
}

function configOf(user: string, databaseUrl: string): Config {
  return {
    sourceFolder: sourceFolder(),
    git: null,
    stateFolder: stateOf(user),
    databaseUrl,
    listen: null,
    ca: [],
    credentials: [
      { name: 'lab', username: user, from: { env: 'RIG_PASSWORD' }, hosts: ['127.0.0.0/8'], tls: 'plaintext' },
    ],
    environment: { RIG_PASSWORD: PASSWORD },
    key: null,
    concurrency: 16,
    retentionDays: 90,
    logLevel: 'silent',
    clockSpeed: SPEED,
    version: 'test',
  };
}

function requestsOf(user: string): number {
  return [...(sent.get(user)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}

function changed(): number {
  return CHANGED.filter((name) => fleet.router(name).rows('/ip/dns')[0]?.['servers'] === '9.9.9.10').length;
}

/** Waits until one of these sends something. @returns which, and after how many milliseconds. */
async function nextLeader(candidates: readonly string[]): Promise<{ readonly name: string; readonly after: number }> {
  const from = performance.now();
  const before = new Map(candidates.map((name) => [name, requestsOf(name)]));
  const name = await until(
    () => candidates.find((candidate) => requestsOf(candidate) > (before.get(candidate) ?? 0)),
    (found) => found !== undefined,
    PATIENCE,
  );
  return { name: name ?? '', after: performance.now() - from };
}

it('one of three leads; when it is killed or stands still the next one does, and the rollout goes on', async () => {
  await until(
    () => sent.get('one')?.size,
    (routers) => routers === DEVICES.length,
    PATIENCE,
  );
  // The others answer from what the leader saw.
  const asked = await until(
    () => statusAt(stateOf('two')),
    ({ devices }) => devices.length === DEVICES.length && devices.every(({ ready }) => ready === 'True'),
    PATIENCE,
  );
  expect(asked.leader).toBe((await statusAt(stateOf('one'))).controller);
  expect((await statusAt(stateOf('one'))).leader).toBeUndefined();
  expect([requestsOf('two'), requestsOf('three')]).toEqual([0, 0]);

  await declare('9.9.9.10');
  await until(changed, (count) => count >= 4, PATIENCE);
  await mortals.get('one')?.kill();
  const second = await nextLeader(['two', 'three']);
  expect(second.after).toBeLessThan(NEXT_LEADS_WITHIN_MS);
  const third = second.name === 'two' ? 'three' : 'two';

  const before = changed();
  await until(changed, (count) => count >= before + 4, PATIENCE);
  mortals.get(second.name)?.suspend();
  const after = await nextLeader([third]);
  expect(after).toMatchObject({ name: third });
  expect(after.after).toBeLessThan(NEXT_LEADS_WITHIN_MS);
  const sentByDeposed = requestsOf(second.name);
  mortals.get(second.name)?.wake();

  await until(changed, (count) => count === CHANGED.length, PATIENCE);
  const rollouts = await until(
    () => store.rollouts.list(`folder:${sourceFolder()}`, 5),
    (all) => all.every(({ state }) => state !== 'running'),
    PATIENCE,
  );
  expect(rollouts.map(({ state }) => state)).toEqual(['done']);
  // It was awake all the while, follows now, and nobody noticed that it slept.
  const followed = await until(
    () => statusAt(stateOf(second.name)),
    ({ leader, devices }) => leader !== undefined && devices.every(({ ready }) => ready === 'True'),
    PATIENCE,
  );
  expect(followed.leader).toBe((await statusAt(stateOf(third))).controller);
  expect(requestsOf(second.name)).toBe(sentByDeposed);
  expect((await store.audit.list({ limit: 5_000 })).filter(({ action }) => action === 'attempt.undone')).toEqual([]);
}, 600_000);
