import { Worker } from 'node:worker_threads';
import type { Row } from '#routeros';
import { blockListAnswer, blockListDesired, planBlockList } from './block-list.ts';
import { answerEach } from './child.ts';

/** Memory of one parse and plan of an address list, bytes. */
export interface PlanMemory {
  readonly answerBytes: number;
  /** The most that was resident, above the process before it had any of this and what its desired state, base and answer hold. */
  readonly resident: number;
  /** What the parsed rows hold. */
  readonly rows: number;
}

async function measure(count: number): Promise<PlanMemory> {
  const peak = new Int32Array(new SharedArrayBuffer(4));
  const watcher = new Worker(new URL('./resident-watcher.ts', import.meta.url), { workerData: peak });
  await new Promise((resolve) => watcher.once('message', resolve));
  const empty = collected();
  const desired = blockListDesired(count);
  const base = blockListDesired(count);
  const answer = blockListAnswer(count);
  const inputs = collected().heapUsed - empty.heapUsed;
  Atomics.store(peak, 0, 0);
  const live = JSON.parse(answer) as readonly Row[];
  planBlockList(desired, base, live);
  const most = Math.max(Atomics.load(peak, 0) * 1024, process.memoryUsage.rss());
  const rows = collected().heapUsed - empty.heapUsed - inputs;
  await watcher.terminate();
  const held = [desired, base, live].every((each) => each !== null);
  if (!held) throw new Error('nothing to measure');
  return { answerBytes: Buffer.byteLength(answer), resident: most - empty.rss - inputs, rows };
}

function collected(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

answerEach((question) => measure(question as number));
