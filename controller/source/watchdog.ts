import { writeSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/** What a process may take in all. */
export interface ProcessLimits {
  readonly cpuMs: number;
  readonly bytes: number;
}

/** What it says on the way out. */
export type LastWord = 'time' | 'memory';

const WATCH_MS = 50;
const STDERR = 2;

if (!isMainThread) watch(workerData as ProcessLimits);

/** In a thread of its own, so that it has its turn whatever the process does. */
function watch({ cpuMs, bytes }: ProcessLimits): void {
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1000 > cpuMs) end('time');
    else if (process.memoryUsage.rss() > bytes) end('memory');
  }, WATCH_MS);
}

function end(word: LastWord): void {
  writeSync(STDERR, word);
  process.kill(process.pid, 'SIGKILL');
}
