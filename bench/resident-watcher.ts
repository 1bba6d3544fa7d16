import { workerData } from 'node:worker_threads';

/** Notes the most memory, in KiB, that was resident in the whole process: the main thread is too busy to look. */
const peak = workerData as Int32Array;
const LOOK_EVERY_MS = 1;

setInterval(() => {
  const kibibytes = Math.round(process.memoryUsage.rss() / 1024);
  if (kibibytes > Atomics.load(peak, 0)) Atomics.store(peak, 0, kibibytes);
}, LOOK_EVERY_MS);
