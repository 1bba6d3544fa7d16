import type { SimulatorClock } from './model/console.ts';

/** setTimeout's largest delay; longer sleeps are taken in pieces. */
const longestTimer = 2_147_483_647;

/**
 * A clock that runs `speed` times as fast as the wall clock, from now or from `start` (milliseconds since 1970).
 * Sleeps keep the process alive only while they last.
 */
export function createClock(speed = 1, start = Date.now()): SimulatorClock {
  const origin = performance.now();
  function now(): number {
    return start + (performance.now() - origin) * speed;
  }
  async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - now()) {
      // A timer may fire a little early; whole wall milliseconds keep the loop from spinning.
      await pause(Math.min(Math.max(Math.ceil(left / speed), 1), longestTimer), signal);
    }
    signal?.throwIfAborted();
  }
  return { now, sleep };
}

function pause(wallMilliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    }
    if (signal?.aborted === true) {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      return;
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, wallMilliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
