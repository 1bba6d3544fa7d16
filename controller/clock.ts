import type { Clock } from './ports.ts';

/**
 * The real clock; `speed` above 1 lets time pass faster from the moment it is made, for simulated fleets only.
 * Routers and controller must then run on clocks of one speed.
 */
export function createClock(speed = 1): Clock {
  const startWall = Date.now();
  const start = performance.now();
  const monotonic = (): number => (performance.now() - start) * speed;
  return {
    // At real speed the wall clock is asked each time: it is corrected while a controller runs for months.
    now: () => (speed === 1 ? Date.now() : Math.round(startWall + monotonic())),
    monotonic,
    sleep: (milliseconds, signal) => pause(Math.min(Math.max(0, milliseconds) / speed, LONGEST_TIMER_MS), signal),
  };
}

/** Timers take at most 31 bits. */
const LONGEST_TIMER_MS = 2_000_000_000;

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted === true) {
    reject(signal.reason);
    return promise;
  }
  const onAbort = (): void => {
    clearTimeout(timer);
    reject(signal?.reason);
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener('abort', onAbort);
    resolve();
  }, milliseconds);
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}
