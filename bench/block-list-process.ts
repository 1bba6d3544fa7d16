import './lean.ts';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Row } from '#routeros';
import { blockListDesired, planBlockList } from './block-list.ts';
import { answerEach } from './child.ts';

/** An answer to plan, in a file so that this process holds no garbage of making it. */
export interface PlanQuestion {
  readonly answerFile: string;
  readonly rows: number;
}

/** Memory of one parse and plan of an address list, bytes. */
export interface PlanMemory {
  readonly answerBytes: number;
  /** The most that was resident, above the same process just before, when it held desired state, base and answer. */
  readonly resident: number;
  /** What the parsed rows hold. */
  readonly rows: number;
}

async function measure({ answerFile, rows }: PlanQuestion): Promise<PlanMemory> {
  const peak = new Int32Array(new SharedArrayBuffer(4));
  const watcher = new Worker(new URL('./resident-watcher.ts', import.meta.url), { workerData: peak });
  while (Atomics.load(peak, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const desired = blockListDesired(rows);
  const base = blockListDesired(rows);
  const answer = await readFile(answerFile, 'utf8');
  const before = collected();
  Atomics.store(peak, 0, 0);
  const live = JSON.parse(answer) as readonly Row[];
  planBlockList(desired, base, live);
  const most = Math.max(Atomics.load(peak, 0) * 1024, process.memoryUsage.rss());
  const after = collected();
  await watcher.terminate();
  if (live.length !== rows || desired === base) throw new Error('what was measured was not kept');
  return {
    answerBytes: Buffer.byteLength(answer),
    resident: most - before.rss,
    rows: after.heapUsed - before.heapUsed,
  };
}

function collected(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

answerEach((question) => measure(question as PlanQuestion));
