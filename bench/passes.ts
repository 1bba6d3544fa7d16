import { Client } from 'undici';
import { startController } from '#controller';
import { AUTHORIZATION, CONCURRENCY, nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf, type Comparison } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import type { SeenRequest } from './simulator-process.ts';
import { startSimulator } from './simulator.ts';
import { everyDeviceInSync } from './visits.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 1_000, tiny: 4 };

/** (c) What a controller adds to the requests of its passes: reading, planning, its queue, its store. */
export const passes: Benchmark = {
  name: 'c',
  title: 'Full passes over 1,000 routers in sync, against a bare loop of the same requests over as many sockets',
  async run({ size, rounds, progress }) {
    const devices = DEVICES[size];
    progress(`starting ${devices} routers`);
    const simulator = await startSimulator(seedsInSync(devices, 'http'));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    const controller = await startController(folder.config);
    try {
      progress('first visits');
      await everyDeviceInSync(controller, 0);
      const visitAll = async (): Promise<void> => {
        const since = controller.api.clock.now();
        await controller.api.reconcile([]);
        await everyDeviceInSync(controller, since);
      };
      await simulator.requestsOf(nameOf(0));
      await visitAll();
      const requests = await simulator.requestsOf(nameOf(0));
      const bareLoop = (): Promise<void> => requestAll(simulator.urls, requests);
      progress(`${rounds} rounds of ${devices} passes with ${requests.length} requests each`);
      const comparison = await interleave(rounds, bareLoop, visitAll);
      const slowdowns = ratiosOf(comparison, 'wallMs');
      const rate = {
        median: 100 / slowdowns.median,
        least: 100 / slowdowns.most,
        most: 100 / slowdowns.least,
      };
      return {
        name: 'c',
        title: this.title,
        figures: [
          {
            what: 'passes a second, of the rate of the bare loop',
            value: rate.median,
            unit: ' %',
            bound: { kind: 'least', value: 88 },
            spread: rate,
          },
        ],
        notes: notesOf(comparison, devices, requests.length),
      };
    } finally {
      await controller.stop();
      await simulator.close();
      await folder.remove();
    }
  },
};

/** As many routers side by side as the controller visits, each over one connection that ends with its last request. */
export async function requestAll(urls: readonly string[], requests: readonly SeenRequest[]): Promise<void> {
  const waiting = urls.values();
  async function work(): Promise<void> {
    for (const url of waiting) await requestOne(url, requests);
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function requestOne(url: string, requests: readonly SeenRequest[]): Promise<void> {
  const client = new Client(url);
  for (const { method, path } of requests) {
    if (method !== 'GET') throw new Error(`what only reads sent ${method} ${path}`);
    const answer = await client.request({ method, path, headers: { authorization: AUTHORIZATION } });
    await answer.body.json();
  }
  await client.close();
}

function notesOf({ control, subject }: Comparison, devices: number, requests: number): readonly string[] {
  const told = { 'bare loop': control, controller: subject };
  return Object.entries(told).map(([who, samples]) => {
    const wallMs = spreadOf(samples.map((sample) => sample.wallMs)).median;
    const cpuUs = spreadOf(samples.map((sample) => sample.cpuUs)).median;
    const rate = rounded((devices * 1000) / wallMs);
    return `${who}: ${rate} routers/s, ${rounded(cpuUs / devices)} cpu-µs a router, ${rounded(cpuUs / devices / requests)} a request`;
  });
}
