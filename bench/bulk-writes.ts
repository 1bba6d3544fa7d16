import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'undici';
import { startController, type Controller } from '#controller';
import { AUTHORIZATION, nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { spreadOf } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator, type Simulator } from './simulator.ts';

const ROWS: Readonly<Record<Size, number>> = { full: 22_000, tiny: 300 };
const ROUNDS: Readonly<Record<Size, number>> = { full: 3, tiny: 1 };
/** Adds of one script that people write by hand. */
const ADDS_OF_A_SCRIPT = 500;
const DEVICE = nameOf(0);
/** Bytes of undo a row of list and address alone. */
const MOST_UNDO_BYTES = 40;

const POLICY = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: lab}
spec: {selector: {}, health: {settleSeconds: 0}, budgets: {maxChanges: 100000, maxDeletions: 100000}}
`;

/** (n) What a long list takes to be written, beside scripts that people write by hand. */
export const bulkWrites: Benchmark = {
  name: 'n',
  title: 'Write a list of 22,000 entries from empty, against hand-written scripts of 500 adds each',
  async run({ size, rounds, progress }) {
    const rows = ROWS[size];
    const simulator = await startSimulator([...seedsInSync(2, 'http')]);
    const [url = '', handUrl = ''] = simulator.urls;
    const folder = await writeFleet([url], simulator.caPem);
    const source = folder.config.sourceFolder ?? '';
    await writeFile(path.join(source, 'rollouts.yaml'), POLICY);
    const controller = await startController(folder.config);
    const hand = new Client(handUrl);
    const ratios: number[] = [];
    const seconds: number[] = [];
    let requests = 0;
    let undoBytes = 0;
    try {
      await inSync(controller);
      for (let round = 0; round < Math.min(rounds, ROUNDS[size]); round += 1) {
        progress(`round ${round + 1}: ${rows} rows by hand`);
        const byHand = await writeByHand(hand, rows);
        await emptyByHand(hand);
        progress(`round ${round + 1}: ${rows} rows by the controller`);
        await simulator.requestsOf(DEVICE);
        await declare(source, rows);
        const filled = await applied(controller);
        requests = (await scriptsOf(simulator)).writing;
        ratios.push(filled / byHand);
        seconds.push(filled / 1000);
        progress(`round ${round + 1}: all rows removed`);
        await declare(source, 0);
        await applied(controller);
        undoBytes = (await scriptsOf(simulator)).undoBytes / rows;
      }
    } finally {
      await hand.close();
      await controller.stop();
      await simulator.close();
      await folder.remove();
    }
    const time = spreadOf(ratios);
    return {
      name: 'n',
      title: this.title,
      figures: [
        {
          what: 'time from the first write until all rows were read back, as a multiple of the control',
          value: time.median,
          unit: '×',
          bound: { kind: 'most', value: 1.2 },
          spread: time,
        },
        {
          what: 'requests that write rows',
          value: requests,
          unit: '',
          bound: { kind: 'most', value: Math.ceil(rows / 400) },
          spread: null,
        },
        {
          what: 'undo of removing them all, bytes a row',
          value: undoBytes,
          unit: '',
          bound: { kind: 'most', value: MOST_UNDO_BYTES },
          spread: null,
        },
      ],
      notes: [
        `controller: ${rounded(spreadOf(seconds).median)} s, ${rounded(rows / spreadOf(seconds).median)} rows a second`,
      ],
    };
  },
};

function addressAt(index: number): string {
  return `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
}

async function declare(source: string, rows: number): Promise<void> {
  const entries = Array.from({ length: rows }, (_, index) => `    - {list: feed, address: ${addressAt(index)}}\n`);
  const list = rows === 0 ? '' : entries.join('');
  const config = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: feed}
spec:
  selector: {}
  priority: 200
  addressLists:${rows === 0 ? ' []\n' : `\n${list}`}`;
  await writeFile(path.join(source, 'feed.yaml'), config);
}

/** Milliseconds from the first write of the newest change until it was read back. */
async function applied(controller: Controller): Promise<number> {
  const since = controller.api.clock.now();
  await controller.api.reconcile([]);
  if (controller.api.fleet.fault !== null) throw new Error(controller.api.fleet.fault.message);
  for (;;) {
    const visit = controller.api.visitOf(DEVICE);
    if (visit !== null && visit.at >= since && visit.outcome.kind === 'Confirmed') break;
    refuseToWait(controller);
    await pause();
  }
  const [attempt] = await controller.api.store.attempts.list(DEVICE, 1);
  const at = (name: string): number => attempt?.steps.find(({ step }) => step === name)?.at ?? Number.NaN;
  return at('applied') - at('applying');
}

async function inSync(controller: Controller): Promise<void> {
  while (controller.api.visitOf(DEVICE)?.outcome.kind !== 'InSync') {
    refuseToWait(controller);
    await pause();
  }
}

function refuseToWait({ api }: Controller): void {
  const outcome = api.visitOf(DEVICE)?.outcome;
  if (outcome?.kind === 'Stalled' || (outcome?.kind === 'Waiting' && outcome.ready === null))
    throw new Error(JSON.stringify(outcome));
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function writeByHand(client: Client, rows: number): Promise<number> {
  const startedAt = performance.now();
  for (let from = 0; from < rows; from += ADDS_OF_A_SCRIPT) {
    const lines = Array.from(
      { length: Math.min(ADDS_OF_A_SCRIPT, rows - from) },
      (_, index) => `/ip firewall address-list add list=feed address=${addressAt(from + index)}`,
    );
    await execute(client, lines.join('\n'));
  }
  return performance.now() - startedAt;
}

async function emptyByHand(client: Client): Promise<void> {
  await execute(client, '/ip firewall address-list remove [find where list=feed]');
}

async function execute(client: Client, script: string): Promise<void> {
  const { body, statusCode } = await client.request({
    method: 'POST',
    path: '/rest/execute',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify({ script, 'as-string': '' }),
  });
  const said = await body.text();
  if (statusCode !== 200 || !/^\{"ret":""\}$/.test(said)) throw new Error(`a script ended with ${said.slice(0, 200)}`);
}

/** Scripts that write rows, and how many bytes the undo had, since this was last asked. */
async function scriptsOf(simulator: Simulator): Promise<{ readonly writing: number; readonly undoBytes: number }> {
  let writing = 0;
  let undoBytes = 0;
  for (const { method, path: where, body } of await simulator.requestsOf(DEVICE)) {
    const isList = where.startsWith('/rest/ip/firewall/address-list') && method !== 'GET';
    if (isList || (where === '/rest/execute' && body.includes('/ip firewall address-list'))) writing += 1;
    if (method === 'PUT' && where === '/rest/system/script') {
      const { name, source } = JSON.parse(body) as { readonly name: string; readonly source: string };
      if (/-(armed|part-\d+)$/.test(name)) undoBytes += source.length;
    }
  }
  return { writing, undoBytes };
}
