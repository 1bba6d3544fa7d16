import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'undici';
import { createClock } from '#controller';
import { makeOwnSecrets } from '#routeros';
import type { RouterSeed } from '#simulator';
import { connectReadSession } from '../controller/device/connect.ts';
import { makeChanging } from '../controller/device/changing.ts';
import type { Target } from '../controller/fleet/target.ts';
import { makeReaders } from '../controller/reads/readers.ts';
import type { Store } from '../controller/records/store.ts';
import { openStore } from '../controller/store/index.ts';
import { createLog } from '../controller/telemetry/log.ts';
import { Snapshots } from '../controller/watch/snapshots.ts';
import { CONCURRENCY, nameOf, seedsInSync } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import type { SeenRequest } from './simulator-process.ts';
import { startSimulator } from './simulator.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 1_000, tiny: 4 };
const READER = { username: 'gitops-read', password: 'bench-reader' };
const SIGNAL = new AbortController().signal;

/** (k) What a capture adds to its requests, and what an unchanged one writes. */
export const captures: Benchmark = {
  name: 'k',
  title: 'Captures of 1,000 routers, against a bare loop of the same requests over as many connections',
  async run({ size, rounds, progress }) {
    const devices = DEVICES[size];
    progress(`starting ${devices} routers`);
    const simulator = await startSimulator(seedsInSync(devices, 'http').map(withReader));
    const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
    const store = await openStore({ folder });
    const { readers, snapshots } = watching(simulator.urls, store);
    try {
      const captureAll = (): Promise<void> =>
        sideBySide(devices, async (index) => void (await snapshots.take(nameOf(index), 'daily', SIGNAL)));
      progress('first captures');
      await captureAll();
      await simulator.requestsOf(nameOf(0));
      const before = await changedIn(store, devices);
      await captureAll();
      const written = (await changedIn(store, devices)) - before;
      const requests = await simulator.requestsOf(nameOf(0));
      progress(`${rounds} rounds of ${devices} captures with ${requests.length} requests each`);
      const bareLoop = (): Promise<void> =>
        sideBySide(devices, async (index) => await requestOne(simulator.urls[index] ?? '', requests));
      const comparison = await interleave(rounds, bareLoop, captureAll);
      const slowdowns = ratiosOf(comparison, 'wallMs');
      const rate = { median: 100 / slowdowns.median, least: 100 / slowdowns.most, most: 100 / slowdowns.least };
      const wall = (who: 'control' | 'subject'): number => spreadOf(comparison[who].map(({ wallMs }) => wallMs)).median;
      return {
        name: 'k',
        title: this.title,
        figures: [
          {
            what: 'captures a second, of the rate of the bare loop',
            value: rate.median,
            unit: ' %',
            bound: { kind: 'least', value: 60 },
            spread: rate,
          },
          {
            what: 'rows that an unchanged capture writes',
            value: 1 + written / devices,
            unit: '',
            bound: { kind: 'most', value: 1 },
            spread: null,
          },
        ],
        notes: [
          `captures: ${rounded((devices * 1000) / wall('subject'))} routers/s, bare loop ${rounded((devices * 1000) / wall('control'))}`,
        ],
      };
    } finally {
      await readers.close();
      await simulator.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function withReader(seed: RouterSeed): RouterSeed {
  return {
    ...seed,
    groups: [{ name: 'gitops-read', policy: 'read,test,api,rest-api' }],
    users: [...(seed.users ?? []), { name: READER.username, password: READER.password, group: 'gitops-read' }],
  };
}

function watching(urls: readonly string[], store: Store) {
  const clock = createClock(1);
  const changing = makeChanging();
  const targets = new Map(urls.map((url, index) => [nameOf(index), targetAt(nameOf(index), url)]));
  const from = { env: 'READER' } as const;
  const binding = {
    name: 'lab',
    username: 'gitops',
    from,
    hosts: ['127.0.0.0/8'],
    tls: 'plaintext' as const,
    read: { username: READER.username, from },
  };
  const access = {
    bindings: [binding],
    secrets: { environment: { READER: READER.password }, records: store.secrets, key: null },
    ownSecrets: makeOwnSecrets(),
    ca: [],
    clock,
    timeScale: 1,
    onRequest: () => {},
  };
  const readers = makeReaders({
    clock,
    changing,
    fleet: { targetOf: (device) => targets.get(device) ?? null, incomingTargetOf: () => null, incoming: null },
    store,
    connect: (target, beforeSend) => connectReadSession(target, { ...access, beforeSend }),
  });
  const log = createLog('silent');
  const ports = { clock, readers, records: store.captures, log, devices: () => [], mustLead: () => {} };
  return { readers, snapshots: new Snapshots(ports) };
}

/** All that reading looks at. */
function targetAt(name: string, url: string): Target {
  return {
    name,
    address: new URL(url),
    credential: 'lab',
    tls: { mode: 'insecure', fingerprint: null },
    serial: `BENCH${name.replace(/\D/g, '').padStart(7, '0')}`,
    suspended: false,
  } as unknown as Target;
}

async function sideBySide(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function requestOne(url: string, requests: readonly SeenRequest[]): Promise<void> {
  const client = new Client(url);
  const authorization = `Basic ${Buffer.from(`${READER.username}:${READER.password}`).toString('base64')}`;
  for (const { method, path: to, body } of requests) {
    const headers = { authorization, ...(body === '' ? {} : { 'content-type': 'application/json' }) };
    const answer = await client.request({
      method,
      path: to,
      headers,
      body: body === '' ? null : body,
    });
    await answer.body.text();
  }
  await client.close();
}

/** How many menus captures have found changed. */
async function changedIn(store: Store, devices: number): Promise<number> {
  let changed = 0;
  for (let index = 0; index < devices; index += 1)
    for (const capture of await store.captures.list(nameOf(index), 100)) changed += capture.changed;
  return changed;
}
