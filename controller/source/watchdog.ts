import { writeSync } from 'node:fs';
import { isMainThread, parentPort } from 'node:worker_threads';

/** What a process may take for one task, and hold meanwhile. */
export interface ProcessLimits {
  readonly cpuMs: number;
  readonly bytes: number;
}

/** What it says on the way out. */
export type LastWord = 'time' | 'memory';

const WATCH_MS = 50;
const STDERR = 2;

if (!isMainThread) watch();

/**
 * In a thread of its own, so that it has its turn whatever the process does. It is told the limits of each task; null:
 * there is none now.
 */
function watch(): void {
  const parent = process.ppid;
  let limits: ProcessLimits | null = null;
  let before = 0;
  parentPort?.on('message', (now: ProcessLimits | null) => {
    limits = now;
    before = cpuMs();
  });
  setInterval(() => {
    // Nobody waits for what is read then, and a process at work does not hear that its channel is closed.
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    if (limits === null) return;
    if (cpuMs() - before > limits.cpuMs) end('time');
    else if (process.memoryUsage.rss() > limits.bytes) end('memory');
  }, WATCH_MS);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function end(word: LastWord): void {
  writeSync(STDERR, word);
  process.kill(process.pid, 'SIGKILL');
}
