import { setTimeout } from 'node:timers/promises';
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
    now: () => Math.round(startWall + monotonic()),
    monotonic,
    async sleep(milliseconds, signal) {
      try {
        await setTimeout(
          Math.min(milliseconds / speed, 2_000_000_000),
          undefined,
          signal === undefined ? {} : { signal },
        );
      } catch (error) {
        throw signal?.aborted === true ? signal.reason : error;
      }
    },
  };
}
