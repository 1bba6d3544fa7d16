import { request } from 'undici';
import { startController } from '#controller';
import type { BareAnswers } from './bare-answers.ts';
import { startChild, type Child } from './child.ts';
import { nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, timed } from './measure.ts';
import { accessWith, servedBy, withReadUser } from './read-user.ts';
import { rounded, type Benchmark, type Figure, type Settings, type Size } from './result.ts';
import { openRolloutFleet } from './rollout-fleet.ts';
import type { RolloutQuestion, Usage } from './rollout-process.ts';
import { startSimulator } from './simulator.ts';
import type { SteadyQuestion, SteadyReads } from './steady-clients.ts';
import { everyDeviceInSync } from './visits.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 1_000, tiny: 4 };
const ROLLED: Readonly<Record<Size, number>> = { full: 100, tiny: 4 };
const PER_SECOND = 100;
const CONNECTIONS = 20;
const FLOOD = 100;
const TOKEN = 'bench-token-of-the-readers';
const AUTHORIZATION = `Bearer ${TOKEN}`;
/** Nine of ten reads are of one device and menu that stays in the memory of the controller. */
const CACHED = `/api/v1/devices/${nameOf(0)}/menus/ip/address`;
/** The tenth is of another device each time, as new as a caller may ask for. */
const live = (index: number): string => `/api/v1/devices/${nameOf(index)}/menus/ip/arp`;

/** (i) What people who read cost visits and rollouts, and whether a flood of reads stops visits. */
export const readsBeside: Benchmark = {
  name: 'i',
  title: 'Passes over 1,000 routers, and a rollout to 100, while clients read 100 times a second through the API',
  async run(settings) {
    const clients = startChild(new URL('steady-clients.ts', import.meta.url));
    try {
      const beside = await passesBeside(settings, clients);
      const rollout = await rolloutBeside(settings, clients);
      return { name: 'i', title: this.title, figures: [beside.figure, rollout], notes: beside.notes };
    } finally {
      await clients.close();
    }
  },
};

async function passesBeside(
  { size, rounds, progress }: Settings,
  clients: Child,
): Promise<{ readonly figure: Figure; readonly notes: readonly string[] }> {
  const devices = DEVICES[size];
  progress(`starting ${String(devices)} routers`);
  const simulator = await startSimulator(withReadUser(seedsInSync(devices, 'http')));
  const folder = await writeFleet(simulator.urls, simulator.caPem);
  const controller = await startController(await servedBy(folder.config, accessWith(TOKEN), true));
  const bare = startChild(new URL('bare-answers.ts', import.meta.url));
  try {
    progress('first visits');
    await everyDeviceInSync(controller, 0);
    const api = controller.httpAt ?? '';
    const control = await bare.ask<string>(await answersOf(api, devices));
    const visitAll = async (): Promise<void> => {
      const since = controller.api.clock.now();
      await controller.api.reconcile([]);
      await everyDeviceInSync(controller, since);
    };
    const told: SteadyReads[] = [];
    const readAt = (url: string) => async (): Promise<void> => {
      const reads = await besideReads(clients, steady(url, devices), visitAll);
      if (url === api) told.push(reads);
    };
    progress(`${String(rounds)} rounds of ${String(devices)} passes beside reads`);
    const slower = ratiosOf(await interleave(rounds, readAt(control), readAt(api)), 'wallMs');
    progress('passes beside a flood of reads');
    const alone = await timed(visitAll);
    let flood: SteadyReads | null = null;
    const flooded = await timed(async () => {
      flood = await besideReads(clients, { ...steady(api, devices), connections: FLOOD, perSecond: null }, visitAll);
    });
    const rate = { median: 100 / slower.median, least: 100 / slower.most, most: 100 / slower.least };
    return {
      figure: {
        what: 'passes a second beside reads of the API, of those beside reads of a bare route',
        value: rate.median,
        unit: ' %',
        bound: { kind: 'least', value: 85 },
        spread: rate,
      },
      notes: [
        `reads beside: ${statusesOf(told.at(-1))}`,
        `under a flood of ${String(FLOOD)} clients without quotas: every device was visited, in ${rounded(flooded.wallMs / alone.wallMs)} times the time; reads: ${statusesOf(flood)}`,
      ],
    };
  } finally {
    await bare.close();
    await controller.stop();
    await simulator.close();
    await folder.remove();
  }
}

/** A rollout beside reads of the API, against one beside reads of a bare route, each of a fleet of its own. */
async function rolloutBeside({ size, progress }: Settings, clients: Child): Promise<Figure> {
  const rolled = async (ofApi: boolean): Promise<number> => {
    const devices = ROLLED[size];
    const simulator = await startSimulator(withReadUser(seedsInSync(devices, 'https')));
    const fleet = await openRolloutFleet(simulator.urls, simulator.caPem, size);
    const controller = startChild(new URL('rollout-process.ts', import.meta.url));
    const bare = startChild(new URL('bare-answers.ts', import.meta.url));
    const ask = (question: RolloutQuestion): Promise<Usage> => controller.ask(question);
    try {
      const { httpAt } = await ask({ start: await servedBy(fleet.config, accessWith(TOKEN), true) });
      await ask({ trust: fleet.first });
      const control = await bare.ask<string>(await answersOf(httpAt, devices));
      await fleet.change();
      await fleet.approve((await ask({ plan: true })).answer);
      progress(`a rollout to ${String(devices)} devices beside reads of ${ofApi ? 'the API' : 'a bare route'}`);
      const startedAt = performance.now();
      await besideReads(clients, steady(ofApi ? httpAt : control, devices), async () => {
        const { answer } = await ask({ rollOut: true });
        if (answer !== `${String(devices)} confirmed`) throw new Error(`it ended with ${answer}`);
      });
      return performance.now() - startedAt;
    } finally {
      await bare.close();
      await controller.close();
      await simulator.close();
      await fleet.remove();
    }
  };
  const control = await rolled(false);
  return {
    what: 'time of a rollout beside reads of the API, of one beside reads of a bare route',
    value: (await rolled(true)) / control,
    unit: '×',
    bound: { kind: 'most', value: 1.1 },
    spread: null,
  };
}

async function besideReads(clients: Child, reads: SteadyQuestion, work: () => Promise<void>): Promise<SteadyReads> {
  await clients.ask(reads);
  try {
    await work();
  } catch (error) {
    await clients.ask({ stop: true } satisfies SteadyQuestion);
    throw error;
  }
  return await clients.ask<SteadyReads>({ stop: true } satisfies SteadyQuestion);
}

function steady(url: string, devices: number): Exclude<SteadyQuestion, { stop: true }> {
  const paths = Array.from({ length: devices * 10 }, (_, turn) =>
    turn % 10 === 9 ? `${live(Math.floor(turn / 10))}?maxAge=2` : CACHED,
  );
  return { url, paths, authorization: AUTHORIZATION, connections: CONNECTIONS, perSecond: PER_SECOND };
}

/** What the API answers: the same bytes for the bare route. */
async function answersOf(api: string, devices: number): Promise<BareAnswers> {
  const bytesOf = async (path: string): Promise<string> => {
    const { statusCode, body } = await request(`${api}${path}`, { headers: { authorization: AUTHORIZATION } });
    const bytes = await body.text();
    if (statusCode !== 200) throw new Error(`${path}: ${String(statusCode)} ${bytes}`);
    return bytes;
  };
  const [cached, fresh] = [await bytesOf(CACHED), await bytesOf(live(0))];
  return { [CACHED]: cached, ...Object.fromEntries(Array.from({ length: devices }, (_, at) => [live(at), fresh])) };
}

function statusesOf(reads: SteadyReads | null | undefined): string {
  return Object.entries(reads?.byStatus ?? {})
    .map(([status, count]) => `${String(count)} with ${status}`)
    .join(', ');
}
