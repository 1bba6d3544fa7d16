import { setTimeout } from 'node:timers/promises';

/** So long the controller's thread may be at work at one go. */
export const BOUND_MS = 250;
const LOOK_MS = 5;

/**
 * Does something, and tells for how long this thread itself was at work at one go meanwhile. Its own CPU time, not the
 * clock's: what else the machine does is nobody's doing here.
 */
export async function watched<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly longestMs: number }> {
  await setTimeout(LOOK_MS);
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - before.user - before.system);
    before = now;
  };
  const watch = setInterval(look, LOOK_MS);
  try {
    const result = await act();
    await setTimeout(LOOK_MS);
    look();
    return { result, longestMs: longest / 1000 };
  } finally {
    clearInterval(watch);
  }
}
