import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'undici';
import { startController, type Controller } from '#controller';
import { AUTHORIZATION, nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';

const ROWS: Readonly<Record<Size, number>> = { full: 100_000, tiny: 400 };
const ROUNDS: Readonly<Record<Size, number>> = { full: 5, tiny: 1 };
const CHANGED = 10;
const MENU = '/ip/firewall/address-list';
const DEVICE = nameOf(0);

/** (o) What a pass adds to the bare read of a long list of which a few rows have changed. */
export const longList: Benchmark = {
  name: 'o',
  title: 'The pass that plans 10 changed rows of a list of 100,000, against the bare read of the list',
  async run({ size, rounds, progress }) {
    const rows = ROWS[size];
    const [seed] = seedsInSync(1, 'http');
    if (seed === undefined) throw new Error('no seed');
    const held = seed.menus?.[MENU] ?? [];
    const entries = Array.from({ length: rows - held.length }, (_, index) => ({
      list: 'feed',
      address: addressAt(index),
      comment: `seen ${index % 365} days ago`,
    }));
    progress(`starting a router with ${rows} rows`);
    const simulator = await startSimulator([{ ...seed, menus: { ...seed.menus, [MENU]: [...held, ...entries] } }]);
    const [url = ''] = simulator.urls;
    const folder = await writeFleet([url], simulator.caPem);
    const file = path.join(folder.config.sourceFolder ?? '', 'feed.yaml');
    await writeFile(file, feedYaml(entries));
    const controller = await startController(folder.config);
    const client = new Client(url);
    try {
      progress('first visit');
      await visited(controller, 0, ['InSync']);
      await simulator.requestsOf(DEVICE);
      await visitAgain(controller, ['InSync']);
      const request = (await simulator.requestsOf(DEVICE)).find((seen) => seen.path.includes(MENU));
      if (request === undefined) throw new Error('the list was not read');
      const ids = (await read(client, request.path)).slice(held.length, held.length + CHANGED).map((row) => row['.id']);
      for (const id of ids) await comment(client, id ?? '');
      const bare = async (): Promise<void> => void (await read(client, request.path));
      const pass = async (): Promise<void> => await visitAgain(controller, ['Waiting']);
      progress('passes');
      const comparison = await interleave(Math.min(rounds, ROUNDS[size]), bare, pass);
      const time = ratiosOf(comparison, 'wallMs');
      const cpu = ratiosOf(comparison, 'cpuUs');
      progress('apply');
      await simulator.requestsOf(DEVICE);
      const changed = entries.map((entry, index) =>
        index < CHANGED ? { ...entry, comment: 'reported again' } : entry,
      );
      await writeFile(file, feedYaml(changed));
      await visitAgain(controller, ['Confirmed']);
      const seen = await simulator.requestsOf(DEVICE);
      const reads = seen.filter((each) => each.method === 'GET' && each.path.includes(MENU)).length;
      const bareMs = spreadOf(comparison.control.map(({ wallMs }) => wallMs)).median;
      return {
        name: 'o',
        title: this.title,
        figures: [
          {
            what: 'time, as a multiple of the control',
            value: time.median,
            unit: '×',
            bound: { kind: 'most', value: 1.5 },
            spread: time,
          },
        ],
        notes: [
          `CPU time: ${rounded(cpu.median)}× (${rounded(cpu.least)} to ${rounded(cpu.most)})`,
          `bare read: ${rounded(bareMs)} ms; pass: ${rounded(spreadOf(comparison.subject.map(({ wallMs }) => wallMs)).median)} ms`,
          `from the declaration to confirmed the list is read ${reads} times`,
        ],
      };
    } finally {
      await client.close();
      await controller.stop();
      await simulator.close();
      await folder.remove();
    }
  },
};

interface Entry {
  readonly list: string;
  readonly address: string;
  readonly comment: string;
}

function addressAt(index: number): string {
  return `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
}

/** Rows of one RouterConfig: what one object may say is limited. */
const ROWS_OF_A_CONFIG = 10_000;

function feedYaml(entries: readonly Entry[]): string {
  const configs: string[] = [];
  for (let from = 0; from < entries.length; from += ROWS_OF_A_CONFIG) {
    const lines = entries
      .slice(from, from + ROWS_OF_A_CONFIG)
      .map(({ list, address, comment }) => `    - {list: ${list}, address: ${address}, comment: ${comment}}\n`);
    configs.push(`apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: feed-${from}}
spec:
  selector: {}
  priority: 200
  addressLists:
${lines.join('')}`);
  }
  return configs.join('---\n');
}

async function visitAgain(controller: Controller, endings: readonly string[]): Promise<void> {
  const since = controller.api.clock.now();
  await controller.api.reconcile([]);
  await visited(controller, since, endings);
}

async function visited({ api }: Controller, since: number, endings: readonly string[]): Promise<void> {
  for (;;) {
    if (api.fleet.fault !== null) throw new Error(api.fleet.fault.message);
    const visit = api.visitOf(DEVICE);
    if (visit !== null && visit.at >= since) {
      if (endings.includes(visit.outcome.kind)) return;
      if (visit.outcome.kind !== 'Waiting')
        throw new Error(`it ended as ${JSON.stringify(visit.outcome).slice(0, 500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function read(client: Client, path: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { body } = await client.request({ method: 'GET', path, headers: { authorization: AUTHORIZATION } });
  return JSON.parse(await body.text()) as readonly Readonly<Record<string, string>>[];
}

async function comment(client: Client, id: string): Promise<void> {
  const { body, statusCode } = await client.request({
    method: 'PATCH',
    path: `/rest${MENU}/${id}`,
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify({ comment: 'changed by hand' }),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`a row could not be changed: ${statusCode}`);
}
