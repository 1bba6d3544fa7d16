import path from 'node:path';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Config, type DiagnosticView, type Store } from '#controller';
import { createClock, startFleet, type Fleet } from '#simulator';
import { controlSocketIn, roundTrip } from '../../cli/control/round-trip.ts';
import { devicesYaml, diagnosable, FAR, READING, SILENT, tried } from '#test/diagnose-rig.ts';
import { type Mortal, startMortal } from '#test/mortal.ts';
import { startPostgres, type PostgresServer } from '#test/postgres.ts';
import { temporaryFolder, until, writeFiles } from '#test/rig.ts';

const SPEED = 20;
/** A lease lasts 15 s. */
const LOST_WITHIN_SECONDS = 40;

let postgres: PostgresServer;
let fleet: Fleet;
let folder: string;
const mortals: Mortal[] = [];
beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(`this machine runs no PostgreSQL: ${started}`);
  postgres = started;
  folder = await temporaryFolder();
  fleet = await startFleet([diagnosable('r1'), diagnosable('r2')], { clock: createClock(SPEED) });
  await writeFiles(path.join(folder, 'source'), devicesYaml(fleet));
});
afterAll(async () => {
  await Promise.all(mortals.map((mortal) => mortal.kill()));
  await fleet.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(
  name: string,
  databaseUrl: string | null,
): Promise<{ readonly mortal: Mortal; readonly socket: string }> {
  const stateFolder = path.join(folder, name);
  const config: Config = {
    sourceFolder: path.join(folder, 'source'),
    git: null,
    stateFolder,
    databaseUrl,
    listen: null,
    ca: [],
    key: null,
    concurrency: 4,
    retentionDays: 90,
    logLevel: 'silent',
    clockSpeed: SPEED,
    version: 'test',
    ...READING,
  };
  const mortal = await startMortal([config]);
  mortals.push(mortal);
  return { mortal, socket: controlSocketIn(stateFolder) };
}

async function ask(socket: string, method: string, resource: string, body?: object): Promise<DiagnosticView> {
  const request = { method, path: `/v1/${resource}`, body };
  const { text } = await roundTrip({ socketPath: socket }, request, new AbortController().signal);
  return JSON.parse(text) as DiagnosticView;
}

/** Pings for long, as soon as the device was visited. */
async function begin(socket: string, device: string): Promise<DiagnosticView> {
  const body = { kind: 'ping', target: SILENT, count: 100 };
  const begun = async (): Promise<DiagnosticView> => {
    const started = await ask(socket, 'POST', `devices/${device}/diagnostics`, body);
    if ((started as Partial<DiagnosticView>).id === undefined) return started;
    return await until(
      async () => await ask(socket, 'GET', `diagnostics/${started.id}`),
      ({ steps, endedAt }) => steps.length > 2 || endedAt !== null,
    );
  };
  // Before its first visit nobody knows which router a device is.
  return await until(begun, ({ state }) => state === 'running');
}

it('two controllers on one PostgreSQL: what the killed one did is lost with what it had, and its turn is free', async () => {
  const databaseUrl = await postgres.createDatabase();
  const one = await start('one', databaseUrl);
  const two = await start('two', databaseUrl);
  // Whichever leads: each does what it is asked for.
  const first = await begin(one.socket, 'r1');
  const waiting = await ask(two.socket, 'POST', 'devices/r1/diagnostics', { kind: 'ping', target: FAR, count: 1 });
  expect(waiting).toMatchObject({ state: 'queued' });
  // Any of them answers for it, and ends it.
  const other = await begin(two.socket, 'r2');
  await ask(one.socket, 'DELETE', `diagnostics/${other.id}`);
  const cancelled = await until(
    async () => await ask(one.socket, 'GET', `diagnostics/${other.id}`),
    ({ endedAt }) => endedAt !== null,
  );
  expect(cancelled).toMatchObject({ state: 'cancelled' });
  const sentTo2 = tried(fleet.router('r2')).length;

  await one.mortal.kill();
  const sent = tried(fleet.router('r1')).length;
  const lost = await until(
    async () => await ask(two.socket, 'GET', `diagnostics/${first.id}`),
    ({ endedAt }) => endedAt !== null,
    LOST_WITHIN_SECONDS,
  );
  expect(lost).toMatchObject({ state: 'lost', reason: { code: 'DiagnosticLost' } });
  expect(lost.steps.length).toBeGreaterThanOrEqual(first.steps.length);
  const next = await until(
    async () => await ask(two.socket, 'GET', `diagnostics/${waiting.id}`),
    ({ endedAt }) => endedAt !== null,
  );
  expect(next).toMatchObject({ state: 'done', steps: [{ from: FAR }] });
  // The one of the second controller, and nothing of the dead one.
  expect(tried(fleet.router('r1')).length - sent).toBe(1);
  expect(tried(fleet.router('r2'))).toHaveLength(sentTo2);
});

it('kill -9 in a folder: the next life finds it lost with what it had, and begins nothing of it', async () => {
  const before = await start('alone', null);
  const pinged = await begin(before.socket, 'r2');
  await before.mortal.kill();
  const sent = tried(fleet.router('r2')).length;
  const after = await start('alone', null);
  const lost = await ask(after.socket, 'GET', `diagnostics/${pinged.id}`);
  expect(lost).toMatchObject({ state: 'lost' });
  expect(lost.steps.length).toBeGreaterThanOrEqual(pinged.steps.length);
  expect(tried(fleet.router('r2'))).toHaveLength(sent);
  await mortals.at(-1)?.kill();
  const store: Store = await openStore({ folder: path.join(folder, 'alone') });
  expect(await store.diagnostics.get(pinged.id)).toMatchObject({ state: 'lost', actor: 'operator:unknown' });
  await store.close();
});
